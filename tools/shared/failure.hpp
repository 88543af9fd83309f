// How a program ends when it cannot do what was asked.
#pragma once

#include <stdexcept>
#include <string>

#include "tools/shared/exit_codes.hpp"

namespace souk::cli {

// One sentence for a person, without a full stop, and the exit code that goes with it.
class Failure : public std::runtime_error {
 public:
  Failure(int exit_code, const std::string& sentence)
      : std::runtime_error(sentence), exit_code_(exit_code) {}
  int exit_code() const { return exit_code_; }

 private:
  int exit_code_;
};

}  // namespace souk::cli
