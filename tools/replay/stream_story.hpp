// The story of anything that is no order: a wallet, a SKU, a coupon, a campaign; or of an id that
// only records know.
#pragma once

#include "store/log_view.hpp"
#include "tools/replay/scan.hpp"
#include "tools/replay/story.hpp"
#include "tools/replay/stream_ref.hpp"

namespace souk::replay {

// Its newest records (all of them with `all`) with what was left after each, and what it is now.
// Throws Failure.
Story tell_stream(const store::LogView& view, const StreamRef& stream, bool all);

// All records that carry `id` as one of their ids, found by reading the log through. Throws Failure
// if there are none.
Story tell_id(const store::LogView& view, const std::string& id, ScanProgress& progress);

}  // namespace souk::replay
