// A small shop that is told by hand, one command after the other, a millisecond each: so that what
// souk-replay says of it can be compared word for word. Decided by the real deciders.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "actors/campaign/campaign.hpp"
#include "actors/checkout/checkout.hpp"
#include "tests/support/shop_host.hpp"
#include "tests/support/shop_log.hpp"
#include "tests/support/temp_dir.hpp"

namespace souk::replay::testing {

// The moment of the first command but one: 2026-03-01T10:00:00Z.
inline constexpr Time kBegin{1'772'359'200'000'000};

class ToldShop {
 public:
  Time now = kBegin;
  std::vector<test::ShopRecord> records;

  template <class A>
  test::Told<A> tell(const std::string& id, typename A::Command command, test::Sent sent = {}) {
    now = now + milliseconds(1);
    auto told = std::get<Actors<A>>(actors_)[id].tell(id, command, sent, now);
    if (told.record) records.push_back({A::kService, *told.record, told.snapshot});
    return told;
  }

  template <class A>
  const typename A::State& state(const std::string& id) {
    return std::get<Actors<A>>(actors_)[id].state;
  }

  // --- as clients do it -------------------------------------------------------------------------

  void stock(const std::string& sku, std::int64_t units, std::int64_t price_minor) {
    tell<Stock>(sku, souk::stock::Register{"Title of " + sku, gbp(price_minor)},
                {.correlation_id = sku});
    tell<Stock>(sku, souk::stock::Receive{ReceiptId("d1"), {units}},
                {.command_id = "receipt/d1", .correlation_id = sku});
  }
  void charge(const std::string& wallet, std::int64_t minor, const std::string& id = "c1") {
    tell<Wallet>(wallet, wallet::Charge{ChargeId(id), gbp(minor)},
                 {.command_id = "charge/" + id, .correlation_id = wallet});
  }
  void grant(const std::string& coupon_id, std::int64_t minor) {
    coupon::Terms terms;
    terms.discount.amount = gbp(minor);
    terms.valid_from = kBegin - seconds(3'600);
    terms.valid_until = kBegin + seconds(3'600);
    tell<Coupon>(coupon_id, coupon::Grant{CustomerId(), terms},
                 {.command_id = "grant", .correlation_id = coupon_id});
  }

  // --- an order ---------------------------------------------------------------------------------

  void start(const std::string& order_id, const std::string& customer,
             std::vector<order::Line> lines, const std::string& coupon_id = "") {
    tell<Checkout>(
        order_id,
        checkout::Start{
            OrderId(order_id), CustomerId(customer), std::move(lines), CouponId(coupon_id), {}},
        {.command_id = "start", .correlation_id = order_id});
  }

  // Sends what is pending, but not to those whose ids are `lost`; then the saga goes on, if
  // everything has been answered or `timed_out`.
  void wave(const std::string& order_id, const std::vector<std::string>& lost = {},
            bool timed_out = false) {
    const checkout::State saga = state<Checkout>(order_id);
    std::vector<checkout::Answer> answers;
    bool complete = true;
    for (const auto& out : Checkout::pending(saga))
      std::visit(
          [&]<class A>(const Call<A>& call) {
            if (std::ranges::find(lost, call.target) != lost.end()) return void(complete = false);
            answers.push_back(ask<A>(saga, order_id, out.step, out.intent, call));
          },
          out.call);
    if (complete || timed_out)
      tell<Checkout>(order_id, Checkout::advance(std::move(answers), timed_out),
                     {.causation_id = order_id, .correlation_id = order_id});
  }

  // To its end.
  void carry(const std::string& order_id) {
    while (Checkout::open(state<Checkout>(order_id))) wave(order_id);
  }

  // --- the log ----------------------------------------------------------------------------------

  // Writes everything that has been told into a new data directory, a record a group.
  void write(const std::string& path) const {
    auto kv = store::open_rocks_kv({.path = path});
    ASSERT_TRUE(kv.ok()) << kv.status().message();
    auto log =
        store::Log::open(std::make_unique<test::UnsyncedKv>(std::move(*kv)), test::shop_identity());
    ASSERT_TRUE(log.ok()) << log.status().message();
    test::ShopWriter(**log, 1, 1).write(records);
    ASSERT_TRUE((*log)->flush().ok());
  }

  static Money gbp(std::int64_t minor) { return {minor, *Currency::parse("GBP")}; }

  static order::Line line(const std::string& sku, std::int64_t units) {
    return {Sku(sku), {units}, std::nullopt};
  }

 private:
  template <class A>
  using Actors = std::map<std::string, test::Actor<A>>;

  template <class A>
  checkout::Answer ask(const checkout::State& saga, const std::string& order_id, StepRef step,
                       Intent intent, const Call<A>& call) {
    const auto told =
        tell<A>(call.target, call.command,
                {.command_id = "checkout:" + order_id + "/" + std::to_string(step.step) + "/" +
                               std::to_string(step.index),
                 .intent = intent,
                 .deadline = saga.deadline,
                 .causation_id = order_id,
                 .correlation_id = order_id});
    std::string refusal;
    if (told.refusal >= kRefusalDeadlinePassed)
      refusal = refusal_name<A>(told.refusal);
    else if (told.refusal != 0)
      refusal =
          std::string(name_of(A::kService)) + "." + std::string(refusal_name<A>(told.refusal));
    return Checkout::answer(step, refusal, told.reply);
  }

  std::tuple<Actors<Order>, Actors<Stock>, Actors<Wallet>, Actors<Coupon>, Actors<Campaign>,
             Actors<Checkout>>
      actors_;
};

// --- the program ---------------------------------------------------------------------------------

struct Outcome {
  int exit_code = -1;
  std::string out;
  std::string err;
};

// "Now" in these tests: a minute after the beginning.
inline constexpr Time kNow = kBegin + seconds(60);

// Runs the program with these words. `input` is what stands on stdin.
Outcome replay(const std::vector<std::string>& words, const std::string& input = "");

// Splits at the ends of lines.
std::vector<std::string> lines_of(const std::string& text);

}  // namespace souk::replay::testing
