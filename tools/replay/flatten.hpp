// An aggregate's state as fields with names and texts, for people and for comparing.
#pragma once

#include <string>
#include <vector>

#include "actors/campaign/campaign.hpp"
#include "actors/checkout/checkout.hpp"
#include "actors/coupon/coupon.hpp"
#include "actors/order/order.hpp"
#include "actors/stock/stock.hpp"
#include "actors/wallet/wallet.hpp"

namespace souk::replay {

// One field. `list` is the name of the list or map that it is an element of; empty: it stands
// alone. Regular value.
struct FieldText {
  std::string list;  // "holds"
  std::string name;  // "balance"; of an element its key or its number
  std::string text;  // "84.70 GBP"; "-": not set
  bool operator==(const FieldText&) const = default;
};

// In the order of the state's fields.
std::vector<FieldText> flatten(const order::State& state);
std::vector<FieldText> flatten(const stock::State& state);
std::vector<FieldText> flatten(const wallet::State& state);
std::vector<FieldText> flatten(const coupon::State& state);
std::vector<FieldText> flatten(const campaign::State& state);
std::vector<FieldText> flatten(const checkout::State& state);

// What differs between two lists of fields of one aggregate: those that are not in the other are
// "-" there. In the order of `after`, with what is gone at the end.
struct FieldChange {
  std::string list, name;
  std::string before, after;
};
std::vector<FieldChange> changes(const std::vector<FieldText>& before,
                                 const std::vector<FieldText>& after);

}  // namespace souk::replay
