// What the gateway answers, before it is bytes.
#pragma once

#include <string>

namespace souk::gateway {

// Regular value. An empty or zero field means that its header is left out.
struct Reply {
  int status = 200;
  std::string body;         // JSON, or empty
  bool is_problem = false;  // the body is application/problem+json
  std::string correlation_id;
  std::string position;  // "order/3@88,...": of the records that it is based on
  std::string location;
  std::string allow;
  int retry_after_seconds = 0;
  bool close = false;  // the connection ends after this answer
  bool operator==(const Reply&) const = default;
};

}  // namespace souk::gateway
