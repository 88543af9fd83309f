#include "tests/sim/clients.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace souk::sim {
namespace {

constexpr Duration kPatience = seconds(12);  // then a client takes it that nothing will be heard
constexpr Duration kAgainMin = milliseconds(50), kAgainMax = seconds(2);
constexpr int kTriesBeforeEnd = 6;  // while the shop is open, some give up after so many

Money gbp(std::int64_t minor) { return {minor, *Currency::parse("GBP")}; }

}  // namespace

Clients::Clients(Agenda& agenda, Random& random, std::vector<Machine*> gateways, Workload workload)
    : agenda_(agenda), random_(random), gateways_(std::move(gateways)), workload_(workload) {}

void Clients::begin() {
  std::vector<Wish*> first;
  for (int i = 0; i < workload_.skus; ++i) {
    const std::string sku = "s" + std::to_string(i);
    first.push_back(&add(wish<Stock>(sku, "register", stock::Register{sku, gbp(100 * (i + 1))},
                                     "registered " + sku, "register " + sku)));
    first.push_back(&add(wish<Stock>(sku, "receipt/r0",
                                     stock::Receive{ReceiptId("r0"), {random_.between(5, 60)}},
                                     "received " + sku + " r0", "receive " + sku)));
  }
  for (int i = 0; i < workload_.customers; ++i) {
    const std::string customer = "c" + std::to_string(i);
    first.push_back(&add(wish<Wallet>(
        customer, "charge/w0", wallet::Charge{ChargeId("w0"), gbp(random_.between(500, 9'000))},
        "charged " + customer + " w0", "charge " + customer)));
  }
  coupon::Terms terms;
  terms.discount = {coupon::DiscountKind::amount, gbp(50), 0, {}};
  terms.valid_until = agenda_.now() + seconds(86'400);
  for (int i = 0; i < workload_.campaigns; ++i) {
    const std::string id = "k" + std::to_string(i);
    first.push_back(&add(
        wish<Campaign>(id, "open", campaign::Open{CampaignId(id), random_.between(2, 12), terms},
                       "opened " + id, "open " + id)));
  }
  for (int i = 0; i < 8; ++i) {
    const std::string id = "d" + std::to_string(i);
    coupons_.push_back(id);
    first.push_back(&add(
        wish<souk::Coupon>(id, "grant", coupon::Grant{{}, terms}, "granted " + id, "grant " + id)));
  }
  preparing_ = static_cast<int>(first.size());
  for (Wish* one : first) {
    ++busy_;
    agenda_.after(random_.between(Duration{0}, seconds(1)), [this, one] { ask(*one, 0); });
  }
}

Wish& Clients::add(std::unique_ptr<Wish> wish) { return *history_.emplace_back(std::move(wish)); }

// A client's next step. Each client is busy from here until it has heard what came of it.
void Clients::next() {
  if (ending_) return;
  agenda_.after(random_.between(Duration{1'000}, workload_.think_max), [this] {
    if (ending_) return;
    ++busy_;
    ask(think(), 0);
  });
}

Wish& Clients::think() {
  // Something that was asked before, for which there may be an outcome already.
  if (random_.percent(15)) {
    Wish& before = *random_.pick(history_);
    if (!before.is_read()) return before;
  }
  const std::size_t what = random_.below(100);
  if (what < 50) return order();
  if (what < 68) return read();
  if (what < 75) return charge();
  if (what < 79) return refund();
  if (what < 86) return receive();
  if (what < 89) return give_back();
  if (what < 95) return issue();
  if (what < 97 && !charges_.empty()) return other_body();
  return nonsense();
}

// Half of all want the same thing.
std::string Clients::some_sku() {
  return "s" + std::to_string(random_.percent(50)
                                  ? 0
                                  : random_.below(static_cast<std::size_t>(workload_.skus)));
}

Wish& Clients::order() {
  checkout::Start start;
  const std::string id = fresh("o");
  start.order_id = OrderId(id);
  start.customer_id = CustomerId(some_customer());
  for (std::int64_t lines = random_.between(1, 3); lines > 0; --lines)
    start.lines.push_back({Sku(some_sku()), {random_.between(1, 3)}, {}});
  if (random_.percent(20)) start.coupon_id = CouponId(random_.pick(coupons_));
  return add(wish<Checkout>(
      id, "start", start, "started " + id,
      fmt::format("order {} of {}, {} lines", id, start.customer_id.str(), start.lines.size())));
}

Wish& Clients::read() {
  switch (random_.below(3)) {
    case 0: {
      const std::string sku = some_sku();
      return add(wish<Stock>(sku, "", std::nullopt, "", "read stock " + sku));
    }
    case 1: {
      const std::string customer = some_customer();
      return add(wish<Wallet>(customer, "", std::nullopt, "", "read wallet " + customer));
    }
    default: {
      const std::string id = "o" + std::to_string(random_.below(last_ + 1));
      return add(wish<souk::Order>(id, "", std::nullopt, "", "read order " + id));
    }
  }
}

Wish& Clients::charge() {
  const std::string customer = some_customer(), id = fresh("w");
  Wish& charge = add(wish<Wallet>(
      customer, "charge/" + id, wallet::Charge{ChargeId(id), gbp(random_.between(1, 2'000))},
      fmt::format("charged {} {}", customer, id), fmt::format("charge {} {}", customer, id)));
  charges_.push_back(&charge);
  return charge;
}

// A client that gives an id twice, or another one that makes up the same.
Wish& Clients::other_body() {
  Wish*& one = random_.pick(charges_);
  Wish& charge = *std::exchange(one, charges_.back());
  charges_.pop_back();
  const std::string id = charge.command_id.substr(charge.command_id.find('/') + 1);
  Wish& rival = add(wish<Wallet>(charge.target, charge.command_id,
                                 wallet::Charge{ChargeId(id), gbp(random_.between(2'001, 3'000))},
                                 charge.effect, charge.text + ", of more money"));
  rival.rival = &charge;
  charge.rival = &rival;
  return rival;
}

// Refused if so much was not spent.
Wish& Clients::refund() {
  const std::string customer = some_customer(), id = fresh("f");
  return add(wish<Wallet>(
      customer, "refund/" + id, wallet::Refund{RefundId(id), gbp(random_.between(1, 300))},
      fmt::format("refunded {} {}", customer, id), fmt::format("refund {} {}", customer, id)));
}

Wish& Clients::receive() {
  const std::string sku = some_sku(), id = fresh("r");
  return add(
      wish<Stock>(sku, "receipt/" + id, stock::Receive{ReceiptId(id), {random_.between(1, 20)}},
                  fmt::format("received {} {}", sku, id), fmt::format("receive {} {}", sku, id)));
}

Wish& Clients::give_back() {
  const std::string sku = some_sku(), id = fresh("t");
  return add(wish<Stock>(sku, "return/" + id, stock::Return{ReturnId(id), {random_.between(1, 3)}},
                         fmt::format("returned {} {}", sku, id),
                         fmt::format("return {} {}", sku, id)));
}

// Some ask under another id as well: they must not get a second one.
Wish& Clients::issue() {
  const std::string campaign =
      "k" + std::to_string(random_.below(static_cast<std::size_t>(workload_.campaigns)));
  const std::string customer = "c" + std::to_string(random_.below(3 * customers()));
  const bool otherwise = random_.percent(20);
  const std::string id = "issue/" + customer + (otherwise ? "/" + fresh("i") : "");
  return add(wish<Campaign>(campaign, id, campaign::Issue{CustomerId(customer)},
                            otherwise ? "" : fmt::format("issued {} {}", campaign, customer),
                            fmt::format("issue {} {}", campaign, customer)));
}

Wish& Clients::nonsense() {
  const std::string id = fresh("x");
  switch (random_.below(3)) {
    case 0:
      return add(wish<Stock>("s0", "receipt/" + id, stock::Receive{ReceiptId(id), {-1}},
                             "received s0 " + id, "receive a negative number " + id));
    case 1:
      return add(wish<Wallet>("c0", "charge/" + id, wallet::Charge{ChargeId(id), gbp(0)},
                              "charged c0 " + id, "charge nothing " + id));
    default: {
      checkout::Start start;
      start.order_id = OrderId(id);
      start.customer_id = CustomerId("c0");
      return add(wish<Checkout>(id, "start", start, "started " + id, "order nothing " + id));
    }
  }
}

// --- asking ------------------------------------------------------------------------------------

void Clients::ask(Wish& wish, int tries) {
  Machine& gateway = *random_.pick(gateways_);
  if (!gateway.is_up()) return again(wish, tries);  // the connection is refused
  const Time asked = agenda_.now();
  ++wish.asks;
  // Whichever comes first: an answer of this run of the gateway, or the end of the client's
  // patience.
  auto over = std::make_shared<bool>(false);
  agenda_.after(kPatience, [this, &wish, tries, over] {
    if (std::exchange(*over, true)) return;
    again(wish, tries);
  });
  const bool waits = random_.percent(70);
  const Duration wait =
      waits ? random_.between(milliseconds(1), workload_.checkout_wait_max) : Duration{0};
  // A message of the client's own stands between the answer and what the client does about it.
  wish.ask(gateway, wish.service == Service::checkout ? wait : seconds(5),
           [this, &wish, tries, over, asked, &gateway, run = gateway.run()](Heard heard) {
             if (gateway.run() != run) return;  // it died: nothing comes over the wire any more
             heard.asked = asked;
             agenda_.after(Duration{200},
                           [this, &wish, tries, over, heard = std::move(heard)]() mutable {
                             if (std::exchange(*over, true)) return;
                             heard.heard = agenda_.now();
                             hears(wish, std::move(heard), tries);
                           });
           });
}

void Clients::hears(Wish& wish, Heard heard, int tries) {
  const bool final = heard.is_final();
  // Who was told that the order is taken may leave it at that.
  const bool leaves = heard.outcome == gateway::Outcome::pending && random_.percent(30);
  wish.heard.push_back(std::move(heard));
  if (!final && !leaves) return again(wish, tries);
  --busy_;
  if (preparing_ > 0) {
    if (--preparing_ == 0)
      for (int i = 0; i < workload_.clients; ++i) next();
    return;
  }
  next();
}

void Clients::again(Wish& wish, int tries) {
  if (!ending_ && preparing_ == 0 && tries >= kTriesBeforeEnd && random_.percent(30)) {
    --busy_;  // what comes of it nobody hears, unless somebody asks again
    return next();
  }
  agenda_.after(random_.between(kAgainMin, kAgainMax),
                [this, &wish, tries] { ask(wish, tries + 1); });
}

}  // namespace souk::sim
