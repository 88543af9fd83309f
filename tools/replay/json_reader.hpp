// Reads JSON (RFC 8259) from front to back, value by value, as the caller expects them: no tree is
// made of it. Strict: no comments, no trailing commas, strings that are UTF-8.
//
//   for (reader.enter(); reader.next_member(name);)    of an object
//     if (name == "units") ... read the value, or skip it
//
// Once something is no JSON nothing more is read: every call then gives false, or nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace souk::replay {

// One thread's. Borrows the text.
class JsonReader {
 public:
  enum class Kind : std::uint8_t { object, list, text, number, boolean, null, nothing };

  explicit JsonReader(std::string_view text)
      : at_(text.data()), end_(text.data() + text.size()), value_(at_) {}

  bool ok() const { return ok_; }

  // What comes next, which is then a value; nothing: there is none.
  Kind kind();

  // Goes into the object or the list that comes next; one of these then goes through it. They are
  // false at its end, behind which the reader then is, or if it is no JSON.
  void enter();
  bool next_member(std::string_view& name);  // `name` holds until another text is read
  bool next_element();

  // A number as it is written.
  struct Number {
    bool negative = false;
    std::uint64_t magnitude = 0;
    bool whole = true;  // no fraction, no exponent
    bool fits = true;   // into the magnitude
  };
  std::optional<Number> number();
  std::optional<std::string_view> text();  // its escapes resolved; holds until the next
  std::optional<bool> boolean();
  bool null();

  // Passes over the value, whatever it is; its text.
  std::string_view skip();

  // The text of the value that `kind` looked at last, which was read: for messages.
  std::string_view value_text() const { return {value_, static_cast<std::size_t>(at_ - value_)}; }

  // True if nothing but white space is left.
  bool finished();

 private:
  static constexpr int kDepthMax = 500;

  void pass_space();
  bool take(char c);
  bool take_word(std::string_view word);
  bool fail() {
    ok_ = false;
    at_ = end_;
    return false;
  }
  bool resolve_escape(std::string& out);
  bool hex_unit(std::uint32_t& unit);
  bool take_digits(Number& number);
  bool pass_value(int depth);

  const char* at_;
  const char* end_;
  const char* value_;  // where the value begins that `kind` looked at last
  bool ok_ = true;
  bool entered_ = false;  // an object or list, and nothing of it has been read
  std::string scratch_;   // a text with escapes
};

// True if the whole text is one JSON value.
bool is_json(std::string_view text);

}  // namespace souk::replay
