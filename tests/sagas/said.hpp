// What a host answered to which command, and which answers contradict each other.
#pragma once

#include <cstdint>
#include <string>

#include "tests/sagas/walked_host.hpp"

namespace souk::test {

// Where the number of something said may stand.
inline constexpr std::uint8_t kNothingSaid = 0xff;

template <class A>
struct Said {
  std::uint8_t command = 0;
  Answered<typename A::Reply> answer;
  bool final = true;     // false: durable, but what it is answered with has yet to come
  bool lapses = false;   // its receipt may be forgotten before the last of the clocks' readings
  bool at_last = false;  // decided when some clock had come to that reading
  bool operator==(const Said&) const = default;
};

template <class Reply>
bool accepted(const Answered<Reply>& answer) {
  return !answer.id_reused && answer.refusal == 0;
}

// The answer that a host gave to a command just now. `at_last`: some clock, not only the host's own
// perhaps, has come to the last reading.
template <class A, class Host>
Said<A> said_by(const Host& host, const typename Host::Decided& decided, std::uint8_t command,
                bool final, bool at_last) {
  const auto& receipts = host.in_memory(decided.at).receipts;
  const auto receipt = receipts.find(host.command(command).id);
  const bool lapses = receipt == receipts.end() ||
                      (receipt->second.until.is_set() && receipt->second.until < host.last_clock());
  return {command, decided.answer, final, lapses, at_last};
}

// Whether two answers to one command, `first` given before `second`, break a promise: the same id
// is answered the same way as long as its receipt is promised. A receipt is promised until its time
// has come for some clock: an aggregate that has forgotten it there may go on where it is not quite
// so late. A refused attempt is never accepted later, and an accepted one not refused, until it is
// `over`, settled or undone, and its receipt's time has come: then no saga listens any more.
template <class A>
bool contradict(const Said<A>& first, const Said<A>& second, Intent intent, bool over) {
  if (first.command != second.command || first.answer == second.answer) return false;
  const bool forgotten = first.lapses && second.at_last;
  if (intent == Intent::request) return accepted(first.answer) || !forgotten;
  const bool both_refused = !accepted(first.answer) && !accepted(second.answer);
  return !second.at_last || !(both_refused || over);
}

// Whether answers that are given now break a promise, together with those that were `given` before
// or with each other; of several that are given at once either may be the first to be heard. The
// bits of the masks are numbers in `all`.
template <class A, class Contradict>
bool any_contradiction(const Numbered<Said<A>>& all, std::uint64_t given, std::uint64_t now,
                       Contradict contradict) {
  const auto is_in = [](std::uint64_t mask, std::size_t at) { return (mask >> at & 1) != 0; };
  for (std::size_t second = 0; second < all.size(); ++second) {
    if (!is_in(now, second)) continue;
    for (std::size_t first = 0; first < all.size(); ++first) {
      if (!is_in(given | now, first) || !contradict(all[first], all[second])) continue;
      if (is_in(given, first) || contradict(all[second], all[first])) return true;
    }
  }
  return false;
}

// In words, for a story: "accepted", "out_of_stock".
template <class A>
std::string describe_answer(const Said<A>& said) {
  if (said.answer.id_reused) return "id_reused";
  if (said.answer.refusal != 0) return std::string(refusal_name<A>(said.answer.refusal));
  return said.final ? "accepted" : "accepted, to be delivered";
}

}  // namespace souk::test
