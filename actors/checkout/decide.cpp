// What the checkout decides when it is started, answered, or left without an answer.
#include <algorithm>

#include "actors/checkout/basket.hpp"
#include "actors/checkout/checkout.hpp"
#include "actors/checkout/price.hpp"
#include "actors/checkout/steps.hpp"
#include "actors/checkout/wave.hpp"

namespace souk {
namespace {

using checkout::Phase;
using checkout::State;
using checkout::Step;
using checkout::Wave;
using Event = Checkout::Event;
using Refusal = Checkout::Refusal;
using Outcome = Decision<Event, Refusal>;

constexpr Duration kDeadlineAfter = seconds(30);  // for a start that brings no deadline
constexpr std::int64_t kRefusedAtOnce = 1;        // tries of a step that was answered

// In place: an initializer list would copy the lines.
template <class... Es>
std::vector<Event> events_of(Es... events) {
  std::vector<Event> all;
  all.reserve(sizeof...(events) + 1);  // some are followed by one more
  (all.emplace_back(std::move(events)), ...);
  return all;
}

// --- start -----------------------------------------------------------------------------------

bool valid_line(const order::Line& line) {
  return !line.sku.empty() && line.quantity.value > 0 && line.quantity.value <= kUnitsMax &&
         (!line.asked_price ||
          (line.asked_price->minor >= 0 && line.asked_price->minor <= kMoneyMinorMax));
}

bool same_order(const State& state, const checkout::Start& start) {
  return state.order_id == start.order_id && state.customer_id == start.customer_id &&
         state.coupon_id == start.coupon_id && state.lines == start.lines &&
         state.ordered_at == start.ordered_at;
}

Outcome start(const State& state, const checkout::Start& command, const Context& context) {
  if (command.customer_id.empty()) return Refusal::invalid_customer;
  if (command.lines.empty()) return Refusal::no_lines;
  if (command.lines.size() > order::kLinesMax) return Refusal::too_many_lines;
  if (!std::ranges::all_of(command.lines, valid_line) || !checkout::basket_of(command.lines))
    return Refusal::invalid_line;
  if (state.phase != Phase::none) {
    if (same_order(state, command)) return Outcome::nothing();
    return Refusal::already_started;
  }
  const Time deadline = context.deadline.is_set() ? context.deadline : context.now + kDeadlineAfter;
  return events_of(checkout::Started{command.order_id, command.customer_id, command.lines,
                                     command.coupon_id, deadline, command.ordered_at});
}

// --- up to the pivot -------------------------------------------------------------------------

// Whether a step of this wave has to be undone.
bool is_to_undo(const Wave& wave, StepRef step) {
  const checkout::Undo how = checkout::row_of(step.step).undone;
  const checkout::Answer* answer = wave.find(step);
  const bool refused = answer != nullptr && !answer->refusal.empty();
  if (how == checkout::Undo::never) return false;
  return !refused ||
         (how == checkout::Undo::if_taken_or_late && answer->refusal == "deadline_passed");
}

// Undoes the steps of earlier phases and those of this wave that have to be.
Outcome turn_back(const State& state, const Wave& wave, order::Reason reason) {
  std::vector<StepRef> undo = checkout::steps_taken(state);
  for (const StepRef& step : wave.steps())
    if (is_to_undo(wave, step)) undo.push_back(step);
  const bool over = undo.empty();
  std::vector<Event> events = events_of(checkout::TurnedBack{std::move(reason), std::move(undo)});
  if (over) events.emplace_back(checkout::Ended{.confirmed = false});
  return events;
}

// Why the wave cannot go on: the first refusal in the table's order, else that nobody answered in
// time.
order::Reason reason_of(const State& state, const Wave& wave) {
  if (const auto refused = wave.refused(); !refused.empty())
    return {wave.find(refused.front())->refusal, checkout::subject_of(state, refused.front())};
  return {"deadline_passed", checkout::subject_of(state, wave.unanswered().front())};
}

Outcome reserved(const State& state, const Wave& wave) {
  const auto basket = checkout::basket_of(state.lines);
  std::vector<Money> prices(basket->items.size());
  for (std::uint32_t item = 0; item < prices.size(); ++item)
    prices[item] = wave.find(checkout::ref(Step::hold_stock, item))->unit_price.value_or(Money{});

  const coupon::Terms* terms = nullptr;
  if (const auto* answer = wave.find(checkout::ref(Step::hold_coupon))) {
    if (!answer->terms) return turn_back(state, wave, {"checkout.no_terms", state.coupon_id.str()});
    terms = &*answer->terms;
  }

  auto priced = checkout::price_order(state, *basket, prices, terms);
  if (auto* fault = std::get_if<order::Reason>(&priced))
    return turn_back(state, wave, std::move(*fault));
  auto& totals = std::get<order::Totals>(priced);
  const bool free_of_charge = totals.total_minor == 0;
  std::vector<Event> events = events_of(checkout::Reserved{std::move(totals)});
  if (free_of_charge) events.emplace_back(checkout::Paid{});
  return events;
}

// Everybody has answered, or the deadline has passed.
Outcome attempted(const State& state, const Wave& wave, bool timed_out) {
  const bool complete = wave.unanswered().empty();
  if (!complete && !timed_out) return Outcome::nothing();
  if (!complete || !wave.refused().empty()) return turn_back(state, wave, reason_of(state, wave));
  if (state.phase == Phase::reserving) return reserved(state, wave);
  if (state.phase == Phase::paying) return events_of(checkout::Paid{});
  return events_of(checkout::Confirmed{});
}

// --- after it --------------------------------------------------------------------------------

// A settlement or an undo cannot be refused. If one is all the same, that is the participant's bug
// and its receipt says no for ever, so asking again would never end: it counts as answered, and an
// operator is told.
void tell_refused(const Wave& wave, std::vector<Event>& events) {
  if (auto refused = wave.refused(); !refused.empty())
    events.emplace_back(checkout::DeadLettered{std::move(refused), kRefusedAtOnce});
}

Outcome settled(const Wave& wave) {
  if (!wave.unanswered().empty()) return Outcome::nothing();
  std::vector<Event> events = events_of(checkout::Ended{.confirmed = true});
  tell_refused(wave, events);
  return events;
}

Outcome undone(const State& state, const Wave& wave) {
  std::vector<StepRef> answered = wave.answered();
  if (answered.empty()) return Outcome::nothing();
  const bool last = answered.size() == state.to_undo.size();
  std::vector<Event> events = events_of(checkout::Undone{std::move(answered)});
  tell_refused(wave, events);
  if (last) events.emplace_back(checkout::Ended{.confirmed = false});
  return events;
}

Outcome advance(const State& state, const checkout::Advance& command) {
  if (!Checkout::open(state)) return Refusal::not_running;
  // A time-out of a phase that is over by now; its answers would be taken for those to the undos.
  if (command.timed_out && !Checkout::deadline(state)) return Outcome::nothing();
  const Wave wave(state, command.answers);
  if (state.phase == Phase::settling) return settled(wave);
  if (state.phase == Phase::undoing) return undone(state, wave);
  return attempted(state, wave, command.timed_out);
}

Outcome give_up_on(const State& state, const checkout::GiveUp& command) {
  if (!Checkout::open(state)) return Refusal::not_running;
  const std::vector<StepRef> in_flight = checkout::steps_in_flight(state);
  std::vector<StepRef> steps = command.steps;
  std::ranges::sort(steps);
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  std::erase_if(steps, [&](const StepRef& step) {
    return !std::ranges::binary_search(in_flight, step) ||
           std::ranges::binary_search(state.dead_letters, step);
  });
  if (steps.empty()) return Outcome::nothing();
  return events_of(checkout::DeadLettered{std::move(steps), command.tries});
}

}  // namespace

Decision<Event, Refusal> Checkout::decide(const State& state, const Command& command,
                                          const Context& context) {
  return std::visit(Overload{
                        [&](const checkout::Start& c) { return start(state, c, context); },
                        [&](const checkout::Advance& c) { return ::souk::advance(state, c); },
                        [&](const checkout::GiveUp& c) { return give_up_on(state, c); },
                    },
                    command);
}

}  // namespace souk
