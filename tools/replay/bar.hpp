// A progress bar for work that says how far it is by a callback.
#pragma once

#include <cstdint>
#include <string>

#include "tools/replay/commands.hpp"
#include "tools/shared/progress.hpp"

namespace souk::replay {

// One thread.
class Bar {
 public:
  explicit Bar(const Context& context)
      : progress_(context.console.err, !context.options.no_progress) {}

  // A new label begins a new bar.
  void show(const std::string& label, std::uint64_t done, std::uint64_t total) {
    if (label != label_) {
      label_ = label;
      done_ = 0;
      progress_.start(label, total);
    }
    if (done > done_) progress_.advance(done - done_);
    done_ = done;
    progress_.draw();
  }
  void clear() { progress_.clear(); }

 private:
  cli::Progress progress_;
  std::string label_;
  std::uint64_t done_ = 0;
};

}  // namespace souk::replay
