// How souk-query ends, and what it throws on the way there.
#pragma once

#include "tools/shared/failure.hpp"

namespace souk::query {

using cli::Failure;
using cli::kExitBadInput;
using cli::kExitDone;
using cli::kExitInterrupted;
using cli::kExitSomeFailed;
using cli::kExitUnreachable;
inline constexpr int kExitBehind = 4;  // the models did not come as far as --at-least in time

}  // namespace souk::query
