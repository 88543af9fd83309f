// Answers about the log: who answers once and for all, and what a store's Status means.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "node/gateway/raw_log.hpp"
#include "store/status.hpp"

namespace souk::node {

template <class T>
gateway::LogAnswer<T> no(gateway::LogOutcome outcome, std::string detail = {}) {
  return {outcome, std::move(detail), {}};
}

// What a Status that is not ok is for the one who asked.
template <class T>
gateway::LogAnswer<T> no(const store::Status& status) {
  using gateway::LogOutcome;
  switch (status.code()) {
    case store::Code::invalid: return no<T>(LogOutcome::no_partition, status.message());
    case store::Code::corruption: return no<T>(LogOutcome::damaged, status.message());
    case store::Code::stopped: return no<T>(LogOutcome::unavailable, status.message());
    default: return no<T>(LogOutcome::failed, status.message());
  }
}

// Calls `done` exactly once: with the answer that it is given or, if it goes without one, with the
// news that the node is stopping. One thread at a time; shared by jobs, which must be copyable.
template <class T>
class Asker {
 public:
  explicit Asker(gateway::LogDone<T> done) : done_(std::move(done)) {}
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;
  ~Asker() { answer(no<T>(gateway::LogOutcome::unavailable, "The node is stopping.")); }

  void answer(gateway::LogAnswer<T> answer) {
    if (auto done = std::exchange(done_, nullptr)) done(std::move(answer));
  }

  // The answer that `work()` gives; what it throws is a failure.
  template <class Work>
  void answer_by(const Work& work) {
    try {
      answer(work());
    } catch (const std::exception& error) {
      answer(no<T>(gateway::LogOutcome::failed,
                   std::string("Reading the log failed: ") + error.what() + "."));
    }
  }

 private:
  gateway::LogDone<T> done_;
};

}  // namespace souk::node
