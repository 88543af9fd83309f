// What a link has asked its peer and has no answer to: who asked, how many bytes of it there may be
// (a window a lane), and whether the lane answers at all (a circuit breaker a lane).
//
// A lane is a service, or lane 0 for what is no command. One service that hangs fills its own
// window and trips its own breaker; the others' go on.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include <caf/all.hpp>

#include "actors/core/messages.hpp"
#include "cluster/frame.hpp"

namespace souk::cluster {

inline constexpr std::size_t kLanes = 16;

struct UnansweredOptions {
  std::size_t window_bytes = 8u << 20;       // of a lane
  Duration breaker_after = seconds(3);       // of silence, while something is asked
  Duration probe_every = milliseconds(500);  // then one request is let through to see
  Duration forget_after = seconds(15);       // if the asker did not say until when it waits
};

// Not thread-safe; a link's. Times are the caller's.
class Unanswered {
 public:
  struct Asker {
    std::uint8_t lane = 0;  // 0: `reply_to` gets Told; else it is the service, and gets an Answer
    core::ReplyTo reply_to;
  };
  enum class Admission : std::uint8_t { yes, window_full, breaker_open };

  explicit Unanswered(const UnansweredOptions& options) : options_(options) {}

  // Whether a request of so many bytes may go out. `gives_up`: its asker would rather hear at once
  // that the lane does not answer than wait (a client); others repeat anyway and are let through.
  Admission admit(std::uint8_t lane, std::size_t bytes, bool gives_up, Time now);

  // Notes that it went out. The number is the wire's. `until` not set: for `forget_after`.
  std::uint64_t add(Asker asker, std::size_t bytes, Time until, Time now);

  // Null: it is not waited for (any more).
  const Asker* find(std::uint64_t number) const;
  // An answer that is not the last came; or the last: then the number is done with.
  void heard(std::uint64_t number, Time now);
  void answered(std::uint64_t number, Time now);

  // Forgets what nobody waits for any more.
  void forget(Time now);
  // Forgets everything, and says of each whose it was.
  void take_all(const std::function<void(const Asker&)>& f);

  std::size_t size() const { return entries_.size(); }
  std::size_t bytes() const;
  // Lanes whose breaker is open.
  std::vector<std::uint8_t> silent(Time now) const;
  Duration silence(std::uint8_t lane, Time now) const;

 private:
  struct Entry {
    Asker asker;
    std::size_t bytes = 0;
    Time until;
    bool heard = false;
  };
  struct Lane {
    std::size_t bytes = 0;
    std::size_t unheard = 0;  // requests without any answer
    bool given_up = false;    // it was silent when an asker gave up, and has not been heard since
    Time silent_since;        // the last answer, or when it was first asked after being idle
    Time probed;
  };
  bool is_silent(const Lane& lane, Time now) const;
  void hear(Entry& entry, Time now);
  void drop(std::unordered_map<std::uint64_t, Entry>::iterator at);

  const UnansweredOptions options_;
  std::array<Lane, kLanes> lanes_{};
  std::unordered_map<std::uint64_t, Entry> entries_;
  std::deque<std::uint64_t> oldest_first_;  // numbers, some of them done with
  std::uint64_t last_ = 0;
};

}  // namespace souk::cluster
