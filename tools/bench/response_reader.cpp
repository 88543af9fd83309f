#include "tools/bench/response_reader.hpp"

#include <algorithm>
#include <charconv>

namespace souk::bench {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// `name` is in lower case.
bool same_ignoring_case(std::string_view text, std::string_view name) {
  return std::equal(text.begin(), text.end(), name.begin(), name.end(),
                    [](char a, char b) { return lower(a) == b; });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The whole of `text` as a number.
template <class Number>
bool parse_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::span<char> ResponseReader::space() {
  if (buffer_.size() - used_ < kSpaceMin)
    buffer_.resize(std::max(2 * buffer_.size(), 2 * kSpaceMin));
  return std::span(buffer_).subspan(used_);
}

ResponseReader::State ResponseReader::received(std::size_t count) {
  used_ += count;
  return fault_.empty() ? parse() : State::broken;
}

void ResponseReader::consume() {
  used_ = searched_ = head_size_ = body_size_ = 0;
  has_length_ = false;
  response_ = {};
}

ResponseReader::State ResponseReader::broken(std::string_view fault) {
  fault_ = fault;
  return State::broken;
}

ResponseReader::State ResponseReader::parse() {
  const std::string_view bytes(buffer_.data(), used_);
  if (head_size_ == 0) {
    const std::size_t end = bytes.find("\r\n\r\n", searched_);
    if (end == std::string_view::npos) {
      if (used_ > kHeadMax) return broken("the response's head is longer than 64 KiB");
      searched_ = used_ < 3 ? 0 : used_ - 3;
      return State::incomplete;
    }
    if (!parse_head(bytes.substr(0, end))) return State::broken;
    head_size_ = end + 4;
  }
  const std::size_t size = head_size_ + body_size_;
  if (used_ > size) return broken("bytes that belong to no request follow the response");
  if (used_ < size) return State::incomplete;
  response_.body = bytes.substr(head_size_);
  return State::complete;
}

bool ResponseReader::parse_head(std::string_view head) {
  std::size_t end = head.find("\r\n");
  if (!parse_status_line(head.substr(0, end))) return false;
  while (end != std::string_view::npos) {
    head.remove_prefix(end + 2);
    end = head.find("\r\n");
    if (!parse_header(head.substr(0, end))) return false;
  }
  if (!has_length_ && response_.status != 204 && response_.status != 304) {
    broken("the response has no Content-Length");
    return false;
  }
  return true;
}

bool ResponseReader::parse_status_line(std::string_view line) {
  const bool ok = line.size() >= 12 && line.starts_with("HTTP/1.1 ") &&
                  parse_number(line.substr(9, 3), response_.status) && response_.status >= 200 &&
                  (line.size() == 12 || line[12] == ' ');
  if (!ok) broken("the response does not begin with the status line of a final HTTP/1.1 response");
  return ok;
}

bool ResponseReader::parse_header(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    broken("a header line has no name");
    return false;
  }
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (same_ignoring_case(name, "content-length")) {
    if (has_length_ || !parse_number(value, body_size_) || body_size_ > kBodyMax) {
      broken("the Content-Length is repeated, no number, or more than 16 MiB");
      return false;
    }
    has_length_ = true;
  } else if (same_ignoring_case(name, "transfer-encoding")) {
    broken("the response is chunked, which this reader does not support");
    return false;
  } else if (same_ignoring_case(name, "connection")) {
    response_.close = same_ignoring_case(value, "close");
  }
  return true;
}

}  // namespace souk::bench
