#include "node/gateway/asking.hpp"

namespace souk::gateway {

Problem problem_of(Outcome outcome, Service service, const std::string& refusal,
                   const std::string& detail) {
  switch (outcome) {
    case Outcome::refused: {
      const RefusalText text = refusal_text(service, refusal);
      return {.status = text.status, .code = refusal, .detail = std::string(text.sentence)};
    }
    case Outcome::id_reused:
      return {.status = 409,
              .code = "id_reused",
              .detail =
                  "This id came before with another body; use a new id for a new request, "
                  "or send the first body again to get its answer."};
    case Outcome::timed_out:
      return {.status = 504,
              .code = "timed_out",
              .detail =
                  "There was no answer in time, and it may still be carried out; send the "
                  "same request again to learn its outcome."};
    case Outcome::unavailable:
      return {.status = 503, .code = "unavailable", .detail = detail, .retry_after_seconds = 5};
    case Outcome::overloaded:
      return {
          .status = 503,
          .code = "overloaded",
          .detail = detail.empty()
                        ? "The node has too much to do, and nothing was done; try again shortly."
                        : detail,
          .retry_after_seconds = 1};
    case Outcome::misdirected: return {.status = 421, .code = "not_a_gateway", .detail = detail};
    case Outcome::accepted:
    case Outcome::pending: break;
  }
  return {.status = 500,
          .code = "internal_error",
          .detail = "An answer could not be made sense of; ask again."};
}

}  // namespace souk::gateway
