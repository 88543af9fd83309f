// An answer as HTTP/1.1 bytes.
#pragma once

#include <ctime>
#include <string>

#include "node/gateway/reply.hpp"

namespace souk::gateway {

struct ResponseFrame {
  bool head = false;        // of a HEAD request: the same headers, and no body
  bool close = false;       // say that the connection ends
  bool keep_alive = false;  // say that it goes on, as HTTP/1.0 clients must be told
};

// Status line, headers and body; of a reply with `bytes`, all but those. What the reply holds must
// not contain line breaks (ids cannot).
std::string response_bytes(const Reply& reply, ResponseFrame frame, std::time_t now);

}  // namespace souk::gateway
