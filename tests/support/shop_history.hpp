// A whole shop, decided by the real deciders and carried by the real sagas, at random from a seed:
// records of all services that fit to each other, with everything that goes wrong on the way
// (refusals, deadlines, lost answers, undos that overtake, dead letters), and the states that the
// aggregates came to. shop_log.hpp writes it into a log.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "actors/campaign/campaign.hpp"
#include "actors/checkout/checkout.hpp"
#include "tests/support/memory_models.hpp"
#include "tests/support/shop_host.hpp"
#include "tests/support/terms.hpp"
#include "tests/support/values.hpp"

namespace souk::test {

// A record of the shop's as it goes into a log.
struct ShopRecord {
  Service service = Service::order;
  store::Record record;
  std::optional<store::Snapshot> snapshot;  // to be saved with it
};

class Shop {
 public:
  explicit Shop(std::uint64_t seed) : random_(seed) { open(); }

  // So many random things happen, then every saga is brought to its end if `finish`.
  void live(int things, bool finish) {
    for (int i = 0; i < things; ++i) something();
    for (int i = 0; finish && i < 100'000 && !at_rest(); ++i) carry_on(false);
  }

  const std::vector<HistoryRecord>& records() const { return records_; }
  const std::vector<ShopRecord>& log() const { return log_; }  // the same, in the same order
  template <class A>
  const std::map<std::string, Actor<A>>& all() const {
    return std::get<std::map<std::string, Actor<A>>>(actors_);
  }

 private:
  template <class A>
  using Actors = std::map<std::string, Actor<A>>;
  // An answer in a saga's memory, which a restart forgets.
  template <class S>
  using Collected = std::vector<std::pair<Outgoing<typename S::Calls>, typename S::Answer>>;

  std::int64_t pick(std::int64_t n) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(n));
  }
  template <class T>
  const T& one_of(const std::vector<T>& values) {
    return values[random_() % values.size()];
  }
  bool one_in(std::int64_t n) { return pick(n) == 0; }

  template <class A>
  Told<A> tell(const std::string& id, const typename A::Command& command, const Sent& sent) {
    Actor<A>& actor = std::get<Actors<A>>(actors_)[id];
    now_ = now_ + Duration{1 + pick(2'000'000)};
    if constexpr (Timed<A>)
      if (const auto due = A::due(actor.state, now_)) keep(id, actor.tell(id, *due, {}, now_));
    Told<A> told = actor.tell(id, command, sent, now_);
    keep(id, told);
    return told;
  }

  // A client's request: mostly with an id, at times traced.
  template <class A>
  void ask_for(const std::string& id, const typename A::Command& command, Sent sent = {}) {
    const auto number = static_cast<std::int64_t>(log_.size());
    sent.correlation_id = numbered("request-", number);
    if (!one_in(4)) sent.command_id = numbered("command-", number);
    if (one_in(3)) sent.trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    tell<A>(id, command, sent);
  }

  template <class A>
  void keep(const std::string& id, const Told<A>& told) {
    if (!told.record) return;
    const auto number = static_cast<std::uint16_t>(std::hash<std::string>{}(id) % 3);
    records_.push_back({{A::kService, number},
                        id,
                        told.record->sequence,
                        told.record->time,
                        told.record->correlation_id,
                        told.events});
    log_.push_back({A::kService, *told.record, told.snapshot});
  }

  // --- what is there at first -------------------------------------------------------------------

