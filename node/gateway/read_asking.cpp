#include "node/gateway/read_asking.hpp"

namespace souk::gateway {
namespace {

constexpr std::size_t kPartitionsNamedMax = 3;

// "order/3 is at 80 of 88, wallet/7 is at 2 of 5"
std::string how_far(const Positions& reached, const Positions& wanted) {
  std::string text;
  std::size_t behind = 0;
  for (const auto& [partition, offset] : wanted) {
    const auto at = reached.find(partition);
    const std::uint64_t position = at == reached.end() ? 0 : at->second;
    if (position >= offset || ++behind > kPartitionsNamedMax) continue;
    text += (text.empty() ? "" : ", ") + std::string(name_of(partition.service)) + "/" +
            std::to_string(partition.number) + " is at " + std::to_string(position) + " of " +
            std::to_string(offset);
  }
  if (behind > kPartitionsNamedMax)
    text += ", and " + std::to_string(behind - kPartitionsNamedMax) + " more";
  return text.empty() ? "they have just come there" : text;
}

Problem behind(const Positions& reached, const Positions& wanted) {
  return {.status = 504,
          .code = "behind",
          .detail = "The read models did not come as far as at_least in time: " +
                    how_far(reached, wanted) +
                    "; wait longer (wait_ms), or see GET /v1/read-models for what holds them up.",
          .field = "at_least",
          .position = to_string(reached)};
}

}  // namespace

Problem problem_of(const ReadAnswer& answer, const Positions& wanted) {
  switch (answer.outcome) {
    case ReadOutcome::behind: return behind(answer.position, wanted);
    case ReadOutcome::too_slow:
      return {.status = 504,
              .code = "too_slow",
              .detail =
                  "The query took longer than it may; ask for less: fewer rows, a narrower "
                  "time, or columns that have an index."};
    case ReadOutcome::unavailable:
      return {
          .status = 503, .code = "unavailable", .detail = answer.detail, .retry_after_seconds = 5};
    case ReadOutcome::overloaded:
      return {
          .status = 503,
          .code = "overloaded",
          .detail = "Too many queries are waiting, and this one was not run; try again shortly.",
          .retry_after_seconds = 1};
    case ReadOutcome::ok:
    case ReadOutcome::invalid:
    case ReadOutcome::not_found: break;
  }
  return {.status = 500,
          .code = "internal_error",
          .detail = "The read models could not answer: " +
                    (answer.detail.empty() ? "they gave no reason." : answer.detail)};
}

}  // namespace souk::gateway
