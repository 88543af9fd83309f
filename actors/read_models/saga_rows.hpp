// What is under way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/columns.hpp"
#include "events/ids.hpp"

namespace souk::read_models {

// The words of sagas.saga.
inline constexpr std::string_view kCheckoutSaga = "checkout";
inline constexpr std::string_view kCampaignSaga = "campaign";

struct SagaRow {
  static constexpr TableText kTable{
      "sagas",
      "One row for each saga that has work left: an order that is under way, a campaign with "
      "coupons to deliver. A saga that has ended has no row: what came of it is in orders or "
      "campaigns. The view open_sagas adds ages and the next try."};
  static constexpr std::size_t kKeyColumns = 2;

  std::string saga;
  std::string saga_id;
  std::string state;
  std::string step;
  std::string waits_for;
  Time started_at;
  Time since;
  Time deadline;
  std::string last_error;
  std::int64_t dead_letters = 0;
  std::string unanswered;
  std::int64_t tries = 0;
  std::string customer_id;
  std::string coupon_id;
  std::string skus;
  std::string currency;
  std::optional<std::int64_t> total_minor;
  std::string to_undo;

  bool operator==(const SagaRow&) const = default;
  static constexpr auto columns() {
    using R = SagaRow;
    return std::tuple{
        column("saga", &R::saga, "checkout (an order) or campaign"),
        column("saga_id", &R::saga_id, "the order's or the campaign's id"),
        column("state", &R::state,
               "RESERVING, PAYING, CONFIRMING, SETTLING, UNDOING, or DELIVERING (a campaign)"),
        column("step", &R::step, "what is being done now, such as hold_wallet or undo hold_stock"),
        column("waits_for", &R::waits_for,
               "who was asked: 'wallet bob', 'stock A, stock B'; some may have answered already"),
        column("started_at", &R::started_at, "when it began"),
        column("since", &R::since,
               "since when it has been at this step; of a campaign: when a coupon was last "
               "delivered, or the first was issued"),
        column("deadline", &R::deadline, "when it turns back by itself; NULL if it no longer can"),
        column("last_error", &R::last_error, "why it turned back, or what stays unanswered"),
        column("dead_letters", &R::dead_letters,
               "how many steps stayed unanswered past their tries; they are tried on, slowly"),
        column("unanswered", &R::unanswered, "whose steps those are, as in waits_for"),
        column("tries", &R::tries, "how often they had been tried when that was found"),
        column("customer_id", &R::customer_id, "whose order it is; NULL for a campaign"),
        column("coupon_id", &R::coupon_id, "the coupon that the order was placed with"),
        column("skus", &R::skus, "the order's SKUs, each once"),
        column("currency", &R::currency, "ISO 4217, of total_minor"),
        column("total_minor", &R::total_minor,
               "what the order comes to, in minor units; NULL until it is priced"),
        column("to_undo", &R::to_undo, "what is still to be released; NULL unless UNDOING")};
  }
};

}  // namespace souk::read_models
