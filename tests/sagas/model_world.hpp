// A small world for one checkout: the saga, its five participants with their hosts' receipts, a
// network that loses, repeats and delays at will, and clocks that do not agree. All that can happen
// next, and what must be true.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "tests/sagas/model_host.hpp"
#include "tests/sagas/numbered.hpp"

namespace souk::test {

// --- where a walk begins ---------------------------------------------------------------------

struct Scenario {
  std::string name;
  checkout::Start start = small_order();
  order::State order;
  stock::State stock_a;
  stock::State stock_b;
  coupon::State coupon;
  wallet::State wallet;
  // Somebody else's command, which comes once, at any moment or never.
  std::optional<Checkout::Calls> meanwhile;
};

// --- a moment --------------------------------------------------------------------------------

inline constexpr std::size_t kActors = 5;       // order, stock a, stock b, coupon, wallet
inline constexpr std::size_t kInFlightMax = 5;  // commands that the small order has side by side
inline constexpr std::uint8_t kNoAnswer = 0xff;

// One moment of the world. States, commands and answers are numbers into the model's tables, so
// that a million moments fit into memory and compare fast.
struct World {
  std::uint64_t sent = 0;  // commands that were ever sent: each may arrive now, again, or never
  std::uint16_t saga = 0;  // the saga's durable state
  std::array<std::uint8_t, kActors> actors{};        // each one's durable state
  std::array<std::uint8_t, kInFlightMax> answers{};  // collected in memory, one a pending command
  std::uint8_t late = 0;       // a bit an actor: its clock is past the deadline
  std::uint8_t meanwhile = 0;  // somebody else's command has come
  std::uint8_t forgotten = 0;  // receipts have been forgotten
  std::array<std::uint8_t, 1> padding{};
  bool operator==(const World&) const = default;
};
static_assert(std::has_unique_object_representations_v<World>);

// What happens next.
struct Action {
  enum class Kind : std::uint8_t {
    deliver_and_answer,  // a command arrives (for the first time or again), and so does its answer
    deliver_answer_lost,
    saga_times_out,
    clock_passes_deadline,  // of one participant
    saga_restarts,          // the answers in its memory are lost
    meanwhile,
    receipts_forgotten,  // long after the saga has ended
  };
  Kind kind = Kind::deliver_and_answer;
  std::uint8_t number = 0;  // which command (of the deliveries), which actor (of the clocks)
};

// --- the model -------------------------------------------------------------------------------

// For walk(). Not thread-safe.
class Model {
 public:
  using World = test::World;
  using Action = test::Action;

  Model(Scenario scenario, Rules rules);

  World start() const { return start_; }

  void next(const World& world, std::vector<std::pair<Action, World>>& steps);
  std::string broken_promise(const World& world) const;
  bool ended(const World& world) const { return saga_views_[world.saga].ended; }
  std::string_view ending(const World& world) const;
  std::string describe_action(Action action) const;

 private:
  using Actors =
      std::tuple<Numbered<Durable<Order>>, Numbered<Durable<Stock>>, Numbered<Durable<Stock>>,
                 Numbered<Durable<Coupon>>, Numbered<Durable<Wallet>>>;
  using Answers = std::array<std::uint8_t, kInFlightMax>;
  struct Delivery {
    std::uint8_t actor_state = 0;
    std::uint8_t answer = 0;
  };
  struct SagaView {
    std::vector<std::uint8_t> pending;  // commands
    bool times_out = false;
    bool ended = false;
  };

  template <class A>
  auto& table_of(std::size_t actor);
  template <class A>
  std::uint8_t keep(std::size_t actor, const Durable<A>& durable);
  std::uint16_t keep_saga(const checkout::State& state);

  Delivery delivery(std::size_t actor, std::uint8_t state, std::uint8_t command, bool late);
  Delivery deliver_now(std::size_t actor, std::uint8_t state, const Out& out, bool late);
  void deliver_sent(const World& world, std::vector<std::pair<Action, World>>& steps);
  void pass_clocks(const World& world, std::vector<std::pair<Action, World>>& steps) const;
  bool waits_for(std::uint8_t pending, std::uint8_t command) const;
  World with_answer(World world, std::uint8_t command, std::uint8_t answer);
  World advanced(World world, bool timed_out);
  checkout::State advance_saga(const World& world, bool timed_out) const;
  World with_meanwhile(World world);
  World without_receipts(World world);
  World entering(World world, std::uint16_t saga) const;

  Scenario scenario_;
  Rules rules_;
  Actors actors_;
  Numbered<checkout::State> sagas_;
  std::vector<SagaView> saga_views_;  // one a saga state
  Numbered<Out> commands_;
  Numbered<checkout::Answer> answers_;
  std::unordered_map<std::uint32_t, Delivery> deliveries_;                      // worked out before
  std::map<std::tuple<std::uint16_t, Answers, bool>, std::uint16_t> advances_;  // the same
  std::string broken_invariant_;  // of a participant's state
  World start_;
};

}  // namespace souk::test
