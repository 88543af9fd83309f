// What the alternatives of commands and events, refusals and intents are called.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "events/service.hpp"

namespace souk::replay {

enum class PayloadKind : bool { command, event };

// "hold", "held", ...: of all of the service's commands or events, by tag.
std::span<const std::string_view> payload_names(Service service, PayloadKind kind);

// The name of one; empty if today's code has no such tag.
std::string_view payload_name(Service service, PayloadKind kind, std::uint16_t tag);

// The tag of a name.
std::optional<std::uint16_t> payload_tag(Service service, PayloadKind kind, std::string_view name);

// "out_of_stock", "deadline_passed": the name of a record's refusal; "" for 0, "unknown" for a
// number that today's code does not have.
std::string_view refusal_text(Service service, std::uint16_t refusal);

// "request", "attempt", "settle", "undo"; "" for any other number.
std::string_view intent_name(std::uint8_t intent);
std::optional<std::uint8_t> parse_intent(std::string_view name);

}  // namespace souk::replay
