// A small world for the receipts: one SKU whose host is taken apart (walked_host.hpp), a saga of
// one step that holds a unit of it and then settles or undoes, and a client who receives units
// under one id and two bodies. All that can happen next, and what must be true.
//
// The clocks. What matters of a reading is whether it is before the deadline, after it but not by
// more than the margin, or later still: kClocks. Clocks differ by at most the margin, so no two
// machines are at the first and the last of them at the same time. The saga's own clock may pass
// the deadline at any moment.
//
// The saga has no receipts of its own in here: it advances by one durable record per answer, and
// dying between two of them loses nothing but answers, which may come again. Rule 4 is re-stated in
// here; the checkout's real one is what the checkout's walk goes through.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/stock/stock.hpp"
#include "tests/sagas/said.hpp"
#include "tests/support/values.hpp"

namespace souk::test::one_step {

struct Rules {
  HostRules host;
  // 4: a step whose outcome the deadline left unknown is undone as well.
  bool unknown_is_undone = true;
};

// Where a walk begins, and who is there.
struct Scenario {
  std::string name;
  stock::State stock;
  bool saga = true;
  bool pivot = false;     // the saga's step has no undo: it is asked until it answers
  int client_bodies = 0;  // with how many bodies a client's request may come; 0: there is no client
  // Somebody else's command, which comes once, at any moment or never.
  std::optional<Stock::Command> meanwhile;
  // One refusal of an attempt is as good as another: only what does harm is a broken promise.
  bool codes_matter = true;
};

enum class Phase : std::uint8_t {
  attempting,
  settling,
  undoing,
  // It has ended:
  settled,
  undone,
  refused,  // the attempt was refused: nothing to undo
  taken,    // a pivot that was accepted: nothing to settle
};

using Host = WalkedHost<Stock, std::uint64_t, 2>;

// One moment.
struct World {
  Host::At host;
  std::uint64_t given = 0;  // answers that were given: each may arrive now, again, or never
  std::uint8_t sent = 0;    // a bit a command that was sent: the same
  Phase phase = Phase::attempting;
  std::uint8_t far = 0;    // some clock has passed deadline and margin: none is before the deadline
  std::uint8_t fault = 0;  // 1: two answers contradict each other
  std::array<std::uint8_t, 4> padding{};
  bool operator==(const World&) const = default;
};

struct Action {
  enum class Kind : std::uint8_t {
    deliver,
    read,
    commit,
    restart,
    restart_from_snapshot,
    take_snapshot,
    clock,
    hear,       // the saga hears an answer
    turn_back,  // it hears that it was accepted, and turns back all the same
    deadline,   // passes for the saga
  };
  Kind kind = Kind::deliver;
  std::uint8_t number = 0;             // of the command, the answer, or the clock's reading
  std::uint8_t answer = kNothingSaid;  // to the command
};

// For walk(). Not thread-safe.
class Model {
 public:
  using World = one_step::World;
  using Action = one_step::Action;
  using Steps = std::vector<std::pair<Action, World>>;

  Model(Scenario scenario, Rules rules);

  World start() const { return start_; }
  void next(const World& world, Steps& steps);
  std::string broken_promise(const World& world) const;
  bool ended(const World& world) const;
  std::string_view ending(const World& world) const;
  std::string describe_action(Action action) const;

 private:
  void deliver(const World& world, std::uint8_t command, Front front, Steps& steps);
  void live_and_die(const World& world, Steps& steps);
  void hear(const World& world, std::uint8_t answer, Steps& steps) const;
  World entering(World world, Phase phase) const;
  World released(World world, std::uint64_t answers) const;
  bool was_given(const World& world, std::uint8_t command) const;
  std::string broken_by_saga(const World& world, const stock::State& now) const;
  std::string broken_by_client(const World& world, const stock::State& now) const;

  Scenario scenario_;
  Rules rules_;
  Host host_;
  Numbered<Said<Stock>> said_;
  World start_;
};

}  // namespace souk::test::one_step
