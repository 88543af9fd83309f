// A partition in a path: .../{service}/{number}/...
#pragma once

#include <string_view>

#include "events/service.hpp"
#include "node/gateway/exchange.hpp"

namespace souk::gateway {

// The partition that the path's first two ids name. Throws a Problem (400) that sends its reader to
// `listed_at`, a path. Whether the node has it, is for the backend to say.
PartitionId read_partition(const Exchange& exchange, std::string_view listed_at);

}  // namespace souk::gateway
