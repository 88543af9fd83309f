#include "actors/checkout/checkout.hpp"

#include <algorithm>
#include <cassert>

namespace souk {
namespace {

using checkout::Phase;

// Both ascending.
void remove(std::vector<StepRef>& from, const std::vector<StepRef>& steps) {
  std::erase_if(from, [&](const StepRef& s) { return std::ranges::binary_search(steps, s); });
}

void insert(std::vector<StepRef>& into, const std::vector<StepRef>& steps) {
  const auto middle = static_cast<std::ptrdiff_t>(into.size());
  into.insert(into.end(), steps.begin(), steps.end());
  std::inplace_merge(into.begin(), into.begin() + middle, into.end());
  into.erase(std::unique(into.begin(), into.end()), into.end());
}

// The steps of the phase before have all been answered, or are to be undone.
void enter(checkout::State& state, Phase phase) {
  state.phase = phase;
  state.dead_letters.clear();
}

void begin(checkout::State& state, const checkout::Started& started) {
  assert(state.phase == Phase::none);
  state.order_id = started.order_id;
  state.customer_id = started.customer_id;
  state.lines = started.lines;
  state.coupon_id = started.coupon_id;
  state.ordered_at = started.ordered_at;
  state.deadline = started.deadline;
  enter(state, Phase::reserving);
}

void turn_back(checkout::State& state, const checkout::TurnedBack& turned_back) {
  state.reason = turned_back.reason;
  state.to_undo = turned_back.undo;
  enter(state, Phase::undoing);
}

// The dead letters of a cancelled order are the undos that were refused: they stay to be seen.
void end(checkout::State& state, const checkout::Ended& ended) {
  if (ended.confirmed)
    enter(state, Phase::confirmed);
  else
    state.phase = Phase::cancelled;
}

bool ended(const checkout::State& state) {
  return state.phase == Phase::confirmed || state.phase == Phase::cancelled;
}

template <class Reply>
checkout::Answer answer_to(StepRef step, std::string refusal, const Reply&) {
  return {step, std::move(refusal), std::nullopt, std::nullopt};
}

}  // namespace

Checkout::State Checkout::evolve(State state, const Event& event) {
  std::visit(Overload{
                 [&](const checkout::Started& e) { begin(state, e); },
                 [&](const checkout::Reserved& e) {
                   state.totals = e.totals;
                   enter(state, Phase::paying);
                 },
                 [&](const checkout::Paid&) { enter(state, Phase::confirming); },
                 [&](const checkout::Confirmed&) { enter(state, Phase::settling); },
                 [&](const checkout::TurnedBack& e) { turn_back(state, e); },
                 [&](const checkout::Undone& e) {
                   remove(state.to_undo, e.steps);
                   remove(state.dead_letters, e.steps);
                 },
                 [&](const checkout::DeadLettered& e) { insert(state.dead_letters, e.steps); },
                 [&](const checkout::Ended& e) { end(state, e); },
             },
             event);
  return state;
}

Checkout::Reply Checkout::reply(std::span<const Event>) { return {}; }

std::string_view Checkout::refusal_name(Refusal refusal) {
  switch (refusal) {
    case Refusal::invalid_customer: return "invalid_customer";
    case Refusal::no_lines: return "no_lines";
    case Refusal::too_many_lines: return "too_many_lines";
    case Refusal::invalid_line: return "invalid_line";
    case Refusal::already_started: return "already_started";
    case Refusal::not_running: return "not_running";
  }
  return "unknown";
}

// Nothing of it grows beyond the order itself.
Checkout::State Checkout::view(const State& state) { return state; }

// --- as a saga -------------------------------------------------------------------------------

std::optional<Time> Checkout::deadline(const State& state) {
  if (state.phase == Phase::reserving || state.phase == Phase::paying) return state.deadline;
  return std::nullopt;
}

std::optional<Time> Checkout::attempt_deadline(const State& state) { return state.deadline; }

bool Checkout::open(const State& state) { return state.phase != Phase::none && !ended(state); }

Checkout::Command Checkout::advance(std::vector<Answer> answers, bool timed_out) {
  return checkout::Advance{std::move(answers), timed_out};
}

std::optional<Checkout::Command> Checkout::give_up(std::vector<StepRef> steps, std::int64_t tries) {
  return checkout::GiveUp{std::move(steps), tries};
}

Checkout::Answer Checkout::answer(StepRef step, std::string refusal, const Order::Reply& reply) {
  return answer_to(step, std::move(refusal), reply);
}

Checkout::Answer Checkout::answer(StepRef step, std::string refusal, const Stock::Reply& reply) {
  Answer answer = answer_to(step, std::move(refusal), reply);
  if (answer.refusal.empty() && reply.unit_price.currency.is_set())
    answer.unit_price = reply.unit_price;
  return answer;
}

Checkout::Answer Checkout::answer(StepRef step, std::string refusal, const Coupon::Reply& reply) {
  Answer answer = answer_to(step, std::move(refusal), reply);
  if (answer.refusal.empty()) answer.terms = reply.terms;
  return answer;
}

Checkout::Answer Checkout::answer(StepRef step, std::string refusal, const Wallet::Reply& reply) {
  return answer_to(step, std::move(refusal), reply);
}

// --- who waits -------------------------------------------------------------------------------

std::optional<std::string> Checkout::wait_key(const Command& command) {
  if (std::holds_alternative<checkout::Start>(command)) return "";
  return std::nullopt;
}

bool Checkout::settled(const State& state, const std::string&) { return ended(state); }

std::optional<std::string> Checkout::released_by(const State&, const Event& event) {
  if (std::holds_alternative<checkout::Ended>(event)) return "";
  return std::nullopt;
}

}  // namespace souk
