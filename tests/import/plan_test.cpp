// From rows to a plan: what is imported, what is left out and why, what the orders need.
#include "tools/souk/import/plan.hpp"

#include <limits>
#include <sstream>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "events/ids.hpp"
#include "events/rfc3339.hpp"

namespace souk::cli {
namespace {

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
constexpr const char* kHeader =
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

Plan plan_text(const std::string& text, std::size_t orders_max = kAll, const char* code = "GBP") {
  std::istringstream input(text);
  const Currency currency = Currency::parse(code).value();
  OnlineRetailReader reader(input, currency);
  PlanBuilder builder(currency);
  for (RetailRow row; reader.next(row);) builder.add(std::move(row));
  return builder.finish(orders_max);
}

Plan plan_of(const std::string& rows, std::size_t orders_max = kAll) {
  return plan_text(kHeader + rows, orders_max);
}

// A row that is fine, with one column replaced.
struct Row {
  std::string invoice = "1001", code = "A1", description = "A THING", quantity = "2";
  std::string date = "2010-12-01 08:26:00", price = "1.50", customer = "17850.0";
  std::string text() const {
    return invoice + "," + code + "," + description + "," + quantity + "," + date + "," + price +
           "," + customer + ",United Kingdom\n";
  }
};

// Why the only row is skipped; nothing if it is planned.
std::optional<Skip> verdict(const Row& row) {
  const Plan plan = plan_of(row.text());
  if (plan.skipped_rows.empty()) return std::nullopt;
  return plan.skipped_rows.at(0).reason;
}

std::string header_error(const std::string& text) {
  try {
    plan_text(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Header, IsFoundByNamesInAnyOrder) {
  const Plan plan = plan_text(
      "customer id,Price,Extra,INVOICE,StockCode,Description,Quantity,InvoiceDate\n"
      "7,1.50,x,1001,A1,A THING,2,2010-12-01 08:26:00\n");
  ASSERT_EQ(plan.orders.size(), 1u);
  EXPECT_EQ(plan.orders[0].order_id, "1001");
  EXPECT_EQ(plan.orders[0].customer_id, "7");
  EXPECT_EQ(plan.orders[0].lines, (std::vector<PlannedLine>{{"A1", 2, 150}}));
}

TEST(Header, AnotherLayoutIsRefusedNamingWhatIsMissing) {
  const std::string error = header_error("id,Quantity,name\n1,2,3\n");
  EXPECT_NE(error.find("lacks InvoiceNo, StockCode, Description, InvoiceDate, UnitPrice, "
                       "CustomerID; it has: id, Quantity, name"),
            std::string::npos)
      << error;
  EXPECT_EQ(header_error(""), "the file is empty");
  EXPECT_EQ(header_error("Invoice,InvoiceNo\n"), "line 1, column 9: column InvoiceNo comes twice");
}

TEST(Skips, EveryReasonOfARow) {
  EXPECT_EQ(verdict({}), std::nullopt);
  EXPECT_EQ(verdict({.price = "0.0"}), std::nullopt);
  EXPECT_EQ(verdict({.date = "12/1/2010 8:26"}), std::nullopt);
  EXPECT_EQ(verdict({.invoice = "C1001"}), Skip::cancellation);
  EXPECT_EQ(verdict({.customer = ""}), Skip::no_customer);
  EXPECT_EQ(verdict({.invoice = "10 01"}), Skip::bad_id);
  EXPECT_EQ(verdict({.invoice = ""}), Skip::bad_id);
  EXPECT_EQ(verdict({.code = " "}), Skip::bad_id);
  EXPECT_EQ(verdict({.customer = "a/b"}), Skip::bad_id);
  EXPECT_EQ(verdict({.quantity = "two"}), Skip::bad_number);
  EXPECT_EQ(verdict({.price = "1.5O"}), Skip::bad_number);
  EXPECT_EQ(verdict({.date = "2010-13-01 08:26:00"}), Skip::bad_date);
  EXPECT_EQ(verdict({.date = "1970-01-01 08:26:00"}), Skip::bad_date);
  EXPECT_EQ(verdict({.quantity = "1000000000001", .price = "0"}), Skip::too_large);
  EXPECT_EQ(verdict({.price = "10000000000.01"}), Skip::too_large);
  EXPECT_EQ(verdict({.quantity = "1000000000", .price = "10.01"}), Skip::too_large);
  EXPECT_EQ(verdict({.quantity = "1000000000", .price = "10.00"}), std::nullopt);
  EXPECT_EQ(verdict({.quantity = "0"}), Skip::non_positive_quantity);
  EXPECT_EQ(verdict({.quantity = "-3"}), Skip::non_positive_quantity);
  EXPECT_EQ(verdict({.price = "-0.01"}), Skip::negative_price);
  EXPECT_EQ(verdict({.price = "0.125"}), Skip::fraction_of_minor_unit);
}

TEST(Skips, TheFirstReasonOfTheListCounts) {
  EXPECT_EQ(verdict({.invoice = "C1001", .quantity = "-1", .customer = ""}), Skip::cancellation);
  EXPECT_EQ(verdict({.quantity = "-1", .price = "x", .customer = ""}), Skip::no_customer);
  EXPECT_EQ(verdict({.quantity = "-1", .price = "-0.125"}), Skip::non_positive_quantity);
}

TEST(Skips, AreCountedWithUnitsAndAnExactAmount) {
  const Plan plan = plan_of(Row{.invoice = "C1", .quantity = "-2", .price = "1.55"}.text() +
                            Row{.invoice = "C2", .quantity = "-3", .price = "0.125"}.text());
  const SkipTally& tally = plan.skipped[static_cast<std::size_t>(Skip::cancellation)];
  EXPECT_EQ(tally.rows, 2);
  EXPECT_EQ(tally.units, -5);
  EXPECT_EQ(decimal_text(tally.amount_parts, 2), "-3.475");
}

TEST(Skips, SayTheLineAndTheColumn) {
  const Plan plan = plan_of(Row{}.text() + Row{.quantity = "2 pcs"}.text() + "1001,A1,cut off\n");
  ASSERT_EQ(plan.skipped_rows.size(), 2u);
  EXPECT_EQ(plan.skipped_rows[0].line, 3u);
  EXPECT_EQ(plan.skipped_rows[0].detail, "column 17: Quantity '2 pcs' is not a whole number");
  EXPECT_EQ(plan.skipped_rows[1].line, 4u);
  EXPECT_EQ(plan.skipped_rows[1].reason, Skip::field_count);
  EXPECT_EQ(plan.skipped_rows[1].detail, "3 fields instead of 8");
}

TEST(Grouping, LinesOfAnInvoiceNeedNotStandTogether) {
  const Plan plan = plan_of(Row{.invoice = "1"}.text() + Row{.invoice = "2", .code = "B"}.text() +
                            Row{.invoice = "1", .code = "C", .quantity = "5"}.text());
  ASSERT_EQ(plan.orders.size(), 2u);
  EXPECT_EQ(plan.orders[0].order_id, "1");
  EXPECT_EQ(plan.orders[0].lines, (std::vector<PlannedLine>{{"A1", 2, 150}, {"C", 5, 150}}));
  EXPECT_EQ(plan.orders[0].units, 7);
  EXPECT_EQ(plan.orders[0].total_minor, 1'050);
}

TEST(Grouping, AnOrderHasTheEarliestDateOfItsRows) {
  const Plan plan =
      plan_of(Row{.date = "2010-12-01 08:27:00"}.text() + Row{.date = "12/1/2010 8:26"}.text() +
              Row{.date = "2010-12-01 08:28:00"}.text() +
              Row{.quantity = "0", .date = "2010-12-01 08:00:00"}.text());
  ASSERT_EQ(plan.orders.size(), 1u);
  EXPECT_EQ(to_rfc3339(plan.orders[0].ordered_at), "2010-12-01T08:26:00Z");
}

TEST(Grouping, OneSkuOnSeveralLinesKeepsItsLinesAndPrices) {
  const Plan plan = plan_of(Row{}.text() + Row{.price = "1.25"}.text() + Row{}.text());
  ASSERT_EQ(plan.orders.size(), 1u);
  EXPECT_EQ(plan.orders[0].lines,
            (std::vector<PlannedLine>{{"A1", 2, 150}, {"A1", 2, 125}, {"A1", 2, 150}}));
  ASSERT_EQ(plan.stock.size(), 1u);
  EXPECT_EQ(plan.stock[0].units, 6);
}

TEST(Grouping, AnInvoiceOfTwoCustomersIsLeftOutAsAWhole) {
  const Plan plan = plan_of(Row{}.text() + Row{.customer = "2"}.text() + Row{}.text());
  EXPECT_TRUE(plan.orders.empty());
  EXPECT_TRUE(plan.stock.empty());
  EXPECT_TRUE(plan.charges.empty());
  EXPECT_EQ(plan.skipped[static_cast<std::size_t>(Skip::two_customers)].rows, 3);
  EXPECT_EQ(plan.invoices_without_lines, 1);
}

TEST(Grouping, ALineWithoutCustomerDoesNotMakeASecondOne) {
  const Plan plan = plan_of(Row{}.text() + Row{.customer = ""}.text());
  EXPECT_EQ(plan.orders.size(), 1u);
  EXPECT_EQ(plan.orders_short_of_lines, 1);
}

TEST(Grouping, AnOrderHasTwoThousandLinesAtMost) {
  std::string rows;
  for (int i = 0; i < 2'000; ++i) rows += Row{}.text();
  EXPECT_EQ(plan_of(rows).orders.size(), 1u);
  const Plan plan = plan_of(rows + Row{}.text());
  EXPECT_TRUE(plan.orders.empty());
  EXPECT_EQ(plan.skipped[static_cast<std::size_t>(Skip::order_too_large)].rows, 2'001);
}

TEST(Grouping, AnOrderCostsTenThousandMillionAtMost) {
  const Row half{.quantity = "500000000", .price = "10.00"};
  EXPECT_EQ(plan_of(half.text() + half.text()).orders.size(), 1u);
  EXPECT_TRUE(plan_of(half.text() + half.text() + Row{}.text()).orders.empty());
}

TEST(Skus, OfTwoCodesWithOneSkuTheFirstHasIt) {
  const Plan plan =
      plan_of(Row{.code = "GIFT BOX"}.text() + Row{.code = "GIFT_BOX", .quantity = "7"}.text());
  ASSERT_EQ(plan.stock.size(), 1u);
  EXPECT_EQ(plan.stock[0].sku, "GIFT_BOX");
  EXPECT_EQ(plan.stock[0].units, 2);
  ASSERT_EQ(plan.skipped_rows.size(), 1u);
  EXPECT_EQ(plan.skipped_rows[0].reason, Skip::sku_collision);
}

TEST(Needs, StockHasTheFirstDescriptionAndTheFirstPriceAboveZero) {
  const Plan plan =
      plan_of(Row{.description = "", .price = "0"}.text() + Row{.description = "A THING"}.text() +
              Row{.description = "ANOTHER", .price = "9"}.text() +
              Row{.code = "B", .description = ""}.text());
  ASSERT_EQ(plan.stock.size(), 2u);
  EXPECT_EQ(plan.stock[0].title, "A THING");
  EXPECT_EQ(plan.stock[0].unit_price_minor, 150);
  EXPECT_EQ(plan.stock[1].title, "B");
}

TEST(Needs, ATitleThatIsTooLongIsCutBetweenCharacters) {
  std::string description;
  for (int i = 0; i < 251; ++i) description += "\xC3\x89";  // 502 bytes
  const Plan plan = plan_of(Row{.description = description}.text());
  EXPECT_EQ(plan.stock.at(0).title, description.substr(0, 500));
}

TEST(Needs, ACustomerIsChargedTheExactTotalOfAllOrders) {
  const Plan plan =
      plan_of(Row{.invoice = "1"}.text() + Row{.invoice = "2", .price = "0.33"}.text() +
              Row{.invoice = "3", .customer = "9"}.text() +
              Row{.invoice = "4", .price = "0", .customer = "8"}.text());
  ASSERT_EQ(plan.charges.size(), 2u);  // who pays nothing is not charged
  EXPECT_EQ(plan.charges[0].customer_id, "17850");
  EXPECT_EQ(plan.charges[0].amount_minor, 366);
  EXPECT_EQ(plan.charges[1].customer_id, "9");
  EXPECT_EQ(plan.charges[1].amount_minor, 300);
}

TEST(Limit, TakesTheFirstOrdersAndWhatTheyNeed) {
  const Plan plan =
      plan_of(Row{.invoice = "1"}.text() + Row{.invoice = "2", .code = "B"}.text(), 1);
  EXPECT_EQ(plan.orders.size(), 1u);
  EXPECT_EQ(plan.stock.size(), 1u);
  EXPECT_EQ(plan.orders_over_limit, 1);
}

TEST(ImportId, DependsOnThePlannedOrdersOnly) {
  const std::string rows = Row{.invoice = "1"}.text() + Row{.invoice = "2"}.text();
  const std::string id = plan_of(rows).import_id;
  EXPECT_EQ(id.size(), std::string("import-0123456789abcdef").size());
  EXPECT_TRUE(valid_id(id));
  EXPECT_EQ(plan_of(rows + Row{.invoice = "C3"}.text()).import_id, id);
  EXPECT_NE(plan_of(rows, 1).import_id, id);
  EXPECT_NE(
      plan_of(Row{.invoice = "1"}.text() + Row{.invoice = "2", .price = "1.51"}.text()).import_id,
      id);
  EXPECT_NE(plan_text(kHeader + rows, kAll, "EUR").import_id, id);
  EXPECT_EQ(plan_of(Row{.invoice = "1", .date = "2011-01-01 09:00:00"}.text() +
                    Row{.invoice = "2"}.text())
                .import_id,
            id)
      << "the same goods and the same money";
}

// What the orders take, the receipts bring and the charges pay: to the unit and the penny.
TEST(Needs, BalanceForAnyRows) {
  EXPECT_TRUE(rc::check([] {
    std::string rows;
    const int count = *rc::gen::inRange(0, 60);
    for (int i = 0; i < count; ++i) {
      rows += Row{.invoice = *rc::gen::element<std::string>("1", "2", "3", "C4", "5"),
                  .code = *rc::gen::element<std::string>("A", "B", "C D", "C_D"),
                  .quantity = *rc::gen::element<std::string>("1", "2", "-1", "0", "x", "40"),
                  .price = *rc::gen::element<std::string>("0", "0.1", "2.55", "-1", "0.125"),
                  .customer = *rc::gen::element<std::string>("7", "7.0", "7", "8", "")}
                  .text();
    }
    const Plan plan = plan_of(rows);
    std::int64_t units = 0, total = 0, lines = 0, received = 0, charged = 0, skipped = 0;
    for (const PlannedOrder& order : plan.orders) {
      RC_ASSERT(!order.lines.empty());
      units += order.units;
      total += order.total_minor;
      lines += static_cast<std::int64_t>(order.lines.size());
    }
    for (const PlannedStock& stock : plan.stock) received += stock.units;
    for (const PlannedCharge& charge : plan.charges) charged += charge.amount_minor;
    for (const SkipTally& tally : plan.skipped) skipped += tally.rows;
    RC_ASSERT(received == units);
    RC_ASSERT(charged == total);
    RC_ASSERT(lines + skipped == count);
    RC_ASSERT(plan.skipped_rows.size() == static_cast<std::size_t>(skipped));
  }));
}

}  // namespace
}  // namespace souk::cli
