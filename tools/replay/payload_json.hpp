// Commands and events as JSON, by name: what they are called in the log's exports and on screens.
// Field names are those of the structs (events/), ids are strings, money is
// {"minor": 255, "currency": "GBP"}, quantities are numbers, times are RFC 3339 with microseconds
// ("2010-12-01T08:26:00.000000Z", null if not set), enums are their numbers, optionals null.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "events/service.hpp"
#include "store/record.hpp"

namespace souk::replay {

enum class PayloadKind : bool { command, event };

// "hold", "held": the alternative's name; empty if today's code has no such tag.
std::string_view payload_name(Service service, PayloadKind kind, std::uint16_t tag);

// Appends the payload as a JSON object. False, and `out` as it was, if the bytes are none of the
// service's.
bool append_payload_json(Service service, PayloadKind kind, std::uint16_t tag,
                         std::string_view bytes, std::string& out);

// The payload of a name and a JSON object as above: the very bytes that it was made from, if those
// were canonical. Nothing, and one sentence in `why`, if the text is none.
std::optional<store::Payload> payload_of_json(Service service, PayloadKind kind,
                                              std::string_view name, std::string_view json,
                                              std::string& why);

// "out_of_stock", "deadline_passed": the name of a record's refusal; "" for 0.
std::string_view refusal_text(Service service, std::uint16_t refusal);

// "request", "attempt", "settle", "undo".
std::string_view intent_name(std::uint8_t intent);

// Appends a string with its quotes, escaped.
void append_json_string(std::string_view text, std::string& out);

}  // namespace souk::replay
