// What will happen in a simulation, and when: arrivals of frames, faults and their ends, clients.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "events/ids.hpp"

namespace souk::sim {

// Virtual time begins here: 2026-01-01T00:00:00Z.
inline constexpr Time kBegin{1'767'225'600'000'000};

// The clock of the world, and what is due by it. Of things that are due at the same moment the one
// that was entered first comes first.
class Agenda {
 public:
  Time now() const { return now_; }
  void at(Time when, std::function<void()> what) {
    due_.emplace(std::max(when, now_), std::move(what));
  }
  void after(Duration wait, std::function<void()> what) { at(now_ + wait, std::move(what)); }

  std::optional<Time> next() const {
    return due_.empty() ? std::nullopt : std::optional(due_.begin()->first);
  }
  // Time passes, up to `when` or the first thing that is due before. Runs nothing.
  void pass_to(Time when) { now_ = std::max(now_, when); }
  // Does what is due by now. What it enters for now is done as well.
  void run_due() {
    while (!due_.empty() && due_.begin()->first <= now_) {
      const std::function<void()> what = std::move(due_.begin()->second);
      due_.erase(due_.begin());
      what();
    }
  }

 private:
  Time now_ = kBegin;
  std::multimap<Time, std::function<void()>> due_;
};

}  // namespace souk::sim
