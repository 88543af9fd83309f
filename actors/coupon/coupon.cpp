#include "actors/coupon/coupon.hpp"

#include <cassert>
#include <utility>
#include <variant>

#include "actors/coupon/discount.hpp"

namespace souk {
namespace {

using Refusal = Coupon::Refusal;
using Event = Coupon::Event;
using Outcome = Decision<Event, Refusal>;
using coupon::Status;

bool window_closed(const coupon::State& state, Time now) { return now >= state.terms.valid_until; }

bool held_by(const coupon::State& state, const HoldId& hold_id) {
  return state.status == Status::held && state.hold_id == hold_id;
}

Outcome grant(const coupon::State& state, const coupon::Grant& command) {
  if (terms_fault(command.terms)) return Refusal::invalid_terms;
  if (state.status == Status::unknown) return {coupon::Granted{command.owner, command.terms}};
  if (command.owner != state.owner || command.terms != state.terms) return Refusal::already_granted;
  return Outcome::nothing();
}

Outcome hold(const coupon::State& state, const coupon::Hold& command, Time now) {
  if (state.status == Status::unknown) return Refusal::unknown_coupon;
  if (now < state.terms.valid_from) return Refusal::not_yet_valid;
  if (state.status == Status::lapsed || window_closed(state, now)) return Refusal::lapsed;
  if (!state.owner.empty() && command.customer_id != state.owner) return Refusal::not_owner;
  if (state.status == Status::held) return Refusal::already_held;
  if (state.status == Status::used) return Refusal::already_used;
  return {coupon::Held{command.hold_id, command.customer_id, state.terms}};
}

Outcome settle(const coupon::State& state, const coupon::Settle& command) {
  if (!held_by(state, command.hold_id)) return Outcome::nothing();
  return {coupon::Settled{command.hold_id}};
}

Outcome release(const coupon::State& state, const coupon::Release& command, Time now) {
  if (!held_by(state, command.hold_id)) return Outcome::nothing();
  if (!window_closed(state, now)) return {coupon::Released{command.hold_id}};
  return {coupon::Released{command.hold_id}, coupon::Lapsed{}};
}

Outcome expire(const coupon::State& state, Time now) {
  if (state.status == Status::unknown) return Refusal::unknown_coupon;
  if (state.status != Status::granted) return Outcome::nothing();
  if (!window_closed(state, now)) return Refusal::not_due;
  return {coupon::Lapsed{}};
}

}  // namespace

Decision<Event, Refusal> Coupon::decide(const State& state, const Command& command,
                                        const Context& context) {
  return std::visit(Overload{
                        [&](const coupon::Grant& c) { return grant(state, c); },
                        [&](const coupon::Hold& c) { return hold(state, c, context.now); },
                        [&](const coupon::Settle& c) { return settle(state, c); },
                        [&](const coupon::Release& c) { return release(state, c, context.now); },
                        [&](const coupon::Expire&) { return expire(state, context.now); },
                    },
                    command);
}

Coupon::State Coupon::evolve(State state, const Event& event) {
  std::visit(Overload{
                 [&](const coupon::Granted& e) {
                   assert(state.status == Status::unknown);
                   state.status = Status::granted;
                   state.owner = e.owner;
                   state.terms = e.terms;
                 },
                 [&](const coupon::Held& e) {
                   assert(state.status == Status::granted);
                   state.status = Status::held;
                   state.hold_id = e.hold_id;
                 },
                 [&]([[maybe_unused]] const coupon::Settled& e) {
                   assert(held_by(state, e.hold_id));
                   state.status = Status::used;
                 },
                 [&]([[maybe_unused]] const coupon::Released& e) {
                   assert(held_by(state, e.hold_id));
                   state.status = Status::granted;
                   state.hold_id = {};
                 },
                 [&](const coupon::Lapsed&) {
                   assert(state.status == Status::granted);
                   state.status = Status::lapsed;
                 },
             },
             event);
  return state;
}

Coupon::Reply Coupon::reply(std::span<const Event> events) {
  for (const Event& event : events)
    if (const auto* held = std::get_if<coupon::Held>(&event)) return {held->terms};
  return {};
}

std::string_view Coupon::refusal_name(Refusal refusal) {
  switch (refusal) {
    case Refusal::invalid_terms: return "invalid_terms";
    case Refusal::unknown_coupon: return "unknown_coupon";
    case Refusal::already_granted: return "already_granted";
    case Refusal::not_yet_valid: return "not_yet_valid";
    case Refusal::lapsed: return "lapsed";
    case Refusal::not_owner: return "not_owner";
    case Refusal::already_held: return "already_held";
    case Refusal::already_used: return "already_used";
    case Refusal::not_due: return "not_due";
  }
  return "unknown";
}

Coupon::State Coupon::view(const State& state) { return state; }

std::optional<Coupon::Command> Coupon::due(const State& state, Time now) {
  if (state.status != Status::granted || !window_closed(state, now)) return std::nullopt;
  return coupon::Expire{};
}

}  // namespace souk
