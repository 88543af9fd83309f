#include "node/gateway/freshness.hpp"

#include "node/gateway/problem.hpp"

namespace souk::gateway {

Freshness read_freshness(const Query& query) {
  Freshness freshness;
  if (const std::string* text = query.text("at_least"))
    freshness.at_least = read_positions(*text, "at_least");
  freshness.wait = milliseconds(
      query.integer("wait_ms", 0, kFreshWaitMillisecondsMax, kFreshWaitMillisecondsDefault));
  return freshness;
}

Positions read_positions(std::string_view text, std::string_view field) {
  if (auto positions = parse_positions(text)) return std::move(*positions);
  throw Problem{.status = 400,
                .code = "invalid_position",
                .detail = "\"" + std::string(text.substr(0, 64)) +
                          "\" is no position; send what a Souk-Position header said, such as "
                          "order/3@88,wallet/7@120.",
                .field = std::string(field)};
}

}  // namespace souk::gateway
