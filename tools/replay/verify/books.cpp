#include "tools/replay/verify/books.hpp"

#include <utility>
#include <variant>

#include <fmt/format.h>

#include "actors/checkout/steps.hpp"
#include "tools/shared/amounts.hpp"

namespace souk::replay {
namespace {

using Holds = std::unordered_map<std::string, std::int64_t>;

std::string money(std::int64_t minor, Currency currency) {
  return cli::money_text(minor, currency);
}

// Takes the hold off; "" or why that cannot be.
template <class Print>
std::string end_hold(Holds& holds, const std::string& id, std::int64_t amount,
                     std::string_view verb, Print print) {
  const auto held = holds.find(id);
  if (held == holds.end())
    return fmt::format("it {} {} for {}, for whom nothing is held", verb, print(amount), id);
  if (held->second != amount)
    return fmt::format("it {} {} for {}, for whom {} are held", verb, print(amount), id,
                       print(held->second));
  holds.erase(held);
  return {};
}

std::string units_text(std::int64_t units) { return fmt::format("{} units", units); }

// "" if the totals are those of lines of these quantities.
std::string totals_fault(const std::vector<std::int64_t>& quantities, const order::Totals& totals) {
  if (totals.unit_prices_minor.size() != quantities.size())
    return fmt::format("it has {} prices for {} lines", totals.unit_prices_minor.size(),
                       quantities.size());
  std::int64_t subtotal = 0;
  for (std::size_t line = 0; line < quantities.size(); ++line) {
    std::int64_t price = 0;
    if (__builtin_mul_overflow(quantities[line], totals.unit_prices_minor[line], &price) ||
        __builtin_add_overflow(subtotal, price, &subtotal))
      return "its lines sum up to more than a number holds";
  }
  const auto text = [&](std::int64_t minor) { return money(minor, totals.currency); };
  if (subtotal != totals.subtotal_minor)
    return fmt::format("its lines come to {}, and its subtotal is {}", text(subtotal),
                       text(totals.subtotal_minor));
  if (totals.discount_minor < 0 || totals.discount_minor > subtotal ||
      totals.total_minor != subtotal - totals.discount_minor)
    return fmt::format("its total {} is not its subtotal {} less its discount {}",
                       text(totals.total_minor), text(subtotal), text(totals.discount_minor));
  return {};
}

std::vector<std::int64_t> quantities_of(const std::vector<order::Line>& lines) {
  std::vector<std::int64_t> quantities;
  quantities.reserve(lines.size());
  for (const order::Line& line : lines) quantities.push_back(line.quantity.value);
  return quantities;
}

std::string differs(std::string_view what, std::int64_t state, std::int64_t books) {
  return fmt::format("{} is {} in the state, and {} by the events", what, state, books);
}

}  // namespace

// --- stock -----------------------------------------------------------------------------------

std::string Books<Stock>::take(const stock::Event& event) {
  const auto available = [&] { return received_ - held_ - sold_ + returned_; };
  return std::visit(
      Overload{
          [&](const stock::Registered&) -> std::string {
            if (std::exchange(registered_, true)) return "the SKU is registered a second time";
            return {};
          },
          [&](const stock::Renamed&) -> std::string { return {}; },
          [&](const stock::PriceSet&) -> std::string { return {}; },
          [&](const stock::Received& e) -> std::string {
            if (e.units.value <= 0) return "it receives no units";
            received_ += e.units.value;
            return {};
          },
          [&](const stock::Held& e) -> std::string {
            if (e.units.value <= 0 || e.units.value > available())
              return fmt::format("it holds {} for {}, and {} are available",
                                 units_text(e.units.value), e.hold_id.str(), available());
            if (!holds_.try_emplace(e.hold_id.str(), e.units.value).second)
              return fmt::format("it holds units for {} a second time", e.hold_id.str());
            held_ += e.units.value;
            return {};
          },
          [&](const stock::Settled& e) -> std::string {
            auto fault = end_hold(holds_, e.hold_id.str(), e.units.value, "settles", units_text);
            if (fault.empty()) held_ -= e.units.value, sold_ += e.units.value;
            return fault;
          },
          [&](const stock::Released& e) -> std::string {
            auto fault = end_hold(holds_, e.hold_id.str(), e.units.value, "releases", units_text);
            if (fault.empty()) held_ -= e.units.value;
            return fault;
          },
          [&](const stock::Returned& e) -> std::string {
            if (e.units.value <= 0 || returned_ + e.units.value > sold_)
              return fmt::format("{} come back, and {} of {} sold have come back already",
                                 units_text(e.units.value), returned_, sold_);
            returned_ += e.units.value;
            return {};
          },
      },
      event);
}

std::string Books<Stock>::fault_in(const stock::State& s) const {
  if (s.received.value != received_) return differs("received", s.received.value, received_);
  if (s.held.value != held_) return differs("held", s.held.value, held_);
  if (s.sold.value != sold_) return differs("sold", s.sold.value, sold_);
  if (s.returned.value != returned_) return differs("returned", s.returned.value, returned_);
  const std::int64_t available = received_ - held_ - sold_ + returned_;
  if (s.available.value != available) return differs("available", s.available.value, available);
  if (s.holds.size() != holds_.size())
    return differs("the number of holds", static_cast<std::int64_t>(s.holds.size()),
                   static_cast<std::int64_t>(holds_.size()));
  return {};
}

// --- wallet ----------------------------------------------------------------------------------

std::string Books<Wallet>::take(const wallet::Event& event) {
  const auto balance = [&] { return charged_ - held_ - settled_ + refunded_; };
  const auto text = [&](std::int64_t minor) { return money(minor, currency_); };
  const auto other = [&](Money amount) {
    return currency_.is_set() && amount.currency == currency_
               ? std::string()
               : fmt::format("it is of {}, and the wallet is of {}", to_string(amount),
                             currency_.is_set() ? currency_.code() : "no currency yet");
  };
  return std::visit(
      Overload{
          [&](const wallet::Charged& e) -> std::string {
            if (!currency_.is_set()) currency_ = e.amount.currency;
            if (auto fault = other(e.amount); !fault.empty()) return fault;
            if (e.amount.minor <= 0) return "it is charged with nothing";
            charged_ += e.amount.minor;
            return {};
          },
          [&](const wallet::Held& e) -> std::string {
            if (auto fault = other(e.amount); !fault.empty()) return fault;
            if (e.amount.minor < 0 || e.amount.minor > balance())
              return fmt::format("it holds {} for {}, and its balance is {}", text(e.amount.minor),
                                 e.hold_id.str(), text(balance()));
            if (!holds_.try_emplace(e.hold_id.str(), e.amount.minor).second)
              return fmt::format("it holds money for {} a second time", e.hold_id.str());
            held_ += e.amount.minor;
            return {};
          },
          [&](const wallet::Settled& e) -> std::string {
            if (auto fault = other(e.amount); !fault.empty()) return fault;
            auto fault = end_hold(holds_, e.hold_id.str(), e.amount.minor, "settles", text);
            if (fault.empty()) held_ -= e.amount.minor, settled_ += e.amount.minor;
            return fault;
          },
          [&](const wallet::Released& e) -> std::string {
            if (auto fault = other(e.amount); !fault.empty()) return fault;
            auto fault = end_hold(holds_, e.hold_id.str(), e.amount.minor, "releases", text);
            if (fault.empty()) held_ -= e.amount.minor;
            return fault;
          },
          [&](const wallet::Refunded& e) -> std::string {
            if (auto fault = other(e.amount); !fault.empty()) return fault;
            if (e.amount.minor <= 0 || refunded_ + e.amount.minor > settled_)
              return fmt::format("{} come back, and {} of {} spent have come back already",
                                 text(e.amount.minor), text(refunded_), text(settled_));
            refunded_ += e.amount.minor;
            return {};
          },
      },
      event);
}

std::string Books<Wallet>::fault_in(const wallet::State& s) const {
  if (s.currency != currency_) return "its currency is not that of its charges";
  if (s.charged_minor != charged_) return differs("charged", s.charged_minor, charged_);
  if (s.held_minor != held_) return differs("held", s.held_minor, held_);
  if (s.settled_minor != settled_) return differs("settled", s.settled_minor, settled_);
  if (s.refunded_minor != refunded_) return differs("refunded", s.refunded_minor, refunded_);
  const std::int64_t balance = charged_ - held_ - settled_ + refunded_;
  if (s.balance_minor != balance) return differs("the balance", s.balance_minor, balance);
  if (s.holds.size() != holds_.size())
    return differs("the number of holds", static_cast<std::int64_t>(s.holds.size()),
                   static_cast<std::int64_t>(holds_.size()));
  return {};
}

// --- coupon ----------------------------------------------------------------------------------

std::string Books<Coupon>::take(const coupon::Event& event) {
  using coupon::Status;
  const auto held_by = [&](const HoldId& id) {
    return status_ == Status::held && holder_ == id.str();
  };
  return std::visit(
      Overload{
          [&](const coupon::Granted&) -> std::string {
            if (status_ != Status::unknown) return "the coupon is granted a second time";
            status_ = Status::granted;
            return {};
          },
          [&](const coupon::Held& e) -> std::string {
            if (status_ == Status::used)
              return fmt::format("it is held for {}, and was used by {}", e.hold_id.str(), holder_);
            if (status_ != Status::granted)
              return fmt::format("it is held for {}, and cannot be held", e.hold_id.str());
            status_ = Status::held;
            holder_ = e.hold_id.str();
            return {};
          },
          [&](const coupon::Settled& e) -> std::string {
            if (!held_by(e.hold_id))
              return fmt::format("it is used by {}, which does not hold it", e.hold_id.str());
            status_ = Status::used;
            return {};
          },
          [&](const coupon::Released& e) -> std::string {
            if (!held_by(e.hold_id))
              return fmt::format("it is released by {}, which does not hold it", e.hold_id.str());
            status_ = Status::granted;
            holder_.clear();
            return {};
          },
          [&](const coupon::Lapsed&) -> std::string {
            if (status_ != Status::granted) return "it lapses, and is not free to";
            status_ = Status::lapsed;
            return {};
          },
      },
      event);
}

std::string Books<Coupon>::fault_in(const coupon::State& s) const {
  if (s.status != status_ || s.hold_id.str() != holder_)
    return "its status or its holder is not what its events made it";
  return {};
}

// --- campaign --------------------------------------------------------------------------------

std::string Books<Campaign>::take(const campaign::Event& event) {
  return std::visit(
      Overload{
          [&](const campaign::Opened& e) -> std::string {
            if (!id_.empty()) return "the campaign is opened a second time";
            id_ = e.campaign_id.str();
            quantity_ = e.quantity;
            return {};
          },
          [&](const campaign::Issued& e) -> std::string {
            if (issued_ >= quantity_)
              return fmt::format("it issues coupon {} of {}", issued_ + 1, quantity_);
            if (e.ordinal != issued_ + 1 ||
                e.coupon_id.str() != id_ + '~' + std::to_string(e.ordinal))
              return fmt::format("it issues coupon {} ({}) after {}", e.ordinal, e.coupon_id.str(),
                                 issued_);
            if (!customers_.insert(e.customer_id.str()).second)
              return fmt::format("customer {} gets a second coupon", e.customer_id.str());
            issued_ = e.ordinal;
            undelivered_.insert(e.ordinal);
            return {};
          },
          [&](const campaign::Delivered& e) -> std::string {
            if (undelivered_.erase(e.ordinal) == 0)
              return fmt::format("it delivers coupon {}, which was not waited for", e.ordinal);
            return {};
          },
      },
      event);
}

std::string Books<Campaign>::fault_in(const campaign::State& s) const {
  if (s.issued_count != issued_) return differs("issued", s.issued_count, issued_);
  if (s.issued.size() != customers_.size() || s.undelivered.size() != undelivered_.size())
    return "its customers or undelivered coupons are not those of its events";
  return {};
}

// --- order -----------------------------------------------------------------------------------

std::string Books<Order>::take(const order::Event& event) {
  using order::Status;
  return std::visit(Overload{
                        [&](const order::Placed& e) -> std::string {
                          if (status_ != Status::unknown)
                            return "the order is placed after it was placed or cancelled";
                          status_ = Status::placed;
                          quantities_ = quantities_of(e.lines);
                          return {};
                        },
                        [&](const order::Confirmed& e) -> std::string {
                          if (status_ != Status::placed)
                            return "the order is confirmed, and is not waiting for that";
                          if (auto fault = totals_fault(quantities_, e.totals); !fault.empty())
                            return fault;
                          status_ = Status::confirmed;
                          return {};
                        },
                        [&](const order::Cancelled&) -> std::string {
                          if (status_ != Status::placed && status_ != Status::unknown)
                            return "the order is cancelled after it was confirmed or cancelled";
                          status_ = Status::cancelled;
                          return {};
                        },
                    },
                    event);
}

std::string Books<Order>::fault_in(const order::State& s) const {
  if (s.status != status_) return "its status is not what its events made it";
  return {};
}

// --- checkout --------------------------------------------------------------------------------

std::string Books<Checkout>::move(checkout::Phase to, std::initializer_list<checkout::Phase> from) {
  for (const checkout::Phase phase : from)
    if (phase == phase_) {
      phase_ = to;
      return {};
    }
  return "the checkout takes a step that cannot follow the one before";
}

std::string Books<Checkout>::take(const checkout::Event& event) {
  using checkout::Phase;
  return std::visit(
      Overload{
          [&](const checkout::Started& e) -> std::string {
            quantities_ = quantities_of(e.lines);
            return move(Phase::reserving, {Phase::none});
          },
          [&](const checkout::Reserved& e) -> std::string {
            if (auto fault = totals_fault(quantities_, e.totals); !fault.empty()) return fault;
            return move(Phase::paying, {Phase::reserving});
          },
          [&](const checkout::Paid&) -> std::string {
            return move(Phase::confirming, {Phase::paying});
          },
          [&](const checkout::Confirmed&) -> std::string {
            return move(Phase::settling, {Phase::confirming});
          },
          [&](const checkout::TurnedBack& e) -> std::string {
            to_undo_ = static_cast<std::uint32_t>(e.undo.size());
            for (const StepRef& step : e.undo)
              cancels_order_ |= step == checkout::ref(checkout::Step::place_order);
            return move(Phase::undoing, {Phase::reserving, Phase::paying, Phase::confirming});
          },
          [&](const checkout::Undone& e) -> std::string {
            if (phase_ != Phase::undoing || e.steps.size() > to_undo_)
              return "the checkout undoes what was not to be undone";
            to_undo_ -= static_cast<std::uint32_t>(e.steps.size());
            return {};
          },
          [&](const checkout::DeadLettered&) -> std::string {
            if (phase_ == Phase::none) return "the checkout gives up before it began";
            return {};
          },
          [&](const checkout::Ended& e) -> std::string {
            if (e.confirmed) return move(Phase::confirmed, {Phase::settling});
            if (to_undo_ > 0)
              return fmt::format("the checkout ends with {} steps still to be undone", to_undo_);
            return move(Phase::cancelled, {Phase::undoing});
          },
      },
      event);
}

std::string Books<Checkout>::fault_in(const checkout::State& s) const {
  if (s.phase != phase_) return "its phase is not what its events made it";
  if (phase_ != checkout::Phase::cancelled && s.to_undo.size() != to_undo_)
    return "what is still to be undone is not what its events say";
  return {};
}

}  // namespace souk::replay
