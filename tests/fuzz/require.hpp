// What a target says when a property does not hold: a sentence, and the end of the process, which
// is what libFuzzer takes for a find. No exception: the code under test catches some.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "store/status.hpp"

namespace souk::fuzz {

[[noreturn]] inline void broken(std::string_view sentence) {
  std::fprintf(stderr, "BROKEN: %.*s\n", static_cast<int>(sentence.size()), sentence.data());
  std::abort();
}

inline void require(bool holds, std::string_view otherwise) {
  if (!holds) [[unlikely]]
    broken(otherwise);
}

// A failure has one of the codes that the caller expects, and tells a person something.
template <class... Code>
void require_told(const store::Status& status, Code... expected) {
  if (((status.code() != expected) && ...))
    broken("a failure of an unexpected kind: " + status.message());
  require(!status.message().empty(), "a failure says nothing");
}

}  // namespace souk::fuzz
