#include "node/gateway/response_bytes.hpp"

#include <charconv>
#include <string_view>

#include "node/gateway/problem.hpp"

namespace souk::gateway {
namespace {

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7), made once a second and thread.
std::string_view http_date(std::time_t now) {
  thread_local std::time_t of = -1;
  thread_local char text[64];
  thread_local std::size_t size = 0;
  if (of != now) {
    std::tm utc{};
    gmtime_r(&now, &utc);
    size = std::strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    of = now;
  }
  return {text, size};
}

void add(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

void add_number(std::string& out, std::string_view name, std::size_t value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
  add(out, name, {digits, static_cast<std::size_t>(end - digits)});
}

}  // namespace

std::string response_bytes(const Reply& reply, ResponseFrame frame, std::time_t now) {
  std::string out;
  out.reserve(320 + reply.body.size());
  out += "HTTP/1.1 ";
  out += std::to_string(reply.status);
  out += ' ';
  out += reason_phrase(reply.status);
  out += "\r\n";
  add(out, "Date", http_date(now));
  if (reply.bytes)
    add(out, "Content-Type", "application/octet-stream");
  else if (!reply.body.empty())
    add(out, "Content-Type", reply.is_problem ? "application/problem+json" : "application/json");
  if (reply.status != 204)
    add_number(out, "Content-Length", reply.bytes ? reply.bytes->size() : reply.body.size());
  if (!reply.correlation_id.empty()) add(out, "X-Correlation-Id", reply.correlation_id);
  if (!reply.position.empty()) add(out, "Souk-Position", reply.position);
  if (!reply.location.empty()) add(out, "Location", reply.location);
  if (!reply.allow.empty()) add(out, "Allow", reply.allow);
  for (const auto& [name, value] : reply.headers) add(out, name, value);
  if (reply.retry_after_seconds > 0)
    add_number(out, "Retry-After", static_cast<std::size_t>(reply.retry_after_seconds));
  if (frame.close)
    add(out, "Connection", "close");
  else if (frame.keep_alive)
    add(out, "Connection", "keep-alive");
  out += "\r\n";
  if (!frame.head) out += reply.body;
  return out;
}

}  // namespace souk::gateway
