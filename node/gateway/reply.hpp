// What the gateway answers, before it is bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace souk::gateway {

// Regular value. An empty or zero field means that its header is left out.
struct Reply {
  int status = 200;
  std::string body;  // JSON, or empty
  // Instead of a body: application/octet-stream, which is not copied on its way to the socket and
  // is let go when the socket has taken it.
  std::shared_ptr<const std::string> bytes;
  bool is_problem = false;  // the body is application/problem+json
  std::string correlation_id;
  std::string position;  // "order/3@88,...": of the records that it is based on
  std::string location;
  std::string allow;
  std::vector<std::pair<std::string_view, std::string>> headers;  // others; the names are literals
  int retry_after_seconds = 0;
  bool close = false;  // the connection ends after this answer
  bool operator==(const Reply&) const = default;
};

}  // namespace souk::gateway
