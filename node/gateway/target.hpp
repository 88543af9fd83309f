// A request's target: the path in segments, and the query's parameters.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace souk::gateway {

// Views into the target that it was split from.
struct Target {
  std::string_view path;  // without the query; still percent-encoded
  std::string_view query;
};

// Takes the origin form ("/v1/orders?wait_ms=0") and the absolute form that proxies are sent.
Target split_target(std::string_view target);

// Decodes %xx; '+' stays '+'. Nothing if an escape is broken.
std::optional<std::string> percent_decode(std::string_view text);

// The path's segments: "/v1/orders/42" gives v1, orders, 42. Still percent-encoded.
std::vector<std::string_view> path_segments(std::string_view path);

// The query's parameters, decoded. Throws a Problem for a broken escape, for a name that is not
// among `known`, and for a name that comes twice.
class Query {
 public:
  Query(std::string_view query, std::span<const std::string_view> known);

  // The value of a parameter; null if it is not there.
  const std::string* text(std::string_view name) const;

  // A whole number of min to max, or `absent` if the parameter is not there. Throws a Problem.
  std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max,
                       std::int64_t absent) const;

 private:
  struct Parameter {
    std::string name;
    std::string value;
  };
  const Parameter* find(std::string_view name) const;
  void add(std::string_view pair, std::span<const std::string_view> known);
  std::vector<Parameter> parameters_;
};

}  // namespace souk::gateway
