// Writes JSON by appending to a string. Knows commas and escapes, and nothing else.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace souk::gateway {

// The caller nests correctly; strings must be UTF-8. Compact: no spaces.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }

  void key(std::string_view name) {
    separate();
    out_ += '"';
    out_ += name;
    out_ += "\":";
    comma_ = false;
  }
  void value(std::string_view text) {
    separate();
    out_ += '"';
    escape(text);
    out_ += '"';
    comma_ = true;
  }
  template <std::integral Int>
  requires(!std::same_as<Int, bool>) void value(Int number) {
    separate();
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
    out_.append(digits, end);
    comma_ = true;
  }
  template <std::same_as<bool> Bool>  // not simply bool, which pointers turn into
  void value(Bool truth) {
    raw(truth ? "true" : "false");
  }
  // A finite number; one that is whole is written as 2.0, so that readers know it from an integer.
  template <std::floating_point Real>
  void value(Real number) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
    const std::string_view written(digits, static_cast<std::size_t>(end - digits));
    raw(written);
    if (written.find_first_of(".e") == std::string_view::npos) out_ += ".0";
  }
  // A number, or a word of JSON's, already in its form.
  void raw(std::string_view token) {
    separate();
    out_ += token;
    comma_ = true;
  }
  template <class T>
  void field(std::string_view name, const T& of) {
    key(name);
    value(of);
  }

 private:
  void separate() {
    if (comma_) out_ += ',';
    comma_ = false;
  }
  void open(char bracket) {
    separate();
    out_ += bracket;
  }
  void close(char bracket) {
    out_ += bracket;
    comma_ = true;
  }
  void escape(std::string_view text) {
    static constexpr char kHex[] = "0123456789abcdef";
    for (const char c : text) {
      if (c == '"' || c == '\\') {
        out_ += '\\';
        out_ += c;
      } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
        out_ += "\\u00";
        out_ += kHex[static_cast<unsigned char>(c) >> 4];
        out_ += kHex[c & 0xf];
      } else {
        out_ += c;
      }
    }
  }

  std::string& out_;
  bool comma_ = false;  // a comma is due before the next member
};

}  // namespace souk::gateway
