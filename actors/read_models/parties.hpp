// Whom a checkout asks, as the tables name them: "order o1", "stock A", "coupon ten", "wallet bob".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "actors/read_models/saga_rows.hpp"
#include "events/checkout.hpp"

namespace souk::read_models {

// Lists as the tables have them: "a, b, c". Ids have neither commas nor spaces.
std::vector<std::string> split_list(std::string_view text);
std::string join_list(const std::vector<std::string>& parts);

// The same for people: at most eight, then "and 37 more".
std::string join_some(const std::vector<std::string>& parts);

// Whom these steps ask. False if the checkout of `row` has no such steps.
bool parties_of(const std::vector<StepRef>& steps, const SagaRow& row,
                std::vector<std::string>& parties);

// What is being done, and whom that asks, in the order of the checkout's table.
struct Doing {
  std::string step;     // "place_order, hold_stock", "settle hold_stock, hold_wallet"
  std::string parties;  // for people, as join_some has them
};

// Of a phase; not of undoing.
Doing doing_in(checkout::Phase phase, const SagaRow& row);

// Of the undos that are in flight while `to_undo` is left.
Doing undoing(const std::vector<std::string>& to_undo);

}  // namespace souk::read_models
