#include "tests/sim/ledger.hpp"

#include <fmt/format.h>

#include "events/codec.hpp"

namespace souk::sim {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

Figures figures_of(const Ledger::Order& order) {
  Figures figures;
  (order.confirmed ? figures.out : order.cancelled ? figures.back : figures.in) = 1;
  return figures;
}

}  // namespace

void Ledger::wrong(const std::string& what) {
  constexpr std::size_t kEnough = 100;
  if (findings_.size() < kEnough) findings_.push_back(where_.empty() ? what : where_ + ": " + what);
}

void Ledger::done(const std::string& effect) {
  Effect& one = effects_[effect];
  one.last = time_;
  if (++one.times > 1) wrong(fmt::format("done twice: {}", effect));
}

std::int64_t Ledger::times(const std::string& effect) const {
  const auto found = effects_.find(effect);
  return found == effects_.end() ? 0 : found->second.times;
}

Time Ledger::last(const std::string& effect) const {
  const auto found = effects_.find(effect);
  return found == effects_.end() ? Time{} : found->second.last;
}

const std::map<std::string, Ledger::Book>& Ledger::books(Service service) const {
  if (service == Service::order) return order_books_;
  return service == Service::stock ? stock_ : wallets_;
}

Figures Ledger::at(Service service, const std::string& stream, std::uint64_t offset) const {
  const auto book = books(service).find(stream);
  if (book == books(service).end()) return {};
  const auto& then = book->second.then;
  auto after = then.upper_bound(offset);
  return after == then.begin() ? Figures{} : std::prev(after)->second;
}

bool Ledger::were(Service service, const std::string& stream, const Figures& figures,
                  std::uint64_t from, std::uint64_t to) const {
  if (at(service, stream, from) == figures) return true;
  const auto book = books(service).find(stream);
  if (book == books(service).end()) return false;
  const auto& then = book->second.then;
  for (auto one = then.upper_bound(from); one != then.end() && one->first <= to; ++one)
    if (one->second == figures) return true;
  return false;
}

std::uint64_t Ledger::end(PartitionId partition) const {
  const auto found = ends_.find(partition);
  return found == ends_.end() ? 0 : found->second;
}

std::vector<std::string> Ledger::streams(Service service) const {
  std::vector<std::string> ids;
  for (const auto& [id, book] : books(service)) ids.push_back(id);
  return ids;
}

// --- one record --------------------------------------------------------------------------------

void Ledger::add(const store::Log& log, PartitionId partition) {
  std::uint64_t expected = 1;
  const store::Status status = log.scan(partition, 1, [&](const store::RecordView& record) {
    where_ = fmt::format("{}/{}@{} {}", name_of(partition.service), partition.number, record.offset,
                         record.stream);
    time_ = record.time;
    if (record.offset != expected++) wrong("a gap in the offsets");
    ends_[partition] = record.offset;
    switch (partition.service) {
      case Service::stock: decode<stock::Event>(record); break;
      case Service::wallet: decode<wallet::Event>(record); break;
      case Service::coupon: decode<coupon::Event>(record); break;
      case Service::campaign: decode<campaign::Event>(record); break;
      case Service::order: decode<order::Event>(record); break;
      case Service::checkout: decode<checkout::Event>(record); break;
      default: wrong("a service that nobody knows");
    }
    return true;
  });
  where_.clear();
  if (!status.ok())
    wrong(fmt::format("{}/{} cannot be read: {}", name_of(partition.service), partition.number,
                      status.message()));
}

template <class Event>
void Ledger::decode(const store::RecordView& record) {
  const std::string id(record.stream);
  for (const store::PayloadView& payload : record.events) {
    Event event;
    if (!codec::decode_variant(payload.tag, payload.bytes, event)) {
      wrong("an event that cannot be read");
      continue;
    }
    take(id, event);
  }
  if constexpr (std::is_same_v<Event, stock::Event>)
    stock_[id].then[record.offset] = stock_[id].now;
  if constexpr (std::is_same_v<Event, wallet::Event>)
    wallets_[id].then[record.offset] = wallets_[id].now;
  if constexpr (std::is_same_v<Event, order::Event>)
    order_books_[id].then[record.offset] = figures_of(orders_[id]);
}

void Ledger::hold(Book& book, const std::string& id, std::int64_t amount) {
  if (book.settled.contains(id)) wrong("held again after it was settled: " + id);
  if (book.released.contains(id)) wrong("held again after it was released: " + id);
  if (!book.held.emplace(id, amount).second) wrong("held twice: " + id);
  book.now.free -= amount;
  book.now.held += amount;
}

void Ledger::settle(Book& book, const std::string& id, std::int64_t amount) {
  const auto held = book.held.find(id);
  if (held == book.held.end() || held->second != amount)
    return wrong("settled what was not held: " + id);
  book.held.erase(held);
  book.settled[id] = amount;
  book.now.held -= amount;
  book.now.out += amount;
}

