#include "tests/sagas/model_world.hpp"

#include <algorithm>
#include <stdexcept>

#include "tests/support/saga_script.hpp"

namespace souk::test {
namespace {

enum Actor : std::size_t { kOrder, kStockA, kStockB, kCoupon, kWallet };
constexpr std::array<std::string_view, kActors> kActorNames = {"the order", "stock a", "stock b",
                                                               "the coupon", "the wallet"};

std::size_t actor_of(const Checkout::Calls& call) {
  return std::visit(Overload{
                        [](const Call<Order>&) { return kOrder; },
                        [](const Call<Stock>& c) { return c.target == "a" ? kStockA : kStockB; },
                        [](const Call<Coupon>&) { return kCoupon; },
                        [](const Call<Wallet>&) { return kWallet; },
                    },
                    call);
}

constexpr std::uint8_t kAllLate = (1U << kActors) - 1;

bool is_late(const World& world, std::size_t actor) { return (world.late >> actor & 1) != 0; }

}  // namespace

// --- tables ----------------------------------------------------------------------------------

template <class A>
auto& Model::table_of(std::size_t actor) {
  if constexpr (std::is_same_v<A, Stock>)
    return actor == kStockA ? std::get<kStockA>(actors_) : std::get<kStockB>(actors_);
  else
    return std::get<Numbered<Durable<A>>>(actors_);
}

template <class A>
std::uint8_t Model::keep(std::size_t actor, const Durable<A>& durable) {
  if (broken_invariant_.empty()) broken_invariant_ = broken_invariant(durable.state);
  return narrow<std::uint8_t>(table_of<A>(actor).number_of(durable));
}

std::uint16_t Model::keep_saga(const checkout::State& state) {
  const auto number = narrow<std::uint16_t>(sagas_.number_of(state));
  if (number < saga_views_.size()) return number;
  SagaView view;
  for (const Out& out : Checkout::pending(state)) {
    const std::size_t command = commands_.number_of(out);
    if (command >= 64) throw std::length_error("More commands than bits in World::sent.");
    view.pending.push_back(static_cast<std::uint8_t>(command));
  }
  if (view.pending.size() > kInFlightMax) throw std::length_error("Too many side by side.");
  view.times_out = Checkout::deadline(state).has_value();
  view.ended = !Checkout::open(state);
  saga_views_.push_back(std::move(view));
  return number;
}

Model::Model(Scenario scenario, Rules rules) : scenario_(std::move(scenario)), rules_(rules) {
  start_.actors = {
      keep<Order>(kOrder, {scenario_.order, {}}), keep<Stock>(kStockA, {scenario_.stock_a, {}}),
      keep<Stock>(kStockB, {scenario_.stock_b, {}}), keep<Coupon>(kCoupon, {scenario_.coupon, {}}),
      keep<Wallet>(kWallet, {scenario_.wallet, {}})};
  const auto started = Checkout::decide({}, scenario_.start, {kNow, {}, kDeadline});
  start_ = entering(start_, keep_saga(fold<Checkout>({}, started.events())));
}

// --- the network and the participants --------------------------------------------------------

Model::Delivery Model::deliver_now(std::size_t actor, std::uint8_t state, const Out& out,
                                   bool late) {
  return std::visit(
      [&](const auto& call) -> Delivery {
        using A = typename std::remove_cvref_t<decltype(call)>::aggregate;
        Durable<A> durable = table_of<A>(actor)[state];
        const auto verdict =
            test::deliver<A>(durable, out.step, out.intent, call.command, late, rules_);
        const auto answer = Checkout::answer(out.step, verdict.refusal, verdict.reply);
        return {keep<A>(actor, durable), narrow<std::uint8_t>(answers_.number_of(answer))};
      },
      out.call);
}

Model::Delivery Model::delivery(std::size_t actor, std::uint8_t state, std::uint8_t command,
                                bool late) {
  const std::uint32_t key = static_cast<std::uint32_t>(state) << 16 |
                            static_cast<std::uint32_t>(command) << 8 | (late ? 1U : 0U);
  const auto known = deliveries_.find(key);
  if (known != deliveries_.end()) return known->second;
  return deliveries_[key] = deliver_now(actor, state, commands_[command], late);
}

void Model::deliver_sent(const World& world, std::vector<std::pair<Action, World>>& steps) {
  for (std::uint8_t command = 0; command < commands_.size(); ++command) {
    if ((world.sent >> command & 1) == 0) continue;
    const std::size_t actor = actor_of(commands_[command].call);
    const Delivery done = delivery(actor, world.actors[actor], command, is_late(world, actor));
    World next = world;
    next.actors[actor] = done.actor_state;
    steps.push_back({{Action::Kind::deliver_answer_lost, command}, next});
    next = with_answer(next, command, done.answer);
    steps.push_back({{Action::Kind::deliver_and_answer, command}, next});
  }
}

// --- the saga's host -------------------------------------------------------------------------

World Model::entering(World world, std::uint16_t saga) const {
  world.saga = saga;
  world.answers.fill(kNoAnswer);
  for (const std::uint8_t command : saga_views_[saga].pending)
    world.sent |= std::uint64_t{1} << command;
  return world;
}

bool Model::waits_for(std::uint8_t pending, std::uint8_t command) const {
  if (rules_.answers_name_intent) return pending == command;
  return commands_[pending].step == commands_[command].step;
}

World Model::with_answer(World world, std::uint8_t command, std::uint8_t answer) {
  const auto& pending = saga_views_[world.saga].pending;
  const auto at =
      std::ranges::find_if(pending, [&](std::uint8_t p) { return waits_for(p, command); });
  if (at == pending.end()) return world;  // nobody waits for it any more
  std::uint8_t& slot = world.answers[static_cast<std::size_t>(at - pending.begin())];
  if (slot == kNoAnswer) slot = answer;
  const bool all = std::all_of(world.answers.begin(),
                               world.answers.begin() + static_cast<std::ptrdiff_t>(pending.size()),
                               [](std::uint8_t a) { return a != kNoAnswer; });
  return all ? advanced(world, false) : world;
}

checkout::State Model::advance_saga(const World& world, bool timed_out) const {
  const checkout::State& state = sagas_[world.saga];
  std::vector<checkout::Answer> answers;
  for (const std::uint8_t answer : world.answers)
    if (answer != kNoAnswer) answers.push_back(answers_[answer]);
  auto events =
      Checkout::decide(state, Checkout::advance(answers, timed_out), {kNow, {}, {}}).events();
  for (auto& event : events) {
    auto* turned_back = std::get_if<checkout::TurnedBack>(&event);
    if (turned_back == nullptr || rules_.unknown_is_undone) continue;
    std::erase_if(turned_back->undo, [&](const StepRef& step) {
      return checkout::row_of(step.step).attempted_in == state.phase &&
             std::ranges::find(answers, step, &checkout::Answer::step) == answers.end();
    });
  }
  return fold<Checkout>(state, events);
}

World Model::advanced(World world, bool timed_out) {
  const auto key = std::tuple{world.saga, world.answers, timed_out};
  auto known = advances_.find(key);
  if (known == advances_.end())
    known = advances_.emplace(key, keep_saga(advance_saga(world, timed_out))).first;
  return entering(world, known->second);
}

// --- everything else that happens ------------------------------------------------------------

World Model::with_meanwhile(World world) {
  const std::size_t actor = actor_of(*scenario_.meanwhile);
  std::visit(
      [&](const auto& call) {
        using A = typename std::remove_cvref_t<decltype(call)>::aggregate;
        Durable<A> durable = table_of<A>(actor)[world.actors[actor]];
        decide_at<A>(durable.state, call.command, now_at(is_late(world, actor)));
        world.actors[actor] = keep<A>(actor, durable);
      },
      *scenario_.meanwhile);
  world.meanwhile = 1;
  return world;
}

World Model::without_receipts(World world) {
  const auto forget = [&]<class A>(std::size_t actor, A) {
    Durable<A> durable = table_of<A>(actor)[world.actors[actor]];
    durable.receipts.clear();
    world.actors[actor] = keep<A>(actor, durable);
  };
  forget(kOrder, Order{});
  forget(kStockA, Stock{});
  forget(kStockB, Stock{});
  forget(kCoupon, Coupon{});
  forget(kWallet, Wallet{});
  world.forgotten = 1;
  return world;
}

void Model::pass_clocks(const World& world, std::vector<std::pair<Action, World>>& steps) const {
  for (std::uint8_t actor = 0; actor < kActors; ++actor) {
    if (is_late(world, actor)) continue;
    steps.push_back({{Action::Kind::clock_passes_deadline, actor}, world});
    steps.back().second.late |= static_cast<std::uint8_t>(1U << actor);
  }
}

void Model::next(const World& world, std::vector<std::pair<Action, World>>& steps) {
  steps.clear();
  using Kind = Action::Kind;
  deliver_sent(world, steps);
  if (saga_views_[world.saga].times_out)
    steps.push_back({{Kind::saga_times_out}, advanced(world, true)});
  steps.push_back({{Kind::saga_restarts}, entering(world, world.saga)});
  pass_clocks(world, steps);
  if (scenario_.meanwhile && world.meanwhile == 0)
    steps.push_back({{Kind::meanwhile}, with_meanwhile(world)});
  if ((ended(world) || !rules_.receipts_outlive_saga) && world.late == kAllLate &&
      world.forgotten == 0)
    steps.push_back({{Kind::receipts_forgotten}, without_receipts(world)});
  std::erase_if(steps, [&](const auto& step) { return step.second == world; });
}

// --- what must be true -----------------------------------------------------------------------

std::string_view Model::ending(const World& world) const {
  return sagas_[world.saga].phase == checkout::Phase::confirmed ? "confirmed" : "cancelled";
}

std::string Model::broken_promise(const World& world) const {
  using checkout::Phase;
  if (!broken_invariant_.empty()) return broken_invariant_;
  const checkout::State& saga = sagas_[world.saga];
  const order::State& order = std::get<kOrder>(actors_)[world.actors[kOrder]].state;
  const stock::State& a = std::get<kStockA>(actors_)[world.actors[kStockA]].state;
  const stock::State& b = std::get<kStockB>(actors_)[world.actors[kStockB]].state;
  const coupon::State& coupon = std::get<kCoupon>(actors_)[world.actors[kCoupon]].state;
  const wallet::State& wallet = std::get<kWallet>(actors_)[world.actors[kWallet]].state;

  const bool ours = order.customer_id.empty() || order.customer_id == scenario_.start.customer_id;
  const bool confirmed = ours && order.status == order::Status::confirmed;
  const bool coupon_used = coupon.status == coupon::Status::used && coupon.hold_id == kHold;
  const auto bought = [](const stock::State& now, const stock::State& before) {
    return (now.sold - before.sold).value;
  };
  const auto spent = wallet.settled_minor - scenario_.wallet.settled_minor;

  // At every moment.
  if (confirmed && saga.phase != Phase::confirming && saga.phase != Phase::settling &&
      saga.phase != Phase::confirmed)
    return "The order is confirmed and its checkout is not.";
  if (!confirmed && (bought(a, scenario_.stock_a) != 0 || bought(b, scenario_.stock_b) != 0 ||
                     coupon_used || spent != 0))
    return "Something is settled of an order that is not confirmed.";
  if (ours && !order.lines.empty() && order.ordered_at != scenario_.start.ordered_at)
    return "The order has another time than its customer said.";
  if (!ended(world)) return {};

  // From the end on.
  if (confirmed != (saga.phase == Phase::confirmed))
    return "The order and its checkout ended differently.";
  if (ours && order.status == order::Status::placed) return "The order is left open.";
  if (a.holds.contains(kHold) || b.holds.contains(kHold)) return "Units are still held.";
  if (wallet.holds.contains(kHold)) return "Money is still held.";
  if (coupon.status == coupon::Status::held && coupon.hold_id == kHold)
    return "The coupon is still held.";
  if (!saga.dead_letters.empty()) return "A settlement or an undo was refused.";
  if (!confirmed) return {};
  if (bought(a, scenario_.stock_a) != 2 || bought(b, scenario_.stock_b) != 1)
    return "Not every line was sold exactly once.";
  if (!coupon_used) return "The coupon was not used.";
  if (spent != order.totals.total_minor) return "The total was not spent exactly once.";
  return {};
}

std::string Model::describe_action(Action action) const {
  switch (action.kind) {
    case Action::Kind::deliver_and_answer:
      return "answered:      " + describe(commands_[action.number]);
    case Action::Kind::deliver_answer_lost:
      return "answer lost:   " + describe(commands_[action.number]);
    case Action::Kind::saga_times_out: return "the checkout's deadline passes";
    case Action::Kind::clock_passes_deadline:
      return std::string(kActorNames[action.number]) + "'s clock passes the deadline";
    case Action::Kind::saga_restarts: return "the checkout's host dies and comes back";
    case Action::Kind::meanwhile: return "meanwhile, somebody else's command arrives";
    case Action::Kind::receipts_forgotten: return "the receipts are forgotten, much later";
  }
  return "?";
}

}  // namespace souk::test
