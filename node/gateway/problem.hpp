// What went wrong, for the client: application/problem+json (RFC 9457).
#pragma once

#include <string>
#include <string_view>

#include "node/gateway/reply.hpp"

namespace souk::gateway {

// Thrown by whatever finds that a request cannot be carried out, and caught in one place, where it
// becomes the answer. It never leaves the gateway.
struct Problem {
  int status = 400;
  std::string code;      // stable, for programs: "unknown_field"
  std::string detail;    // one sentence for a person: what is wrong, where, what to do
  std::string field;     // of the body ("lines[3].quantity"), or a parameter; may be empty
  std::string allow;     // of a 405
  std::string position;  // as in a Reply
  int retry_after_seconds = 0;
  bool close = false;
};

// The answer. What of the request is quoted in `detail` and `field` need not be UTF-8. `type` is
// "/problems/<code>", `title` the code in words.
Reply to_reply(const Problem& problem, std::string_view correlation_id);

// The standard words for a status: "Not Found".
std::string_view reason_phrase(int status);

}  // namespace souk::gateway