void Ledger::release(Book& book, const std::string& id, std::int64_t amount) {
  const auto held = book.held.find(id);
  if (held == book.held.end() || held->second != amount)
    return wrong("released what was not held: " + id);
  book.held.erase(held);
  book.released.insert(id);
  book.now.held -= amount;
  book.now.free += amount;
}

void Ledger::take(const std::string& id, const stock::Event& event) {
  Book& book = stock_[id];
  std::visit(Overloaded{
                 [&](const stock::Registered&) { done("registered " + id); },
                 [&](const stock::Received& e) {
                   done(fmt::format("received {} {}", id, e.receipt_id.str()));
                   book.now.in += e.units.value;
                   book.now.free += e.units.value;
                 },
                 [&](const stock::Held& e) { hold(book, e.hold_id.str(), e.units.value); },
                 [&](const stock::Settled& e) { settle(book, e.hold_id.str(), e.units.value); },
                 [&](const stock::Released& e) { release(book, e.hold_id.str(), e.units.value); },
                 [&](const stock::Returned& e) {
                   done(fmt::format("returned {} {}", id, e.return_id.str()));
                   book.now.back += e.units.value;
                   book.now.free += e.units.value;
                 },
                 [](const auto&) {},
             },
             event);
  if (!book.now.add_up()) wrong("the units do not add up");
}

void Ledger::take(const std::string& id, const wallet::Event& event) {
  Book& book = wallets_[id];
  std::visit(Overloaded{
                 [&](const wallet::Charged& e) {
                   done(fmt::format("charged {} {}", id, e.charge_id.str()));
                   book.now.in += e.amount.minor;
                   book.now.free += e.amount.minor;
                 },
                 [&](const wallet::Held& e) { hold(book, e.hold_id.str(), e.amount.minor); },
                 [&](const wallet::Settled& e) { settle(book, e.hold_id.str(), e.amount.minor); },
                 [&](const wallet::Released& e) { release(book, e.hold_id.str(), e.amount.minor); },
                 [&](const wallet::Refunded& e) {
                   done(fmt::format("refunded {} {}", id, e.refund_id.str()));
                   book.now.back += e.amount.minor;
                   book.now.free += e.amount.minor;
                 },
             },
             event);
  if (!book.now.add_up()) wrong("the money does not add up");
}

void Ledger::take(const std::string& id, const coupon::Event& event) {
  using State = Coupon::State;
  Coupon& one = coupons_[id];
  std::visit(Overloaded{
                 [&](const coupon::Granted&) {
                   done("granted " + id);
                   one.state = State::granted;
                 },
                 [&](const coupon::Held& e) {
                   if (one.state != State::granted) wrong("a coupon is held that is not free");
                   one.state = State::held;
                   one.holder = e.hold_id.str();
                 },
                 [&](const coupon::Settled& e) {
                   if (one.state != State::held || one.holder != e.hold_id.str())
                     wrong("a coupon is used by who does not hold it");
                   one.state = State::used;
                 },
                 [&](const coupon::Released& e) {
                   if (one.state != State::held || one.holder != e.hold_id.str())
                     wrong("a coupon is released by who does not hold it");
                   one.state = State::granted;
                   one.holder.clear();
                 },
                 [&](const coupon::Lapsed&) {
                   if (one.state != State::granted) wrong("a coupon lapses that is not free");
                   one.state = State::lapsed;
                 },
             },
             event);
}

void Ledger::take(const std::string& id, const campaign::Event& event) {
  Campaign& one = campaigns_[id];
  std::visit(Overloaded{
                 [&](const campaign::Opened& e) {
                   done("opened " + id);
                   one.quantity = e.quantity;
                 },
                 [&](const campaign::Issued& e) {
                   done(fmt::format("issued {} {}", id, e.customer_id.str()));
                   one.ordinals[e.customer_id.str()] = e.ordinal;
                   if (!one.coupons.emplace(e.ordinal, e.coupon_id.str()).second ||
                       e.ordinal != static_cast<std::int64_t>(one.coupons.size()))
                     wrong("a campaign counts wrongly");
                   if (e.ordinal > one.quantity) wrong("a campaign issues more than it has");
                 },
                 [&](const campaign::Delivered& e) {
                   if (!one.coupons.contains(e.ordinal) || !one.delivered.insert(e.ordinal).second)
                     wrong("a campaign delivers what it did not issue, or twice");
                   if (!e.granted) wrong("a campaign's coupon had been taken");
                 },
             },
             event);
}

void Ledger::take(const std::string& id, const order::Event& event) {
  Order& one = orders_[id];
  std::visit(
      Overloaded{
          [&](const order::Placed&) {
            if (one.placed || one.cancelled) wrong("placed twice, or after its end");
            one.placed = true;
          },
          [&](const order::Confirmed& e) {
            done("confirmed " + id);
            if (!one.placed || one.cancelled) wrong("confirmed, and not open");
            one.confirmed = true;
            one.totals = e.totals;
          },
          [&](const order::Cancelled& e) {
            // Not the customer's fault, nor a shop's that has no more: souk's own.
            if (e.reason.code.starts_with("order.") || e.reason.code.starts_with("checkout."))
              wrong("cancelled for " + e.reason.code);
            done("cancelled " + id);
            if (one.confirmed) wrong("cancelled after it was confirmed");
            one.cancelled = true;
          },
      },
      event);
}

