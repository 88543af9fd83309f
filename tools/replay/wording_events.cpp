// Events in words.
#include <fmt/format.h>

#include "actors/checkout/steps.hpp"
#include "actors/model/decision.hpp"
#include "actors/read_models/terms_text.hpp"
#include "events/upcast.hpp"
#include "tools/replay/services.hpp"
#include "tools/replay/texts.hpp"
#include "tools/replay/wording.hpp"
#include "tools/replay/wording_parts.hpp"
#include "tools/shared/printable.hpp"

namespace souk::replay {
namespace {

using cli::printable;
using namespace wording;

// Whose it is; an order's own story has said it.
std::string of_customer(const CustomerId& customer, const CouponId& coupon, std::string_view own) {
  if (!own.empty()) return {};
  return fmt::format(", customer {}{}", printable(customer.str()), with_coupon(coupon));
}

std::string words(const order::Event& event, std::string_view own) {
  return std::visit(
      Overload{
          [&](const order::Placed& e) {
            return "placed: " + lines_text(e.lines) + of_customer(e.customer_id, e.coupon_id, own);
          },
          [](const order::Confirmed& e) { return "confirmed: " + total_text(e.totals); },
          [](const order::Cancelled& e) { return "cancelled: " + reason_words(e.reason); },
      },
      event);
}

std::string words(const stock::Event& event, std::string_view own) {
  return std::visit(
      Overload{
          [](const stock::Registered& e) {
            return fmt::format("registered at {}: {}", money_text(e.unit_price),
                               printable(e.title));
          },
          [](const stock::Renamed& e) { return "renamed: " + printable(e.title); },
          [](const stock::PriceSet& e) { return "price set to " + money_text(e.unit_price); },
          [](const stock::Received& e) {
            return fmt::format("received {}{}", units_text(e.units), in_brackets(e.receipt_id));
          },
          [&](const stock::Held& e) {
            return fmt::format("held {} at {}{}", units_text(e.units), money_text(e.unit_price),
                               beside(" for ", e.hold_id, own));
          },
          [&](const stock::Settled& e) {
            return fmt::format("settled: {} sold{}", units_text(e.units),
                               beside(" to ", e.hold_id, own));
          },
          [&](const stock::Released& e) {
            return fmt::format("released: {} given back{}", units_text(e.units),
                               beside(" by ", e.hold_id, own));
          },
          [](const stock::Returned& e) {
            return fmt::format("returned: {} came back{}", units_text(e.units),
                               in_brackets(e.return_id));
          },
      },
      event);
}

std::string words(const wallet::Event& event, std::string_view own) {
  return std::visit(
      Overload{
          [](const wallet::Charged& e) {
            return fmt::format("charged {}{}", money_text(e.amount), in_brackets(e.charge_id));
          },
          [&](const wallet::Held& e) {
            return fmt::format("held {}{}", money_text(e.amount), beside(" for ", e.hold_id, own));
          },
          [&](const wallet::Settled& e) {
            return fmt::format("settled: {} spent{}", money_text(e.amount),
                               beside(" on ", e.hold_id, own));
          },
          [&](const wallet::Released& e) {
            return fmt::format("released: {} given back{}", money_text(e.amount),
                               beside(" by ", e.hold_id, own));
          },
          [](const wallet::Refunded& e) {
            return fmt::format("refunded {}{}", money_text(e.amount), in_brackets(e.refund_id));
          },
      },
      event);
}

std::string words(const coupon::Event& event, std::string_view own) {
  return std::visit(
      Overload{
          [](const coupon::Granted& e) {
            return fmt::format("granted to {}: {}",
                               e.owner.empty() ? "whoever has it" : printable(e.owner.str()),
                               read_models::discount_text(e.terms.discount));
          },
          [&](const coupon::Held& e) {
            return fmt::format("held{}: {}", beside(" for ", e.hold_id, own),
                               read_models::discount_text(e.terms.discount));
          },
          [&](const coupon::Settled& e) {
            return fmt::format("settled: used{}", beside(" by ", e.hold_id, own));
          },
          [&](const coupon::Released& e) {
            return fmt::format("released: given back{}", beside(" by ", e.hold_id, own));
          },
          [](const coupon::Lapsed&) { return std::string("lapsed: its time is over"); },
      },
      event);
}

std::string words(const campaign::Event& event, std::string_view) {
  return std::visit(
      Overload{
          [](const campaign::Opened& e) {
            return fmt::format("opened: {} of {}", counted(e.quantity, "coupon", "coupons"),
                               read_models::discount_text(e.terms.discount));
          },
          [](const campaign::Issued& e) {
            return fmt::format("issued {} to {}", printable(e.coupon_id.str()),
                               printable(e.customer_id.str()));
          },
          [](const campaign::Delivered& e) {
            return fmt::format("{} coupon {} to {}", e.granted ? "delivered" : "could not grant",
                               e.ordinal, printable(e.customer_id.str()));
          },
      },
      event);
}

std::string words(const checkout::Event& event, std::string_view own) {
  return std::visit(
      Overload{
          [&](const checkout::Started& e) {
            return "started: " + lines_text(e.lines) + of_customer(e.customer_id, e.coupon_id, own);
          },
          [](const checkout::Reserved& e) {
            return fmt::format("reserved: all is held, {} to pay",
                               money_text({e.totals.total_minor, e.totals.currency}));
          },
          [](const checkout::Paid&) { return std::string("paid: the money is held"); },
          [](const checkout::Confirmed&) {
            return std::string("confirmed: now nothing turns back any more");
          },
          [](const checkout::TurnedBack& e) { return "turned back: " + reason_words(e.reason); },
          [](const checkout::Undone& e) { return "undone: " + steps_text(e.steps); },
          [](const checkout::DeadLettered& e) {
            // One try: it was answered, by a refusal that there must not be.
            return fmt::format("DEAD LETTER: {} {}", steps_text(e.steps),
                               e.tries == 1 ? "refused, which it must not be"
                                            : fmt::format("unanswered after {} tries", e.tries));
          },
          [](const checkout::Ended& e) {
            return std::string(e.confirmed ? "ended: CONFIRMED" : "ended: CANCELLED");
          },
      },
      event);
}

}  // namespace

std::string event_words(Service service, const store::PayloadView& event, std::string_view own) {
  const auto unread = fmt::format("(an event of type {} that this souk cannot read)", event.tag);
  return for_service(
      service,
      [&]<class A>(Type<A>) -> std::string {
        std::vector<typename A::Event> today;
        if (!codec::read_event(event.tag, event.bytes, today)) return unread;
        std::string text;
        for (const auto& one : today) text += (text.empty() ? "" : "; ") + words(one, own);
        return text;
      },
      unread);
}

}  // namespace souk::replay
