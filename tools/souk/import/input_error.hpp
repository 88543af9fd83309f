// What is wrong with an input file as a whole, so that nothing of it can be used.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace souk::cli {

// Where in a file: both count from 1, the column in bytes.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
  bool operator==(const Position&) const = default;
};

// what() is one sentence for the person who ran the command. Nothing has been sent to a node yet.
class InputError : public std::runtime_error {
 public:
  explicit InputError(const std::string& sentence) : std::runtime_error(sentence) {}
  InputError(Position at, const std::string& sentence)
      : std::runtime_error("line " + std::to_string(at.line) + ", column " +
                           std::to_string(at.column) + ": " + sentence) {}
};

}  // namespace souk::cli
