// A moment in a stream's life: "2010-12-01T10:03:00Z", "wallet/3@88", "start", "now".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "events/ids.hpp"
#include "store/keys.hpp"
#include "store/log_view.hpp"
#include "tools/replay/stream_ref.hpp"
#include "tools/shared/when.hpp"

namespace souk::replay {

// The moment behind those of a stream's records that are at or before both. Regular value.
struct Moment {
  Time time{INT64_MAX};
  store::Offset offset = store::kOffsetMax;
  bool covers(store::Offset record, Time at) const { return record <= offset && at <= time; }
};

// Takes a time (as `edge` says: a day begins as since, and ends as until), an age, the offset of a
// record in the stream's partition with or without the partition's name, "start" and "now". A time
// as since is the moment before it; with a fraction, as until, it is the end of that fraction: what
// is shown as 08:26:00.123 is behind it. Throws Failure.
Moment parse_moment(const store::LogView& view, const StreamRef& stream, const std::string& text,
                    cli::Edge edge, Time now, std::string_view option);

}  // namespace souk::replay
