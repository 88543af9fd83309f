// A host within a walk: what it has in memory, what is durable, the records between the two, and
// the answers that wait for them, all as numbers into the host's tables.
//
// Not durable, and so lost when the host dies: its memory, the records in flight and the answers
// that wait. Records become durable one by one and in order, so a batch of which the first part was
// written is among what can happen. A snapshot is taken with nothing in flight; one that is written
// along with a record is the same as one taken right after that record, before the next command.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tests/sagas/hosted.hpp"
#include "tests/sagas/numbered.hpp"

namespace souk::test {

// The host's part of a moment, without padding. `Mask` has a bit for every answer that the world
// can tell apart, and `kInFlightMax` records may be on their way at once.
template <class Mask, std::size_t kInFlightMax>
struct HostAt {
  std::array<Mask, kInFlightMax> waiting{};           // for the record at the same place
  std::array<std::uint16_t, kInFlightMax> records{};  // in flight, the oldest first
  std::uint32_t in_flight = 0;
  std::uint16_t memory = 0;
  std::uint16_t log = 0;       // what a fold of the records gives
  std::uint16_t snapshot = 0;  // what the last snapshot and the records after it give
  std::uint16_t clock = 0;     // which of the clocks' readings it goes by
  bool operator==(const HostAt&) const = default;
};

// The tables of one aggregate's host, or of several of one kind. They fill up while they are used.
template <class A, class Mask_, std::size_t kInFlightMax>
class WalkedHost {
 public:
  using Mask = Mask_;
  using At = HostAt<Mask, kInFlightMax>;

  // `clocks`: the readings that matter, ascending.
  WalkedHost(HostRules rules, std::vector<Time> clocks)
      : rules_(rules), clocks_(std::move(clocks)) {}

  At start(const Hosted<A>& hosted) {
    At at;
    at.memory = at.log = at.snapshot = number(hosted);
    return at;
  }

  // The command's number, from now on.
  std::uint8_t number_of(const Asked<A>& command) {
    return narrow<std::uint8_t>(commands_.number_of(command));
  }
  const Asked<A>& command(std::uint8_t number) const { return commands_[number]; }
  const Hosted<A>& in_memory(const At& at) const { return hosted_[at.memory]; }
  const Hosted<A>& durable(const At& at) const { return hosted_[at.log]; }
  Time last_clock() const { return clocks_.back(); }
  bool at_last_clock(const At& at) const { return at.clock + 1U == clocks_.size(); }

  struct Decided {
    At at;
    Answered<typename A::Reply> answer;
  };
  // A command arrives. None if too much is in flight already: then it arrives later.
  std::optional<Decided> decide(At at, std::uint8_t command, Front front) {
    return enter(at, command, front);
  }
  // A read arrives: nobody minds the answer, but receipts are forgotten, and what is due happens.
  std::optional<Decided> read(At at, Front front) { return enter(at, kRead, front); }

  // Answers with `answers` once everything is durable that has been decided; gives what can be sent
  // now.
  Mask answer(At& at, Mask answers) const {
    if (at.in_flight == 0 || !rules_.answers_wait) return answers;
    at.waiting[at.in_flight - 1U] |= answers;
    return 0;
  }

  // The oldest record in flight becomes durable. Gives the answers that waited for it; `events` are
  // its own.
  Mask commit(At& at, std::vector<typename A::Event>& events) {
    const Mask released = at.waiting[0];
    const Group& group = groups_[at.records[0]];
    at.log = folded(at.log, at.records[0]);
    at.snapshot = folded(at.snapshot, at.records[0]);
    events = events_of(group);
    for (std::size_t i = 1; i < kInFlightMax; ++i) {
      at.waiting[i - 1] = at.waiting[i];
      at.records[i - 1] = at.records[i];
    }
    at.waiting.back() = 0;
    at.records.back() = 0;
    --at.in_flight;
    return released;
  }

  // It dies and comes back, on a machine with another clock perhaps.
  At restarted(At at, bool from_snapshot, std::uint16_t clock) const {
    if (!from_snapshot) at.snapshot = at.log;
    At after;
    after.memory = from_snapshot ? at.snapshot : at.log;
    after.log = at.log;
    after.snapshot = at.snapshot;
    after.clock = clock;
    return after;
  }

  // With nothing in flight.
  void take_snapshot(At& at) {
    const auto known = saved_.find(at.memory);
    if (known != saved_.end()) {
      at.snapshot = known->second;
      return;
    }
    const std::uint16_t memory = at.memory;
    at.snapshot = number(through_snapshot<A>(hosted_[memory], rules_));
    saved_[memory] = at.snapshot;
  }

 private:
  // What one message left: made durable at once.
  using Group = std::vector<std::string>;
  static constexpr std::uint8_t kRead = 0xff;
  static constexpr std::uint16_t kNoGroup = 0xffff;
  struct Done {
    std::uint16_t memory = 0;
    std::uint16_t group = kNoGroup;
    Answered<typename A::Reply> answer;
  };

  std::uint16_t number(const Hosted<A>& hosted) {
    return narrow<std::uint16_t>(hosted_.number_of(hosted));
  }

  std::optional<Decided> enter(At at, std::uint8_t command, Front front) {
    const Done& done = handled(at, command, front);
    if (done.group != kNoGroup) {
      if (at.in_flight == kInFlightMax) return std::nullopt;
      at.records[at.in_flight++] = done.group;
    }
    at.memory = done.memory;
    return Decided{at, done.answer};
  }

  // Worked out once for each memory, command, clock and front.
  const Done& handled(const At& at, std::uint8_t command, Front front) {
    const std::uint64_t key =
        static_cast<std::uint64_t>(at.memory) << 24 | static_cast<std::uint64_t>(command) << 16 |
        static_cast<std::uint64_t>(at.clock) << 8 | static_cast<std::uint64_t>(front);
    const auto known = handled_.find(key);
    if (known != handled_.end()) return known->second;
    const Asked<A>* asked = command == kRead ? nullptr : &commands_[command];
    auto fresh = handle<A>(hosted_[at.memory], asked, clocks_[at.clock], front, rules_);
    Done done{number(fresh.after), kNoGroup, std::move(fresh.answer)};
    if (!fresh.records.empty())
      done.group = narrow<std::uint16_t>(groups_.number_of(fresh.records));
    return handled_.emplace(key, std::move(done)).first->second;
  }

  std::uint16_t folded(std::uint16_t before, std::uint16_t group) {
    const auto key = std::pair{before, group};
    const auto known = folded_.find(key);
    if (known != folded_.end()) return known->second;
    Hosted<A> after = hosted_[before];
    for (const std::string& bytes : groups_[group]) after = fold_bytes<A>(after, bytes, rules_);
    return folded_[key] = number(after);
  }

  std::vector<typename A::Event> events_of(const Group& group) const {
    std::vector<typename A::Event> events;
    for (const std::string& bytes : group) {
      store::RecordView record;
      if (!store::parse_record(bytes, record).ok() || !history::read_events<A>(record, events))
        throw std::logic_error("A record cannot be read back.");
    }
    return events;
  }

  HostRules rules_;
  std::vector<Time> clocks_;
  Numbered<Hosted<A>> hosted_;
  Numbered<Asked<A>> commands_;
  Numbered<Group> groups_;
  std::unordered_map<std::uint64_t, Done> handled_;
  std::map<std::pair<std::uint16_t, std::uint16_t>, std::uint16_t> folded_;
  std::map<std::uint16_t, std::uint16_t> saved_;
};

}  // namespace souk::test
