#include "node/gateway/log_asking.hpp"

namespace souk::gateway {

Problem problem_of(LogOutcome outcome, const std::string& detail) {
  switch (outcome) {
    case LogOutcome::no_partition: return {.status = 404, .code = "no_partition", .detail = detail};
    case LogOutcome::beyond_end: return {.status = 422, .code = "beyond_end", .detail = detail};
    case LogOutcome::damaged: return {.status = 410, .code = "damaged", .detail = detail};
    case LogOutcome::refused:
      return {.status = 422, .code = "invalid_directory", .detail = detail, .field = "directory"};
    case LogOutcome::exists:
      return {.status = 409, .code = "directory_exists", .detail = detail, .field = "directory"};
    case LogOutcome::busy: return {.status = 409, .code = "backup_running", .detail = detail};
    case LogOutcome::failed: return {.status = 500, .code = "disk_failed", .detail = detail};
    case LogOutcome::unavailable:
      return {.status = 503, .code = "unavailable", .detail = detail, .retry_after_seconds = 5};
    case LogOutcome::overloaded:
      return {.status = 503,
              .code = "overloaded",
              .detail =
                  "Too much of the log is being read at once, and this was not; try again "
                  "shortly.",
              .retry_after_seconds = 1};
    case LogOutcome::ok: break;
  }
  return {.status = 500,
          .code = "internal_error",
          .detail = "An answer could not be made sense of; ask again."};
}

}  // namespace souk::gateway
