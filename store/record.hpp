// A record: the outcome of one command, as it stands in the log. FORMAT.md describes every byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/ids.hpp"
#include "events/service.hpp"
#include "store/status.hpp"

namespace souk::store {

using Offset = std::uint64_t;    // of a record within its partition: 1, 2, 3, ... without gaps
using Sequence = std::uint64_t;  // of a record within its stream: 1, 2, 3, ... without gaps
inline constexpr Offset kNoOffset = 0;

// A command or event in its saved form: the alternative's tag and the codec's bytes.
struct Payload {
  std::uint16_t tag = 0;
  std::string bytes;
  bool operator==(const Payload&) const = default;
};
struct PayloadView {
  std::uint16_t tag = 0;
  std::string_view bytes;
};

enum RecordFlags : std::uint8_t {  // stored: never reuse
  kRecordOpen = 1,     // after this record the stream has work left (a saga that has not ended)
  kRecordRefused = 2,  // the command was refused: `refusal` is set, there are no events
};

// What an actor hands to the log. The offsets (its own and the previous one's) are the log's to
// assign.
struct Record {
  std::string stream;  // the aggregate's id; its partition is known from the batch
  Sequence sequence = 0;
  Time time;  // when it was decided
  std::uint8_t flags = 0;
  std::uint8_t intent = 0;    // souk::Intent of the command
  std::uint16_t refusal = 0;  // the aggregate's refusal, or one of the host's; 0 if accepted
  std::string command_id;     // empty: the command carried none
  std::uint64_t fingerprint =
      0;               // of the command's saved form: the same id with another body is told apart
  Time receipt_until;  // when the receipt may be forgotten; not set: never
  Time deadline;       // the command's, as its decider saw it (Context::deadline); not set: none
  std::string causation_id;        // the command or record that caused it; may be empty
  std::string correlation_id;      // the client's request or order that all of this belongs to
  std::string trace;               // W3C traceparent, as it came; may be empty
  std::optional<Payload> command;  // as it came; can be switched off
  std::vector<Payload> events;
  bool operator==(const Record&) const = default;
};

// The same, read in place: the views point into the bytes that it was parsed from.
struct RecordView {
  Offset offset = kNoOffset;
  Offset previous = kNoOffset;  // of the stream's record before; kNoOffset for the first
  std::string_view stream;
  Sequence sequence = 0;
  Time time;
  std::uint8_t flags = 0;
  std::uint8_t intent = 0;
  std::uint16_t refusal = 0;
  std::string_view command_id;
  std::uint64_t fingerprint = 0;
  Time receipt_until;
  Time deadline;
  std::string_view causation_id;
  std::string_view correlation_id;
  std::string_view trace;
  std::optional<PayloadView> command;
  std::vector<PayloadView> events;
};

// Appends the record's bytes to `out`, with a hole for the previous offset, which the log fills in.
void encode_record(const Record& record, std::string& out);

// Owns what the view borrows. Leaves out the offsets, which a Record has not.
Record record_of(const RecordView& view);

// Fills the hole. `bytes` is what encode_record wrote.
void set_previous(std::string& bytes, Offset previous);

// Parses one record's bytes. Never reads out of bounds; corruption if they make no sense.
Status parse_record(std::string_view bytes, RecordView& view);

}  // namespace souk::store
