#include "tools/souk/import/online_retail.hpp"

#include <fmt/format.h>

#include "events/ids.hpp"
#include "tools/souk/import/text.hpp"

namespace souk::cli {
namespace {

constexpr std::size_t kMissing = static_cast<std::size_t>(-1);

struct ColumnName {
  std::string_view name;       // as the layout has it
  std::string_view folded;     // lower case, letters only
  std::string_view alternate;  // the second edition's name, folded
};

constexpr std::array<ColumnName, 7> kNames{{
    {"InvoiceNo", "invoiceno", "invoice"},
    {"StockCode", "stockcode", ""},
    {"Description", "description", ""},
    {"Quantity", "quantity", ""},
    {"InvoiceDate", "invoicedate", ""},
    {"UnitPrice", "unitprice", "price"},
    {"CustomerID", "customerid", ""},
}};

// Lower case, letters only: "Customer ID" and "CustomerID" are the same column.
std::string fold(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') result.push_back(static_cast<char>(c - 'A' + 'a'));
    if (c >= 'a' && c <= 'z') result.push_back(c);
  }
  return result;
}

bool is_cancellation(std::string_view invoice) {
  return invoice.starts_with('C') || invoice.starts_with('c');
}

void skip(RetailRow& row, Skip reason, std::string detail = {}) {
  row.reason = reason;
  row.detail = std::move(detail);
}

std::string not_a(const CsvField& field, std::string_view column, std::string_view what) {
  return fmt::format("column {}: {} '{}' is not {}", field.at.column, column,
                     to_utf8(utf8_prefix(field.text, 40)), what);
}

}  // namespace

OnlineRetailReader::OnlineRetailReader(std::istream& input, Currency currency)
    : csv_(input), currency_(currency) {
  read_header();
}

void OnlineRetailReader::read_header() {
  if (!csv_.next(fields_)) throw InputError("the file is empty");
  field_count_ = fields_.size();
  at_.fill(kMissing);
  std::string found;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const std::string folded = fold(fields_[i].text);
    for (std::size_t column = 0; column < kColumns; ++column) {
      const ColumnName& name = kNames[column];
      if (folded.empty() || (folded != name.folded && folded != name.alternate)) continue;
      if (at_[column] != kMissing)
        throw InputError(fields_[i].at, fmt::format("column {} comes twice", name.name));
      at_[column] = i;
    }
    if (i < 12) found += (i ? ", " : "") + to_utf8(utf8_prefix(trim(fields_[i].text), 40));
  }
  std::string missing;
  for (std::size_t column = 0; column < kColumns; ++column)
    if (at_[column] == kMissing)
      missing += (missing.empty() ? "" : ", ") + std::string(kNames[column].name);
  if (missing.empty()) return;
  throw InputError(fields_[0].at,
                   fmt::format("the header lacks {}; it has: {}. The first line must name "
                               "InvoiceNo, StockCode, Description, Quantity, InvoiceDate, "
                               "UnitPrice and CustomerID, separated by commas",
                               missing, found));
}

bool OnlineRetailReader::next(RetailRow& row) {
  if (!csv_.next(fields_)) return false;
  row = RetailRow{};
  row.line = fields_[0].at.line;
  if (fields_.size() != field_count_) {
    skip(row, Skip::field_count,
         fmt::format("{} fields instead of {}", fields_.size(), field_count_));
    return true;
  }
  read_texts(row);
  read_numbers(row);
  judge(row);
  return true;
}

void OnlineRetailReader::read_texts(RetailRow& row) const {
  const auto text = [this](Column column) { return trim(field(column).text); };
  row.invoice = to_utf8(without_zero_decimals(text(invoice_no)));
  row.customer = to_utf8(without_zero_decimals(text(customer_id)));
  row.stock_code = to_utf8(text(stock_code));
  row.description = one_line(to_utf8(text(description)));
}

void OnlineRetailReader::read_numbers(RetailRow& row) const {
  row.quantity = parse_quantity(trim(field(quantity).text)).units;
  row.price = parse_price(trim(field(unit_price).text), currency_.minor_digits());
  row.invoiced_at = parse_moment(trim(field(invoice_date).text)).value_or(Time{});
}

void OnlineRetailReader::judge(RetailRow& row) const {
  if (is_cancellation(row.invoice)) return skip(row, Skip::cancellation);
  if (row.customer.empty()) return skip(row, Skip::no_customer);
  if (!valid_id(row.invoice))
    return skip(row, Skip::bad_id, not_a(field(invoice_no), "InvoiceNo", "a valid id"));
  if (!valid_id(row.customer))
    return skip(row, Skip::bad_id, not_a(field(customer_id), "CustomerID", "a valid id"));
  if (!valid_id(sku_of(row.stock_code)))
    return skip(row, Skip::bad_id, not_a(field(stock_code), "StockCode", "a valid id"));
  judge_numbers(row);
}

void OnlineRetailReader::judge_numbers(RetailRow& row) const {
  const NumberFault units_fault = parse_quantity(trim(field(quantity).text)).fault;
  if (units_fault == NumberFault::not_a_number)
    return skip(row, Skip::bad_number, not_a(field(quantity), "Quantity", "a whole number"));
  if (row.price.fault == NumberFault::not_a_number)
    return skip(row, Skip::bad_number, not_a(field(unit_price), "UnitPrice", "a decimal number"));
  if (!row.invoiced_at.is_set())
    return skip(row, Skip::bad_date,
                not_a(field(invoice_date), "InvoiceDate", "a date and time since 1970-01-02"));
  if (units_fault == NumberFault::too_large || row.quantity > kUnitsMax)
    return skip(row, Skip::too_large, fmt::format("more than {} units", grouped(kUnitsMax)));
  const WideParts parts_max = static_cast<WideParts>(kMoneyMinorMax) * kPartsPerMinor;
  if (row.price.fault == NumberFault::too_large || row.price.parts > parts_max ||
      row.amount_parts() > parts_max)
    return skip(row, Skip::too_large,
                fmt::format("more than {}", money_text(kMoneyMinorMax, currency_)));
  if (row.quantity <= 0) return skip(row, Skip::non_positive_quantity);
  if (row.price.parts < 0) return skip(row, Skip::negative_price);
  if (row.price.fractional)
    return skip(row, Skip::fraction_of_minor_unit,
                not_a(field(unit_price), "UnitPrice", "a whole number of minor units"));
}

}  // namespace souk::cli
