// How the read models are doing, to JSON.
#pragma once

#include <string>

#include "node/gateway/reading.hpp"

namespace souk::gateway {

// {"state", "records_behind", "partitions": [...], "parked": [...], ...}. `now` is for how long a
// rebuild has been running.
std::string render_read_models(const ReadModelsInfo& info, Time now);

// {"columns": [...], "rows": [[...]], "truncated", "position"}
std::string render_sql(const ReadAnswer& answer);

}  // namespace souk::gateway