void Ledger::take(const std::string& id, const checkout::Event& event) {
  Order& one = orders_[id];
  if (const auto* started = std::get_if<checkout::Started>(&event)) {
    done("started " + id);
    one.started = true;
    one.start = *started;
  } else if (const auto* ended = std::get_if<checkout::Ended>(&event)) {
    if (one.ended || !one.started) wrong("a saga ends twice, or never began");
    one.ended = true;
    one.ended_confirmed = ended->confirmed;
  }
}

// --- between aggregates ------------------------------------------------------------------------

void Ledger::cross_check(bool ended) {
  for (const auto& [id, order] : orders_) check_order(id, order, ended);
  for (const auto& [id, book] : stock_) check_book(Service::stock, id, book, ended);
  for (const auto& [id, book] : wallets_) check_book(Service::wallet, id, book, ended);
  for (const auto& [id, one] : coupons_) {
    const auto order = orders_.find(one.holder);
    if (one.state == Coupon::State::used && (order == orders_.end() || !order->second.confirmed))
      wrong(fmt::format("coupon {} is used by {}, which is not confirmed", id, one.holder));
    if (ended && one.state == Coupon::State::held)
      wrong(fmt::format("coupon {} stays held by {}", id, one.holder));
  }
  for (const auto& [id, campaign] : campaigns_) check_campaign(id, campaign, ended);
}

void Ledger::check_order(const std::string& id, const Order& order, bool ended) {
  if (!order.started) return wrong(fmt::format("order {} was never started", id));
  if (order.ended && order.ended_confirmed != order.confirmed)
    wrong(fmt::format("order {} and its saga do not agree", id));
  if (ended && (!order.ended || order.confirmed == order.cancelled))
    wrong(fmt::format("order {} has not ended: {}{}{}", id, order.ended ? "saga ended " : "",
                      order.confirmed ? "confirmed " : "", order.cancelled ? "cancelled" : ""));
  if (ended && order.confirmed) check_confirmed(id, order);
}

// All of it, at the prices that it was confirmed with.
void Ledger::check_confirmed(const std::string& id, const Order& order) {
  std::map<std::string, std::int64_t> units;
  std::int64_t subtotal = 0;
  for (std::size_t i = 0; i < order.start.lines.size(); ++i) {
    units[order.start.lines[i].sku.str()] += order.start.lines[i].quantity.value;
    if (i < order.totals.unit_prices_minor.size())
      subtotal += order.totals.unit_prices_minor[i] * order.start.lines[i].quantity.value;
  }
  if (subtotal != order.totals.subtotal_minor ||
      subtotal - order.totals.discount_minor != order.totals.total_minor)
    wrong(fmt::format("the totals of order {} do not add up", id));
  for (const auto& [sku, quantity] : units) {
    const auto& settled = stock_[sku].settled;
    const auto found = settled.find(id);
    if (found == settled.end() || found->second != quantity)
      wrong(fmt::format("order {} is confirmed, and its {} x {} are not sold", id, quantity, sku));
  }
  if (order.totals.total_minor > 0) {
    const auto& settled = wallets_[order.start.customer_id.str()].settled;
    const auto found = settled.find(id);
    if (found == settled.end() || found->second != order.totals.total_minor)
      wrong(fmt::format("order {} is confirmed, and its {} are not paid", id,
                        order.totals.total_minor));
  }
  if (const std::string coupon = order.start.coupon_id.str(); !coupon.empty())
    if (coupons_[coupon].state != Coupon::State::used || coupons_[coupon].holder != id)
      wrong(fmt::format("order {} is confirmed, and its coupon {} is not used", id, coupon));
}

void Ledger::check_book(Service service, const std::string& id, const Book& book, bool ended) {
  for (const auto& [order, amount] : book.settled)
    if (const auto found = orders_.find(order); found == orders_.end() || !found->second.confirmed)
      wrong(fmt::format("{} {} gave {} to order {}, which is not confirmed", name_of(service), id,
                        amount, order));
  if (!ended) return;
  for (const auto& [order, amount] : book.held)
    wrong(fmt::format("{} {} still holds {} for order {}", name_of(service), id, amount, order));
}

void Ledger::check_campaign(const std::string& id, const Campaign& campaign, bool ended) {
  for (const auto& [ordinal, coupon] : campaign.coupons) {
    const bool exists = coupons_.contains(coupon);
    if (campaign.delivered.contains(ordinal) && !exists)
      wrong(fmt::format("campaign {} delivered {}, which does not exist", id, coupon));
    if (ended && !campaign.delivered.contains(ordinal))
      wrong(fmt::format("campaign {} never delivered {}", id, coupon));
  }
}

}  // namespace souk::sim
