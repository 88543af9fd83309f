// A coupon's terms, as the tables show them.
#pragma once

#include <string>

#include "events/coupon.hpp"

namespace souk::read_models {

// "5.00 GBP", "12.5 %", "12.5 %, at most 5.00 GBP".
std::string discount_text(const coupon::Discount& discount);

// The currency of the amounts in the terms, or "" if there are none.
std::string currency_of(const coupon::Terms& terms);

}  // namespace souk::read_models
