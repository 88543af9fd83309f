// What an import will ask of a node, and what it leaves out: everything that can be known before
// anything is sent.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "events/money.hpp"
#include "tools/souk/import/online_retail.hpp"
#include "tools/souk/import/skip.hpp"

namespace souk::cli {

struct PlannedLine {
  std::string sku;
  std::int64_t quantity = 0;
  std::int64_t unit_price_minor = 0;
  bool operator==(const PlannedLine&) const = default;
};

struct PlannedOrder {
  std::string order_id;  // the invoice's number
  std::string customer_id;
  Time ordered_at;  // the earliest of its rows' dates
  std::vector<PlannedLine> lines;
  std::int64_t units = 0;
  std::int64_t total_minor = 0;
};

struct PlannedStock {
  std::string sku;
  std::string title;                  // the first description that is not empty, else the SKU
  std::int64_t unit_price_minor = 0;  // the first that is not zero, else zero
  std::int64_t units = 0;             // what the planned orders need together
};

struct PlannedCharge {
  std::string customer_id;
  std::int64_t amount_minor = 0;  // what the customer's planned orders cost together; positive
};

struct SkippedRow {
  std::size_t line = 0;
  std::string invoice;
  std::string stock_code;
  Skip reason{};
  std::string detail;
};

struct SkipTally {
  std::int64_t rows = 0;
  std::int64_t units = 0;      // the sum of the quantities that could be read
  WideParts amount_parts = 0;  // the sum of quantity times price, where both could be read
};

struct Plan {
  Currency currency;
  // "import-" and 16 hexadecimal digits that depend on the planned orders only, without their
  // times: the id of every receipt and charge of this import. The same orders give the same id, so
  // a second run is told apart by nobody.
  std::string import_id;
  std::vector<PlannedOrder> orders;    // in the order of the file
  std::vector<PlannedStock> stock;     // in the order of first use
  std::vector<PlannedCharge> charges;  // in the order of first use

  std::int64_t rows = 0;                    // without the header
  std::int64_t invoices = 0;                // different invoice numbers, cancellations included
  std::int64_t invoices_without_lines = 0;  // nothing of them can be imported
  std::int64_t orders_short_of_lines = 0;   // planned orders that leave some of their rows out
  std::int64_t orders_over_limit = 0;       // importable, but beyond the limit
  std::array<SkipTally, kSkipTexts.size()> skipped{};
  std::vector<SkippedRow> skipped_rows;  // in the order of the file
};

// Takes the rows of one file, then gives the plan. One thread.
class PlanBuilder {
 public:
  explicit PlanBuilder(Currency currency);

  void add(RetailRow row);

  // The plan for the first `orders_max` importable invoices. Call once.
  Plan finish(std::size_t orders_max);

 private:
  // An invoice as far as it has been read. Only lines that passed on their own.
  struct Draft {
    std::string invoice;
    std::vector<RetailRow> rows;
    bool left_rows_out = false;
    bool seen_two_customers = false;
  };

  void skip(const RetailRow& row, Skip reason, std::string detail);
  Draft& draft_of(const std::string& invoice);
  void skip_all(const Draft& draft, Skip reason, const std::string& detail);
  bool passes_as_a_whole(const Draft& draft);
  void plan_order(Draft& draft);
  void plan_needs();
  void set_import_id();

  Plan plan_;
  std::vector<Draft> drafts_;
  std::unordered_map<std::string, std::size_t> draft_by_invoice_;
  std::unordered_map<std::string, std::string> code_by_sku_;
  std::unordered_map<std::string, PlannedStock> titles_;  // title and price of each SKU
};

// Reads a whole file. Throws InputError if it cannot be opened or is not of the layout; the
// sentence begins with the file's name.
Plan read_online_retail(const std::string& path, Currency currency, std::size_t orders_max);

}  // namespace souk::cli
