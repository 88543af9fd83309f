// Why an order was turned back, with the numbers that decided it.
#include <algorithm>

#include <fmt/format.h>

#include "events/positions.hpp"
#include "tools/replay/checkout_story.hpp"
#include "tools/replay/lookup.hpp"
#include "tools/replay/payload_names.hpp"
#include "tools/replay/texts.hpp"
#include "tools/replay/wording.hpp"
#include "tools/shared/printable.hpp"

namespace souk::replay {
namespace {

// Of an aggregate with more records than this before the refusal, numbers are left out.
constexpr store::Sequence kFoldedMax = 50'000;

// The refusal that a reason names: "wallet.insufficient_funds" of wallet 17850.
const Entry* refusal_of(const Gathered& gathered, const order::Reason& reason) {
  const std::size_t dot = reason.code.find('.');
  if (dot == std::string::npos) return nullptr;
  const auto service = parse_service(reason.code.substr(0, dot));
  const std::string_view name = std::string_view(reason.code).substr(dot + 1);
  for (const Entry& entry : gathered.entries)
    if (service && entry.partition.service == *service && entry.record.stream == reason.subject &&
        refusal_text(*service, entry.record.refusal) == name)
      return &entry;
  return nullptr;
}

// What the aggregate was when it refused.
template <class A>
std::optional<typename A::State> state_before(const store::LogView& view, const Entry& entry) {
  if (entry.record.sequence > kFoldedMax) return std::nullopt;
  const StreamRef stream{entry.partition, entry.record.stream,
                         value_of(view.head(entry.partition, entry.record.stream))};
  return fold_to<A>(view, stream, {.offset = entry.offset - 1}).state;
}

template <class Hold, class Command>
std::optional<Hold> asked(const Entry& entry) {
  Command command;
  if (!entry.record.command ||
      !codec::decode_variant(entry.record.command->tag, entry.record.command->bytes, command))
    return std::nullopt;
  const auto* hold = std::get_if<Hold>(&command);
  return hold == nullptr ? std::nullopt : std::optional(*hold);
}

std::string of_stock(const store::LogView& view, const Entry& entry, const std::string& sku) {
  const auto hold = asked<stock::Hold, stock::Command>(entry);
  const auto state = state_before<Stock>(view, entry);
  if (!hold || !state) return {};
  return fmt::format("SKU {} had {} free, {} needed.", sku,
                     counted(state->available.value, "unit", "units"),
                     counted(hold->units.value, "was", "were"));
}

std::string of_wallet(const store::LogView& view, const Entry& entry, const std::string& id) {
  const auto hold = asked<wallet::Hold, wallet::Command>(entry);
  const auto state = state_before<Wallet>(view, entry);
  if (!hold || !state) return {};
  const std::string had = money_text({state->balance_minor, state->currency});
  if (hold->amount.currency != state->currency)
    return fmt::format("Wallet {} has {}, {} were needed.", id, had, money_text(hold->amount));
  return fmt::format("Wallet {} had {}{}, {} were needed.", id, had,
                     state->held_minor == 0
                         ? ""
                         : fmt::format(" free (and {} held for other orders)",
                                       money_text({state->held_minor, state->currency})),
                     money_text(hold->amount));
}

std::string of_coupon(const store::LogView& view, const Entry& entry, const std::string& id) {
  const auto state = state_before<Coupon>(view, entry);
  if (!state) return {};
  switch (static_cast<Coupon::Refusal>(entry.record.refusal)) {
    case Coupon::Refusal::already_used:
      return fmt::format("Coupon {} had been used by order {}.", id,
                         cli::printable(state->hold_id.str()));
    case Coupon::Refusal::already_held:
      return fmt::format("Coupon {} was held for order {} at that moment.", id,
                         cli::printable(state->hold_id.str()));
    case Coupon::Refusal::not_yet_valid:
      return fmt::format("Coupon {} was not valid before {}.", id,
                         time_text(state->terms.valid_from));
    case Coupon::Refusal::lapsed:
      return fmt::format("Coupon {} was valid until {}.", id, time_text(state->terms.valid_until));
    case Coupon::Refusal::not_owner:
      return fmt::format("Coupon {} belongs to customer {}.", id,
                         cli::printable(state->owner.str()));
    default: return {};
  }
}

// "SKU TEA", "Wallet 17850": whom a deadline was missed by.
std::string subject_words(const checkout::State& state, const std::string& subject) {
  if (subject == state.order_id.str()) return "The order itself";
  if (subject == state.customer_id.str()) return "Wallet " + cli::printable(subject);
  if (subject == state.coupon_id.str()) return "Coupon " + cli::printable(subject);
  return "SKU " + cli::printable(subject);
}

// Reasons whose sentence needs no numbers.
std::string plain_sentence(const Gathered& gathered, const std::string& subject) {
  const std::string& code = gathered.state.reason.code;
  if (code == "stock.unknown_sku") return fmt::format("There is no SKU {}.", subject);
  if (code == "stock.out_of_stock") return fmt::format("SKU {} was out of stock.", subject);
  if (code == "wallet.unknown_wallet")
    return fmt::format("Wallet {} had never been charged.", subject);
  if (code == "wallet.insufficient_funds")
    return fmt::format("Wallet {} had too little money.", subject);
  if (code == "coupon.unknown_coupon") return fmt::format("There is no coupon {}.", subject);
  if (code == "coupon.minimum_not_reached")
    return fmt::format("The order does not reach the minimum of coupon {}.", subject);
  if (code == "coupon.currency_mismatch")
    return fmt::format("Coupon {} is in another currency than the order.", subject);
  if (code == "checkout.mixed_currencies")
    return fmt::format("SKU {} is priced in another currency than the first one.", subject);
  if (code == "checkout.total_too_large") return "The order's total is too large.";
  if (code == "deadline_passed")
    return fmt::format("{} had not answered by the deadline, {} after the start.",
                       subject_words(gathered.state, gathered.state.reason.subject),
                       span_text(gathered.state.deadline - gathered.entries.front().record.time));
  return {};
}

}  // namespace

std::string reason_sentence(const store::LogView& view, const Gathered& gathered) {
  const order::Reason& reason = gathered.state.reason;
  const std::string subject = cli::printable(reason.subject);
  std::string sentence;
  if (const Entry* entry = refusal_of(gathered, reason)) {
    if (reason.code == "stock.out_of_stock") sentence = of_stock(view, *entry, subject);
    if (reason.code == "wallet.insufficient_funds" || reason.code == "wallet.currency_mismatch")
      sentence = of_wallet(view, *entry, subject);
    if (entry->partition.service == Service::coupon) sentence = of_coupon(view, *entry, subject);
  }
  if (sentence.empty()) sentence = plain_sentence(gathered, subject);
  if (sentence.empty()) sentence = fmt::format("The reason: {}.", reason_words(reason));
  return sentence;
}

}  // namespace souk::replay
