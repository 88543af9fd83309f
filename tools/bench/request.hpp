// Composing HTTP requests into a buffer that is used again and again: no allocation, no formatting
// library on the hot path.
#pragma once

#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

namespace souk::bench {

inline void append_piece(std::string& out, std::string_view text) { out.append(text); }

template <std::unsigned_integral Number>
void append_piece(std::string& out, Number number) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof(digits), number).ptr);
}

// Appends texts and unsigned numbers, one after another.
template <class... Pieces>
void append(std::string& out, const Pieces&... pieces) {
  (append_piece(out, pieces), ...);
}

// Appends a whole request; a body, if there is one, is JSON.
inline void append_request(std::string& out, std::string_view method, std::string_view path,
                           std::string_view host, std::string_view body) {
  append(out, method, " ", path, " HTTP/1.1\r\nHost: ", host);
  if (!body.empty())
    append(out, "\r\nContent-Type: application/json\r\nContent-Length: ", body.size());
  append(out, "\r\n\r\n", body);
}

}  // namespace souk::bench
