// One record of the log as one JSON object on one line: what `events --format ndjson` prints and
// what exports are made of.
//
//   {"time":"2010-12-01T08:26:00.000000Z","service":"stock","partition":3,"offset":88,"group":12,
//    "stream":"85123A","sequence":5,"previous":60,"intent":"attempt","command_id":"checkout:o/1/0",
//    "correlation_id":"o","causation_id":"o","deadline":"...","receipt_until":"...",
//    "fingerprint":"00f1...","command":{"name":"hold","body":{...}},
//    "events":[{"name":"held","body":{...}}]}
//
// Members that are empty are left out. Further ones, where there is something to say:
//   open      true: after this record the stream has work left
//   refusal   {"number":7,"name":"out_of_stock"}: the command was refused
//   trace     the W3C traceparent
//   flags     the flags as a number, if they are not what `open` and `refusal` make of them
//   next      "wallet/3": the next partition of the group's ring (store/batch.hpp), if it is not
//             the next one that the group has: a batch is missing
//   raw       of a payload: its bytes in base64, where `body` does not give them again (a newer
//             souk's, or an older one's); then also `tag`, if today's code has no name for it
// The fingerprint is sixteen hexadecimal digits. Times, texts and bodies: json_text.hpp.
//
// All functions may be called from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/log_walk.hpp"
#include "store/record.hpp"

namespace souk::replay {

// Appends the object, without an end of line. `next` as above; not given: nothing is to be said.
void append_record_json(const store::RecordView& record, const store::Place& place,
                        std::string& out, const std::optional<PartitionId>& next = {});

// A record that was read back, with everything that the log itself adds to one.
struct RecordLine {
  store::Record record;
  store::Place place;
  store::Offset offset = store::kNoOffset;
  store::Offset previous = store::kNoOffset;
  std::optional<PartitionId> next;
};

// Reads one object. False, and one sentence in `why` without a full stop, if it is none that
// append_record_json could have written: `line` is then unspecified. Looks at nothing outside of
// the object: not whether offsets follow each other or the fingerprint is right.
[[nodiscard]] bool parse_record_json(std::string_view text, RecordLine& line, std::string& why);

}  // namespace souk::replay