  void open() {
    for (int i = 0; i < 5; ++i) {
      const std::string sku = numbered("sku-", i);
      if (one_in(3)) ask_for<Stock>(sku, stock::Hold{HoldId("early"), {1}});
      ask_for<Stock>(sku, stock::Register{"Thing " + sku, gbp(100 + pick(900))});
      ask_for<Stock>(sku, stock::Receive{ReceiptId("first"), {1 + pick(30)}});
    }
    for (int i = 0; i < 4; ++i)
      ask_for<Wallet>(numbered("customer-", i),
                      wallet::Charge{ChargeId("first"), gbp(1 + pick(20'000))});
    for (int i = 0; i < 3; ++i)
      ask_for<Coupon>(numbered("coupon-", i), coupon::Grant{customer(), terms()});
    ask_for<Campaign>("spring", campaign::Open{CampaignId("spring"), 1 + pick(8), terms()});
  }

  coupon::Terms terms() {
    coupon::Terms terms;
    terms.discount.kind = one_in(2) ? coupon::DiscountKind::percent : coupon::DiscountKind::amount;
    if (terms.discount.kind == coupon::DiscountKind::percent)
      terms.discount.basis_points = 1 + pick(10'000);
    else
      terms.discount.amount = gbp(1 + pick(500));
    if (one_in(3)) terms.minimum_total = gbp(pick(1'000));
    terms.valid_until = now_ + seconds(60 + pick(600));
    return terms;
  }

  CustomerId customer() {
    return CustomerId(numbered("customer-", pick(5)));
  }                                                        // the last: no money
  std::string sku() { return numbered("sku-", pick(6)); }  // the last: unknown

  // --- what happens -----------------------------------------------------------------------------

  void something() {
    const std::int64_t what = pick(100);
    if (what < 70) return carry_on(true);
    if (what < 82) return order();
    if (what < 88) {
      ask_for<Campaign>("spring", campaign::Issue{customer()});
    } else if (what < 94) {
      in_stock();
    } else {
      in_wallet();
    }
  }

  void order() {
    checkout::Start start;
    const std::string id = numbered("order-", static_cast<std::int64_t>(all<Checkout>().size()));
    start.order_id = OrderId(id);
    start.customer_id = customer();
    for (std::int64_t lines = 1 + pick(4); lines > 0; --lines) {
      order::Line line{Sku(sku()), {1 + pick(4)}, {}};
      if (one_in(4)) line.asked_price = order::AskedPrice{pick(300)};
      start.lines.push_back(line);
    }
    if (one_in(3)) start.coupon_id = CouponId(numbered("coupon-", pick(4)));
    if (one_in(6)) start.coupon_id = CouponId(numbered("spring~", 1 + pick(4)));
    if (one_in(3)) start.ordered_at = now_ - hours(pick(2'000));
    Sent sent;
    sent.window = seconds(5 + pick(60));
    ask_for<Checkout>(id, start, sent);
  }

  void in_stock() {
    const std::string id = sku();
    switch (pick(4)) {
      case 0: ask_for<Stock>(id, stock::Receive{ReceiptId("more"), {1 + pick(10)}}); break;
      case 1: ask_for<Stock>(id, stock::SetPrice{gbp(pick(1'000))}); break;
      case 2: ask_for<Stock>(id, stock::Register{"New " + id, gbp(pick(1'000))}); break;
      default: ask_for<Stock>(id, stock::Return{ReturnId("back"), {1}});
    }
  }

  void in_wallet() {
    const std::string id = customer().str();
    if (one_in(3))
      ask_for<Wallet>(id, wallet::Refund{RefundId("back"), gbp(1 + pick(300))});
    else
      ask_for<Wallet>(id, wallet::Charge{ChargeId("more"), gbp(1 + pick(3'000))});
  }

  // --- sagas ------------------------------------------------------------------------------------

  template <class S>
  std::vector<std::string> open_sagas() const {
    std::vector<std::string> ids;
    for (const auto& [id, saga] : all<S>())
      if (S::open(saga.state)) ids.push_back(id);
    return ids;
  }
  bool at_rest() const { return open_sagas<Checkout>().empty() && open_sagas<Campaign>().empty(); }

  // Some saga that is under way comes forward.
  void carry_on(bool trouble) {
    const auto checkouts = open_sagas<Checkout>();
    const auto campaigns = open_sagas<Campaign>();
    if (!campaigns.empty() && (checkouts.empty() || one_in(4)))
      return step<Campaign>(campaigns.front(), delivered_, trouble);
    if (checkouts.empty()) return;
    const std::string& id = one_of(checkouts);
    step<Checkout>(id, answers_[id], trouble);
  }

  template <class S>
  void step(const std::string& id, Collected<S>& collected, bool trouble) {
    const auto& state = all<S>().at(id).state;
    const auto pending = S::pending(state);
    std::erase_if(collected, [&](const auto& one) {
      return std::ranges::find(pending, one.first) == pending.end();
    });
    if (trouble && one_in(40)) collected.clear();
    if (trouble && one_in(40)) return give_up<S>(id, one_of(pending).step);
    const auto deadline = S::deadline(state);
    const bool late = deadline && now_ > *deadline;
    if (late || collected.size() == pending.size() || (!S::kWave && !collected.empty()))
      return advance<S>(id, collected, late);
    for (const auto& out : pending) {
      const auto same = [&](const auto& one) { return one.first == out; };
      if (std::ranges::any_of(collected, same) || one_in(3)) continue;
      typename S::Answer answer = ask<S>(id, state, out);
      if (trouble && one_in(10)) continue;  // the answer is lost
      collected.emplace_back(out, std::move(answer));
    }
  }

  template <class S>
  void advance(const std::string& id, Collected<S>& collected, bool late) {
    std::vector<typename S::Answer> answers;
    for (auto& [out, answer] : collected) answers.push_back(std::move(answer));
    collected.clear();
    tell<S>(id, S::advance(std::move(answers), late), from_saga(id));
  }

  template <class S>
  void give_up(const std::string& id, StepRef step) {
    if (const auto command = S::give_up({step}, 12)) tell<S>(id, *command, from_saga(id));
  }

  static Sent from_saga(const std::string& id) {
    Sent sent;
    sent.causation_id = sent.correlation_id = id;
    return sent;
  }

  // A participant is asked, and answers.
  template <class S>
  typename S::Answer ask(const std::string& id, const typename S::State& state,
                         const Outgoing<typename S::Calls>& out) {
    Sent sent = from_saga(id);
    sent.command_id = std::string(name_of(S::kService)) + ':' + id + '/' +
                      std::to_string(out.step.step) + '/' + std::to_string(out.step.index);
    sent.intent = out.intent;
    if constexpr (requires { S::attempt_deadline(state); })
      sent.deadline = S::attempt_deadline(state).value_or(Time{});
    else
      sent.deadline = S::deadline(state).value_or(Time{});
    return std::visit(
        [&]<class A>(const Call<A>& call) {
          const Told<A> told = tell<A>(call.target, call.command, sent);
          std::string refusal(told.refusal == 0 ? "" : refusal_name<A>(told.refusal));
          if (told.refusal != 0 && told.refusal < kRefusalDeadlinePassed)
            refusal = std::string(name_of(A::kService)) + '.' + refusal;
          return S::answer(out.step, std::move(refusal), told.reply);
        },
        out.call);
  }

  std::mt19937_64 random_;
  Time now_ = kNow;
  std::tuple<Actors<Order>, Actors<Stock>, Actors<Wallet>, Actors<Coupon>, Actors<Campaign>,
             Actors<Checkout>>
      actors_;
  std::map<std::string, Collected<Checkout>> answers_;
  Collected<Campaign> delivered_;
  std::vector<HistoryRecord> records_;
  std::vector<ShopRecord> log_;
};

}  // namespace souk::test
