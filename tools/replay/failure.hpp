// How souk-replay ends, and what it throws on the way there.
#pragma once

#include <string>
#include <utility>

#include "store/status.hpp"
#include "tools/shared/failure.hpp"

namespace souk::replay {

using cli::Failure;
using cli::kExitBadInput;
using cli::kExitDone;
using cli::kExitInterrupted;
using cli::kExitSomeFailed;
using cli::kExitUnreachable;

// A Status that is not ok as a Failure: damage and what is not there are findings, all else means
// that the log could not be read.
inline void check(const store::Status& status) {
  if (status.ok()) return;
  std::string sentence = status.message();
  while (sentence.ends_with('.')) sentence.pop_back();
  const bool finding = status.code() == store::Code::corruption ||
                       status.code() == store::Code::not_found ||
                       status.code() == store::Code::invalid;
  throw Failure(finding ? kExitSomeFailed : kExitUnreachable, sentence);
}

// The value, or the Failure that its Status means.
template <class T>
T value_of(store::Result<T> result) {
  check(result.status());
  return std::move(*result);
}

}  // namespace souk::replay
