// `--watch`: the same question again and again.
#pragma once

#include <functional>
#include <string>

#include "tools/shared/console.hpp"

namespace souk::query {

using cli::Console;

struct Look {
  std::string data;   // for stdout
  std::string notes;  // for stderr, whole lines
};

// Looks every `interval_s` seconds until Ctrl-C; returns 130. On a terminal each look replaces the
// one before, on a screen of its own; elsewhere it is appended, after a line with the time (on
// stderr if stdout is for programs). `look` may throw Failure: the first time that ends it, later
// it is shown, and looked again. Needs Console::stop.
int watch(const Console& console, double interval_s, bool for_programs,
          const std::function<Look()>& look);

}  // namespace souk::query
