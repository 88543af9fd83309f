// The checkout's walk goes through a model of the receipts (model_host.hpp). Here the model and the
// real thing are walked through side by side: the same commands in every order, repeated, on time
// and late, give the same answers and the same states. Forgetting is left out: the model forgets
// all at once, long after the saga has ended; what the real receipts forget when is
// receipts_walk's.
#include "tests/sagas/model_host.hpp"

#include <cstdio>

#include <gtest/gtest.h>

#include "tests/sagas/hosted.hpp"
#include "tests/sagas/numbered.hpp"
#include "tests/sagas/walk.hpp"
#include "tests/support/saga_script.hpp"

namespace souk::test {
namespace {

struct PairWorld {
  std::uint16_t model = 0;
  std::uint16_t real = 0;
  std::uint16_t late = 0;
  std::uint16_t differs = 0;  // 1: they gave different answers just now
  bool operator==(const PairWorld&) const = default;
};

struct PairAction {
  std::uint8_t command = 0;
  bool late = false;
};

// One participant of the small order, modelled and real.
template <class A>
class Pair {
 public:
  using World = PairWorld;
  using Action = PairAction;

  Pair(typename A::State state, std::vector<Out> commands) : commands_(std::move(commands)) {
    start_.model = narrow<std::uint16_t>(models_.number_of({state, {}}));
    start_.real = narrow<std::uint16_t>(reals_.number_of({state, {}, {}}));
  }

  World start() const { return start_; }

  void next(const World& world, std::vector<std::pair<Action, World>>& steps) {
    steps.clear();
    for (std::uint8_t command = 0; command < commands_.size(); ++command) {
      steps.push_back({{command, false}, world});
      if (world.late == 0) steps.push_back({{command, true}, world});
    }
    for (auto& [action, next] : steps) deliver(action, next);
  }

  std::string broken_promise(const World& world) const {
    if (world.differs != 0) return "The model and the host answer differently.";
    if (!(models_[world.model].state == reals_[world.real].state))
      return "The model and the host come to different states.";
    return {};
  }

  bool ended(const World&) const { return true; }
  std::string_view ending(const World&) const { return "any"; }
  std::string describe_action(Action action) const {
    return (action.late ? "late:    " : "arrives: ") + describe(commands_[action.command]);
  }

 private:
  void deliver(Action action, World& world) {
    if (action.late) world.late = 1;
    const Out& out = commands_[action.command];
    const auto& command = std::get<Call<A>>(out.call).command;
    Durable<A> model = models_[world.model];
    const Verdict<A> modelled =
        test::deliver<A>(model, out.step, out.intent, command, world.late != 0, {});
    const Asked<A> asked{describe(out.step), out.intent, kDeadline, command};
    const auto real =
        handle<A>(reals_[world.real], &asked, now_at(world.late != 0), Front::first, {});
    world.model = narrow<std::uint16_t>(models_.number_of(model));
    world.real = narrow<std::uint16_t>(reals_.number_of(real.after));
    world.differs = modelled == verdict_of(real.answer) ? 0 : 1;
  }

  static Verdict<A> verdict_of(const Answered<typename A::Reply>& answer) {
    if (answer.id_reused) return {"id_reused", {}};
    std::string refusal;
    if (answer.refusal != 0) refusal = refusal_name<A>(answer.refusal);
    if (answer.refusal != 0 && answer.refusal < kRefusalDeadlinePassed)
      refusal = std::string(name_of(A::kService)) + '.' + refusal;
    return {std::move(refusal), answer.reply};
  }

  std::vector<Out> commands_;
  Numbered<Durable<A>> models_;
  Numbered<Hosted<A>> reals_;
  World start_;
};

template <class A>
typename A::State after(std::initializer_list<typename A::Command> commands) {
  typename A::State state;
  for (const auto& command : commands) decide_at<A>(state, command, kNow);
  return state;
}

template <class A>
void expect_same(typename A::State state, std::vector<Out> commands) {
  const WalkResult result = walk(Pair<A>(std::move(state), std::move(commands)));
  EXPECT_EQ(result.broken, "");
  EXPECT_GT(result.states, 4U);
  std::printf("  %-10s %6zu states %7zu transitions\n", std::string(name_of(A::kService)).c_str(),
              result.states, result.transitions);
}

TEST(ModelHost, AnswersAsTheRealReceiptsDo) {
  const std::vector<Out> of_stock = {hold_stock(0, "a", 2), settle_stock(0, "a"),
                                     release_stock(0, "a")};
  const auto stock_of = [](std::int64_t units) {
    return after<Stock>(
        {stock::Register{"a thing", gbp(300)}, stock::Receive{ReceiptId("first"), {units}}});
  };
  expect_same<Stock>(stock_of(5), of_stock);
  expect_same<Stock>(stock_of(1), of_stock);

  coupon::Terms lapsing = one_pound_off();
  lapsing.valid_until = kDeadline;
  const std::vector<Out> of_coupon = {hold_coupon(), settle_coupon(), release_coupon()};
  for (const coupon::Terms& terms : {one_pound_off(), lapsing})
    expect_same<Coupon>(after<Coupon>({coupon::Grant{CustomerId("ann"), terms}}), of_coupon);

  const std::vector<Out> of_wallet = {hold_money(gbp(1000)), settle_money(), release_money()};
  for (const std::int64_t charged : {1500, 999})
    expect_same<Wallet>(after<Wallet>({wallet::Charge{ChargeId("c"), gbp(charged)}}), of_wallet);

  expect_same<Order>(
      {}, {place(small_order()), cancel("stock.out_of_stock", "a"), confirm(small_totals())});
}

}  // namespace
}  // namespace souk::test
