// What may be tuned about a node: one table, from which the configuration file, the environment,
// the command line and what --check prints are all made.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace souk::cluster {

// The keys of [tunables], with their defaults.
struct Tunables {
  // Between nodes.
  std::int64_t heartbeat_ms = 500;
  std::int64_t silence_ms = 2'000;
  std::int64_t dial_ms = 1'000;
  std::int64_t redial_max_ms = 2'000;
  std::int64_t window_bytes = 8 << 20;
  std::int64_t breaker_after_ms = 3'000;
  // Of a gateway.
  std::int64_t in_flight_max = 20'000;
  std::int64_t service_share_percent = 50;
  // Of the aggregates.
  double checkout_seconds = 30;
  double idle_seconds = 60;
  std::int64_t max_live = 100'000;
  bool command_log = true;
  // Of the process.
  std::int64_t threads = 0;
  std::string log_format = "text";
  std::string log_level = "info";
  bool operator==(const Tunables&) const = default;
};

struct WholeNumber {
  std::int64_t Tunables::*member;
  std::int64_t min, max;
  bool is_bytes = false;  // may be written with a unit: "8 MiB"
};
struct RealNumber {
  double Tunables::*member;
  double min, max;
};
struct Switch {
  bool Tunables::*member;
};
struct Choice {
  std::string Tunables::*member;
  std::span<const std::string_view> of;
};

struct Tunable {
  std::string_view key;
  std::variant<WholeNumber, RealNumber, Switch, Choice> field;
  std::string_view what;  // one line for people
};

// All of them, in the order of the struct.
std::span<const Tunable> all_tunables();
const Tunable* find_tunable(std::string_view key);  // null: there is none

// A value as a TOML file has it.
using TunableValue = std::variant<std::int64_t, double, bool, std::string>;

// Sets one. Empty, or a clause that says what is wrong; nothing is changed then. What comes from
// the environment or the command line is text, and is read as the field wants it.
std::string set_tunable(Tunables& tunables, const Tunable& tunable, const TunableValue& value);
std::string set_tunable_from_text(Tunables& tunables, const Tunable& tunable,
                                  std::string_view text);

std::string value_text(const Tunables& tunables, const Tunable& tunable);  // "500", "8 MiB"
std::string limits_text(const Tunable& tunable);  // "10 to 60000", "true or false"

}  // namespace souk::cluster
