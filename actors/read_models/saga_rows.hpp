// What is under way.
#pragma once

#include <cstdint>
#include <string>

#include "events/columns.hpp"
#include "events/ids.hpp"

namespace souk::read_models {

struct SagaRow {
  static constexpr TableText kTable{
      "sagas",
      "One row for each saga that has work left: an order that is under way, a campaign with "
      "coupons to deliver. A saga that has ended has no row: what came of it is in orders or "
      "campaigns. The view open_sagas adds ages and the next try."};
  static constexpr std::size_t kKeyColumns = 2;

  std::string saga;
  std::string saga_id;
  std::string step;
  std::string state;
  std::string waits_for;
  Time started_at;
  Time since;
  Time deadline;
  std::string last_error;
  std::int64_t dead_letters = 0;
  std::int64_t tries = 0;

  bool operator==(const SagaRow&) const = default;
  static constexpr auto columns() {
    using R = SagaRow;
    return std::tuple{
        column("saga", &R::saga, "checkout (an order) or campaign"),
        column("saga_id", &R::saga_id, "the order's or the campaign's id"),
        column("step", &R::step, "what is being done now, such as hold_wallet or settle"),
        column("state", &R::state,
               "RESERVING, PAYING, CONFIRMING, SETTLING, UNDOING, or DELIVERING (a campaign)"),
        column("waits_for", &R::waits_for, "whose answers it waits for, in words"),
        column("started_at", &R::started_at, "when it began"),
        column("since", &R::since, "since when it has been at this step"),
        column("deadline", &R::deadline, "when it turns back by itself; NULL if it no longer can"),
        column("last_error", &R::last_error, "why it turned back, or what stays unanswered"),
        column("dead_letters", &R::dead_letters,
               "steps that stayed unanswered past their tries; they are tried on, slowly"),
        column("tries", &R::tries, "how often those had been tried when that was found")};
  }
};

}  // namespace souk::read_models
