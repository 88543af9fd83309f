// The layout of the UCI "Online Retail" data set: one invoice line a row.
#pragma once

#include <array>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "events/ids.hpp"
#include "events/money.hpp"
#include "tools/souk/import/csv.hpp"
#include "tools/souk/import/number.hpp"
#include "tools/souk/import/skip.hpp"

namespace souk::cli {

// One row. If it is skipped, `reason` and `detail` say why and the other members hold what could be
// read.
struct RetailRow {
  std::size_t line = 0;  // of the file, where the row begins
  std::string invoice;
  std::string customer;
  std::string stock_code;   // as the file has it, in UTF-8
  std::string description;  // on one line
  std::int64_t quantity = 0;
  ParsedPrice price;
  Time invoiced_at;  // not set if it is no date and time
  std::optional<Skip> reason;
  std::string detail;  // one sentence about this row; may be empty

  WideParts amount_parts() const { return static_cast<WideParts>(quantity) * price.parts; }
};

// Reads rows as a stream. Columns are found by their names, in any order and case ("Invoice",
// "Price" and "Customer ID" of the data set's second edition are known too); others are ignored.
class OnlineRetailReader {
 public:
  // Reads the header. Throws InputError naming the columns that are missing. `input` must outlive
  // the reader.
  OnlineRetailReader(std::istream& input, Currency currency);

  // Reads the next row. False at the end; throws InputError where the file is no CSV.
  bool next(RetailRow& row);

 private:
  enum Column {
    invoice_no,
    stock_code,
    description,
    quantity,
    invoice_date,
    unit_price,
    customer_id
  };
  static constexpr std::size_t kColumns = 7;

  void read_header();
  const CsvField& field(Column column) const { return fields_[at_[column]]; }
  void read_texts(RetailRow& row) const;
  void read_numbers(RetailRow& row) const;
  void judge(RetailRow& row) const;
  void judge_numbers(RetailRow& row) const;

  CsvReader csv_;
  Currency currency_;
  std::vector<CsvField> fields_;
  std::size_t field_count_ = 0;             // of the header
  std::array<std::size_t, kColumns> at_{};  // where each column stands
};

}  // namespace souk::cli
