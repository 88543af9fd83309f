// Why a row of an import is left out.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace souk::cli {

// In the order in which they are checked: a row counts under the first that fits. Those from
// sku_collision on look at more than the row itself.
enum class Skip : std::uint8_t {
  field_count,             // not as many fields as the header
  cancellation,            // the invoice's number begins with C
  no_customer,             // a guest: no wallet to pay from
  bad_id,                  // no usable invoice number, customer or stock code
  bad_number,              // quantity or price are no numbers
  bad_date,                // no moment of the calendar, or before 1970-01-02
  too_large,               // more units or money than a node takes
  non_positive_quantity,   // write-offs and corrections
  negative_price,          // adjustments
  fraction_of_minor_unit,  // a price that no customer can pay exactly
  sku_collision,           // another stock code of the file already has this SKU
  two_customers,           // the invoice's lines name different customers
  order_too_large          // the invoice has more lines, or a larger total, than an order may have
};

struct SkipText {
  std::string_view code;      // in JSON and CSV
  std::string_view sentence;  // for people
};

inline constexpr std::array<SkipText, 13> kSkipTexts{{
    {"field_count", "not as many fields as the header"},
    {"cancellation", "cancellation (invoice C...)"},
    {"no_customer", "no customer"},
    {"bad_id", "unusable invoice, customer or stock code"},
    {"bad_number", "quantity or price is not a number"},
    {"bad_date", "unusable date"},
    {"too_large", "quantity or price too large"},
    {"non_positive_quantity", "quantity is zero or negative"},
    {"negative_price", "price is negative"},
    {"fraction_of_minor_unit", "price has a fraction of a penny"},
    {"sku_collision", "stock code becomes another one's SKU"},
    {"two_customers", "invoice names two customers"},
    {"order_too_large", "invoice too large for an order"},
}};

constexpr const SkipText& text_of(Skip reason) {
  return kSkipTexts[static_cast<std::size_t>(reason)];
}

}  // namespace souk::cli
