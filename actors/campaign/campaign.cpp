#include "actors/campaign/campaign.hpp"

#include <cassert>
#include <set>
#include <utility>

#include "actors/coupon/discount.hpp"

namespace souk {
namespace {

using Refusal = Campaign::Refusal;
using Event = Campaign::Event;
using Outcome = Decision<Event, Refusal>;

bool valid_campaign_id(const std::string& id) {
  return valid_id(id) && id.size() <= Campaign::kIdLengthMax && id.find('~') == std::string::npos;
}

CouponId coupon_id(const CampaignId& campaign_id, std::int64_t ordinal) {
  return CouponId(campaign_id.str() + '~' + std::to_string(ordinal));
}

Outcome open_campaign(const campaign::State& state, const campaign::Open& command) {
  if (command.quantity < 1 || command.quantity > Campaign::kQuantityMax)
    return Refusal::invalid_quantity;
  if (terms_fault(command.terms)) return Refusal::invalid_terms;
  if (!valid_campaign_id(command.campaign_id.str())) return Refusal::invalid_id;
  if (!state.opened)
    return {campaign::Opened{command.campaign_id, command.quantity, command.terms}};
  if (command != campaign::Open{state.campaign_id, state.quantity, state.terms})
    return Refusal::already_opened;
  return Outcome::nothing();
}

Outcome issue(const campaign::State& state, const campaign::Issue& command, Time now) {
  if (!state.opened) return Refusal::unknown_campaign;
  if (command.customer_id.empty()) return Refusal::invalid_customer;
  if (now < state.terms.valid_from) return Refusal::not_yet_open;
  if (now >= state.terms.valid_until) return Refusal::closed;
  if (state.issued_count >= state.quantity) return Refusal::sold_out;
  if (state.issued.contains(command.customer_id)) return Refusal::already_issued;
  const std::int64_t ordinal = state.issued_count + 1;
  return {campaign::Issued{command.customer_id, ordinal, coupon_id(state.campaign_id, ordinal)}};
}

// Answers come at least once: those known already, or twice in one command, change nothing.
Outcome deliver(const campaign::State& state, const campaign::Deliver& command) {
  std::vector<Event> events;
  std::set<std::int64_t> seen;
  for (const campaign::Delivery& delivery : command.deliveries) {
    const auto waiting = state.undelivered.find(delivery.ordinal);
    if (waiting == state.undelivered.end() || !seen.insert(delivery.ordinal).second) continue;
    events.push_back(campaign::Delivered{delivery.ordinal, delivery.granted, waiting->second});
  }
  return events;
}

}  // namespace

Decision<Event, Refusal> Campaign::decide(const State& state, const Command& command,
                                          const Context& context) {
  return std::visit(Overload{
                        [&](const campaign::Open& c) { return open_campaign(state, c); },
                        [&](const campaign::Issue& c) { return issue(state, c, context.now); },
                        [&](const campaign::Deliver& c) { return deliver(state, c); },
                    },
                    command);
}

Campaign::State Campaign::evolve(State state, const Event& event) {
  std::visit(Overload{
                 [&](const campaign::Opened& e) {
                   assert(!state.opened);
                   state.opened = true;
                   state.campaign_id = e.campaign_id;
                   state.quantity = e.quantity;
                   state.terms = e.terms;
                 },
                 [&](const campaign::Issued& e) {
                   assert(e.ordinal == state.issued_count + 1 && e.ordinal <= state.quantity);
                   [[maybe_unused]] const auto [at, added] =
                       state.issued.try_emplace(e.customer_id, e.ordinal);
                   assert(added);
                   state.issued_count = e.ordinal;
                   state.undelivered.emplace_hint(state.undelivered.end(), e.ordinal,
                                                  e.customer_id);
                 },
                 [&](const campaign::Delivered& e) {
                   [[maybe_unused]] const auto erased = state.undelivered.erase(e.ordinal);
                   assert(erased == 1);
                 },
             },
             event);
  return state;
}

Campaign::Reply Campaign::reply(std::span<const Event> events) {
  for (const Event& event : events)
    if (const auto* issued = std::get_if<campaign::Issued>(&event))
      return {issued->ordinal, issued->coupon_id};
  return {};
}

std::string_view Campaign::refusal_name(Refusal refusal) {
  switch (refusal) {
    case Refusal::invalid_quantity: return "invalid_quantity";
    case Refusal::invalid_terms: return "invalid_terms";
    case Refusal::invalid_id: return "invalid_id";
    case Refusal::already_opened: return "already_opened";
    case Refusal::unknown_campaign: return "unknown_campaign";
    case Refusal::invalid_customer: return "invalid_customer";
    case Refusal::not_yet_open: return "not_yet_open";
    case Refusal::closed: return "closed";
    case Refusal::sold_out: return "sold_out";
    case Refusal::already_issued: return "already_issued";
  }
  return "unknown";
}

Campaign::State Campaign::view(const State& state) {
  return {.opened = state.opened,
          .campaign_id = state.campaign_id,
          .quantity = state.quantity,
          .terms = state.terms,
          .issued_count = state.issued_count};
}

std::vector<Outgoing<Campaign::Calls>> Campaign::pending(const State& state) {
  std::vector<Outgoing<Calls>> grants;
  for (const auto& [ordinal, customer_id] : state.undelivered) {
    if (grants.size() == kGrantsInFlight) break;
    grants.push_back({StepRef{0, static_cast<std::uint32_t>(ordinal)}, Intent::request,
                      Call<Coupon>{coupon_id(state.campaign_id, ordinal).str(),
                                   coupon::Grant{customer_id, state.terms}}});
  }
  return grants;
}

Campaign::Command Campaign::advance(std::vector<Answer> answers, bool) {
  return campaign::Deliver{std::move(answers)};
}

Campaign::Answer Campaign::answer(StepRef step, std::string refusal, const Coupon::Reply&) {
  return {static_cast<std::int64_t>(step.index), refusal.empty()};
}

std::optional<std::string> Campaign::wait_key(const Command& command) {
  const auto* issue = std::get_if<campaign::Issue>(&command);
  if (issue == nullptr) return std::nullopt;
  return issue->customer_id.str();
}

bool Campaign::settled(const State& state, const std::string& key) {
  const auto issued = state.issued.find(CustomerId(key));
  return issued != state.issued.end() && !state.undelivered.contains(issued->second);
}

std::optional<std::string> Campaign::released_by(const State&, const Event& event) {
  const auto* delivered = std::get_if<campaign::Delivered>(&event);
  if (delivered == nullptr) return std::nullopt;
  return delivered->customer_id.str();
}

}  // namespace souk
