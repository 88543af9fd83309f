// Commands in words, as they stand behind "refused to".
#include <fmt/format.h>

#include "actors/model/decision.hpp"
#include "actors/read_models/terms_text.hpp"
#include "events/codec.hpp"
#include "tools/replay/services.hpp"
#include "tools/replay/texts.hpp"
#include "tools/replay/wording.hpp"
#include "tools/replay/wording_parts.hpp"

namespace souk::replay {
namespace {

using cli::printable;
using namespace wording;

std::string words(const order::Command& command, std::string_view) {
  return std::visit(Overload{
                        [](const order::Place& c) { return "place " + lines_text(c.lines); },
                        [](const order::Confirm& c) { return "confirm " + total_text(c.totals); },
                        [](const order::Cancel& c) {
                          return fmt::format("cancel because of {}", reason_words(c.reason));
                        },
                    },
                    command);
}

std::string words(const stock::Command& command, std::string_view own) {
  return std::visit(
      Overload{
          [](const stock::Register& c) {
            return fmt::format("register {} at {}", printable(c.title), money_text(c.unit_price));
          },
          [](const stock::SetPrice& c) { return "set the price to " + money_text(c.unit_price); },
          [](const stock::Receive& c) {
            return fmt::format("receive {}{}", units_text(c.units), in_brackets(c.receipt_id));
          },
          [&](const stock::Hold& c) {
            return fmt::format("hold {}{}", units_text(c.units), beside(" for ", c.hold_id, own));
          },
          [&](const stock::Settle& c) { return "settle" + beside(" for ", c.hold_id, own); },
          [&](const stock::Release& c) { return "release" + beside(" for ", c.hold_id, own); },
          [](const stock::Return& c) {
            return fmt::format("take back {}{}", units_text(c.units), in_brackets(c.return_id));
          },
      },
      command);
}

std::string words(const wallet::Command& command, std::string_view own) {
  return std::visit(
      Overload{
          [](const wallet::Charge& c) {
            return fmt::format("charge {}{}", money_text(c.amount), in_brackets(c.charge_id));
          },
          [&](const wallet::Hold& c) {
            return fmt::format("hold {}{}", money_text(c.amount), beside(" for ", c.hold_id, own));
          },
          [&](const wallet::Settle& c) { return "settle" + beside(" for ", c.hold_id, own); },
          [&](const wallet::Release& c) { return "release" + beside(" for ", c.hold_id, own); },
          [](const wallet::Refund& c) {
            return fmt::format("refund {}{}", money_text(c.amount), in_brackets(c.refund_id));
          },
      },
      command);
}

std::string words(const coupon::Command& command, std::string_view own) {
  return std::visit(
      Overload{
          [](const coupon::Grant& c) {
            return fmt::format("grant {}", read_models::discount_text(c.terms.discount));
          },
          [&](const coupon::Hold& c) {
            return fmt::format("hold it{} (customer {})", beside(" for ", c.hold_id, own),
                               printable(c.customer_id.str()));
          },
          [&](const coupon::Settle& c) { return "settle" + beside(" for ", c.hold_id, own); },
          [&](const coupon::Release& c) { return "release" + beside(" for ", c.hold_id, own); },
          [](const coupon::Expire&) { return std::string("lapse"); },
      },
      command);
}

std::string words(const campaign::Command& command, std::string_view) {
  return std::visit(Overload{
                        [](const campaign::Open& c) {
                          return "open with " + counted(c.quantity, "coupon", "coupons");
                        },
                        [](const campaign::Issue& c) {
                          return "issue a coupon to " + printable(c.customer_id.str());
                        },
                        [](const campaign::Deliver& c) {
                          return fmt::format("note {} as delivered",
                                             counted(static_cast<std::int64_t>(c.deliveries.size()),
                                                     "coupon", "coupons"));
                        },
                    },
                    command);
}

std::string words(const checkout::Command& command, std::string_view) {
  return std::visit(
      Overload{
          [](const checkout::Start& c) {
            return fmt::format("start with {}", lines_text(c.lines));
          },
          [](const checkout::Advance& c) {
            return fmt::format(
                "go on after {}{}",
                counted(static_cast<std::int64_t>(c.answers.size()), "answer", "answers"),
                c.timed_out ? " and its deadline" : "");
          },
          [](const checkout::GiveUp& c) { return "give up on " + steps_text(c.steps); },
      },
      command);
}

}  // namespace

std::string command_words(Service service, const store::PayloadView& command,
                          std::string_view own) {
  const auto unread = fmt::format("(a command of type {} that this souk cannot read)", command.tag);
  return for_service(
      service,
      [&]<class A>(Type<A>) -> std::string {
        typename A::Command today;
        if (!codec::decode_variant(command.tag, command.bytes, today)) return unread;
        return words(today, own);
      },
      unread);
}

}  // namespace souk::replay
