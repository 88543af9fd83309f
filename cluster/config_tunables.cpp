#include "cluster/config_tunables.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace souk::cluster {
namespace {

constexpr std::int64_t kKiB = 1 << 10, kMiB = 1 << 20, kGiB = 1 << 30;
constexpr std::array<std::string_view, 2> kLogFormats = {"text", "json"};
constexpr std::array<std::string_view, 4> kLogLevels = {"debug", "info", "warn", "error"};

constexpr Tunable kTunables[] = {
    {"heartbeat_ms", WholeNumber{&Tunables::heartbeat_ms, 10, 60'000},
     "how often nodes tell each other how they are"},
    {"silence_ms", WholeNumber{&Tunables::silence_ms, 100, 600'000},
     "a node that was not heard of for so long counts as down; at least three heartbeats"},
    {"dial_ms", WholeNumber{&Tunables::dial_ms, 50, 60'000},
     "how long connecting to another node may take"},
    {"redial_max_ms", WholeNumber{&Tunables::redial_max_ms, 50, 600'000},
     "the longest pause between two attempts to connect"},
    {"window_bytes", WholeNumber{&Tunables::window_bytes, 64 * kKiB, kGiB, true},
     "what may be under way to one service of another node; beyond it, requests are turned away"},
    {"breaker_after_ms", WholeNumber{&Tunables::breaker_after_ms, 100, 600'000},
     "a service that answered nothing for so long is answered for at once, with 503"},
    {"in_flight_max", WholeNumber{&Tunables::in_flight_max, 1, 10'000'000},
     "HTTP requests that may wait in a gateway; beyond it, 503"},
    {"service_share_percent", WholeNumber{&Tunables::service_share_percent, 1, 100},
     "how much of in_flight_max the requests that wait for one service may take"},
    {"checkout_seconds", RealNumber{&Tunables::checkout_seconds, 0.1, 3'600},
     "how long an order may take to be confirmed before it is turned back"},
    {"idle_seconds", RealNumber{&Tunables::idle_seconds, 0.1, 86'400},
     "an aggregate that nobody asked for so long leaves memory"},
    {"max_live", WholeNumber{&Tunables::max_live, 100, 100'000'000},
     "aggregates in memory before the least recently used ones leave it (about 2 KB each)"},
    {"command_log", Switch{&Tunables::command_log},
     "records keep the command as it came, so that its decision can be made again"},
    {"threads", WholeNumber{&Tunables::threads, 0, 256}, "worker threads; 0: one a core"},
    {"log_format", Choice{&Tunables::log_format, kLogFormats},
     "how the node's log lines look: text, or one JSON object a line"},
    {"log_level", Choice{&Tunables::log_level, kLogLevels}, "the least that is worth a log line"},
};

std::string number_text(double number) { return fmt::format("{:g}", number); }

std::string bytes_text(std::int64_t bytes) {
  if (bytes >= kGiB && bytes % kGiB == 0) return std::to_string(bytes / kGiB) + " GiB";
  if (bytes >= kMiB && bytes % kMiB == 0) return std::to_string(bytes / kMiB) + " MiB";
  if (bytes >= kKiB && bytes % kKiB == 0) return std::to_string(bytes / kKiB) + " KiB";
  return std::to_string(bytes);
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

// "8 MiB", "64KiB", "1048576".
bool read_bytes(std::string_view text, std::int64_t& bytes) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  std::string_view unit = text.substr(digits);
  unit.remove_prefix(std::min(unit.find_first_not_of(' '), unit.size()));
  std::int64_t factor = 0;
  if (unit.empty() || unit == "B") factor = 1;
  if (unit == "KiB") factor = kKiB;
  if (unit == "MiB") factor = kMiB;
  if (unit == "GiB") factor = kGiB;
  std::int64_t count = 0;
  if (factor == 0 || !read_number(text.substr(0, digits), count)) return false;
  return !__builtin_mul_overflow(count, factor, &bytes);
}

std::string not_within(const Tunable& tunable, const std::string& value) {
  return value + " is not " + limits_text(tunable);
}

std::string shown(const TunableValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* real = std::get_if<double>(&value)) return number_text(*real);
  if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "true" : "false";
  return '"' + std::get<std::string>(value) + '"';
}

// Each takes the value if it fits the field.
bool put(Tunables& tunables, const WholeNumber& field, const TunableValue& value) {
  std::int64_t number = 0;
  if (const auto* whole = std::get_if<std::int64_t>(&value))
    number = *whole;
  else if (const auto* text = std::get_if<std::string>(&value); !text || !field.is_bytes)
    return false;
  else if (!read_bytes(*text, number))
    return false;
  if (number < field.min || number > field.max) return false;
  tunables.*field.member = number;
  return true;
}

bool put(Tunables& tunables, const RealNumber& field, const TunableValue& value) {
  double number = 0;
  if (const auto* whole = std::get_if<std::int64_t>(&value))
    number = static_cast<double>(*whole);
  else if (const auto* real = std::get_if<double>(&value))
    number = *real;
  else
    return false;
  if (!(number >= field.min && number <= field.max)) return false;  // nor NaN
  tunables.*field.member = number;
  return true;
}

bool put(Tunables& tunables, const Switch& field, const TunableValue& value) {
  const auto* yes = std::get_if<bool>(&value);
  if (yes) tunables.*field.member = *yes;
  return yes != nullptr;
}

bool put(Tunables& tunables, const Choice& field, const TunableValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (!text || std::find(field.of.begin(), field.of.end(), *text) == field.of.end()) return false;
  tunables.*field.member = *text;
  return true;
}

}  // namespace

std::span<const Tunable> all_tunables() { return kTunables; }

const Tunable* find_tunable(std::string_view key) {
  const auto* found = std::find_if(std::begin(kTunables), std::end(kTunables),
                                   [&](const Tunable& tunable) { return tunable.key == key; });
  return found == std::end(kTunables) ? nullptr : found;
}

std::string set_tunable(Tunables& tunables, const Tunable& tunable, const TunableValue& value) {
  const bool fits =
      std::visit([&](const auto& field) { return put(tunables, field, value); }, tunable.field);
  return fits ? std::string{} : not_within(tunable, shown(value));
}

std::string set_tunable_from_text(Tunables& tunables, const Tunable& tunable,
                                  std::string_view text) {
  TunableValue value = std::string(text);
  std::int64_t whole = 0;
  double real = 0;
  if (std::holds_alternative<Switch>(tunable.field) && (text == "true" || text == "false"))
    value = text == "true";
  else if (std::holds_alternative<WholeNumber>(tunable.field) && read_number(text, whole))
    value = whole;
  else if (std::holds_alternative<RealNumber>(tunable.field) && read_number(text, real))
    value = real;
  return set_tunable(tunables, tunable, value);
}

std::string value_text(const Tunables& tunables, const Tunable& tunable) {
  if (const auto* whole = std::get_if<WholeNumber>(&tunable.field))
    return whole->is_bytes ? bytes_text(tunables.*whole->member)
                           : std::to_string(tunables.*whole->member);
  if (const auto* real = std::get_if<RealNumber>(&tunable.field))
    return number_text(tunables.*real->member);
  if (const auto* yes = std::get_if<Switch>(&tunable.field))
    return tunables.*yes->member ? "true" : "false";
  return tunables.*std::get<Choice>(tunable.field).member;
}

std::string limits_text(const Tunable& tunable) {
  if (const auto* whole = std::get_if<WholeNumber>(&tunable.field)) {
    if (!whole->is_bytes)
      return fmt::format("a whole number from {} to {}", whole->min, whole->max);
    return "a size from " + bytes_text(whole->min) + " to " + bytes_text(whole->max);
  }
  if (const auto* real = std::get_if<RealNumber>(&tunable.field))
    return fmt::format("a number from {} to {}", number_text(real->min), number_text(real->max));
  if (std::holds_alternative<Switch>(tunable.field)) return "true or false";
  const auto& of = std::get<Choice>(tunable.field).of;
  return fmt::format("one of {}", fmt::join(of, ", "));
}

}  // namespace souk::cluster
