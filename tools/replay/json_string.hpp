// Any bytes as a JSON string, and back.
//
// JSON's strings are Unicode; what souk stores may be any bytes. A text that is UTF-8 is written as
// it is (with JSON's escapes). One that is not, and one that begins with "base64:", is written as
// "base64:" and its bytes in base64. So nothing is lost, and two texts never look alike.
#pragma once

#include <string>
#include <string_view>

namespace souk::replay {

inline constexpr std::string_view kBase64Mark = "base64:";

// True for well-formed UTF-8 (Unicode 15, table 3-7): no surrogates, no overlong forms.
bool is_utf8(std::string_view text);

// Appends the text with its quotes.
void append_json_string(std::string_view text, std::string& out);

// The text that a JSON string, whose escapes have been resolved, stands for, in its place. False if
// what follows "base64:" is none.
bool text_of_json(std::string& string);

}  // namespace souk::replay
