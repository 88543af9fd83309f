#include "tools/souk/import/plan.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <xxhash.h>

#include "events/order.hpp"
#include "tools/souk/import/text.hpp"

namespace souk::cli {
namespace {

constexpr std::size_t kTitleBytesMax = 500;  // as stock takes it

// Skipped rows may hold absurd numbers; one that would overflow the sum is not counted in it.
template <class Integer>
void add_if_it_fits(Integer& sum, Integer value) {
  Integer result = 0;
  if (!__builtin_add_overflow(sum, value, &result)) sum = result;
}

}  // namespace

PlanBuilder::PlanBuilder(Currency currency) { plan_.currency = currency; }

void PlanBuilder::add(RetailRow row) {
  ++plan_.rows;
  if (row.invoice.empty()) {  // an invoice of its own would be miscounted
    return skip(row, row.reason.value_or(Skip::bad_id), row.detail);
  }
  Draft& draft = draft_of(row.invoice);
  if (!row.reason) {
    const auto [known, added] = code_by_sku_.try_emplace(sku_of(row.stock_code), row.stock_code);
    if (!added && known->second != row.stock_code) {
      row.reason = Skip::sku_collision;
      row.detail = fmt::format("'{}' and '{}' would both be SKU {}", row.stock_code, known->second,
                               known->first);
    }
  }
  if (row.reason) {
    draft.left_rows_out = true;
    return skip(row, *row.reason, row.detail);
  }
  if (!draft.rows.empty() && draft.rows.front().customer != row.customer)
    draft.seen_two_customers = true;
  draft.rows.push_back(std::move(row));
}

Plan PlanBuilder::finish(std::size_t orders_max) {
  plan_.invoices = static_cast<std::int64_t>(drafts_.size());
  for (Draft& draft : drafts_) {
    if (!passes_as_a_whole(draft)) {
      ++plan_.invoices_without_lines;
    } else if (plan_.orders.size() == orders_max) {
      ++plan_.orders_over_limit;
    } else {
      plan_order(draft);
    }
  }
  plan_needs();
  set_import_id();
  std::stable_sort(plan_.skipped_rows.begin(), plan_.skipped_rows.end(),
                   [](const SkippedRow& a, const SkippedRow& b) { return a.line < b.line; });
  return std::move(plan_);
}

void PlanBuilder::skip(const RetailRow& row, Skip reason, std::string detail) {
  SkipTally& tally = plan_.skipped[static_cast<std::size_t>(reason)];
  ++tally.rows;
  add_if_it_fits(tally.units, row.quantity);
  add_if_it_fits(tally.amount_parts, row.amount_parts());
  plan_.skipped_rows.push_back({row.line, row.invoice, row.stock_code, reason, std::move(detail)});
}

PlanBuilder::Draft& PlanBuilder::draft_of(const std::string& invoice) {
  const auto [known, added] = draft_by_invoice_.try_emplace(invoice, drafts_.size());
  if (added) drafts_.push_back({invoice, {}, false, false});
  return drafts_[known->second];
}

void PlanBuilder::skip_all(const Draft& draft, Skip reason, const std::string& detail) {
  for (const RetailRow& row : draft.rows) skip(row, reason, detail);
}

bool PlanBuilder::passes_as_a_whole(const Draft& draft) {
  if (draft.rows.empty()) return false;
  if (draft.seen_two_customers) {
    skip_all(draft, Skip::two_customers,
             fmt::format("invoice {} names more than one customer", draft.invoice));
    return false;
  }
  // No row is above the limit itself, so the sum of at most kLinesMax of them fits.
  WideParts total = 0;
  for (const RetailRow& row : draft.rows) total += row.amount_parts();
  if (draft.rows.size() <= order::kLinesMax &&
      total <= static_cast<WideParts>(kMoneyMinorMax) * kPartsPerMinor)
    return true;
  skip_all(draft, Skip::order_too_large,
           fmt::format("invoice {} has {} lines; an order may have {}, and {} in all",
                       draft.invoice, grouped(static_cast<std::int64_t>(draft.rows.size())),
                       grouped(static_cast<std::int64_t>(order::kLinesMax)),
                       money_text(kMoneyMinorMax, plan_.currency)));
  return false;
}

void PlanBuilder::plan_order(Draft& draft) {
  PlannedOrder order{
      draft.invoice, draft.rows.front().customer, draft.rows.front().invoiced_at, {}, 0, 0};
  for (const RetailRow& row : draft.rows) {
    order.ordered_at = std::min(order.ordered_at, row.invoiced_at);
    PlannedLine line{sku_of(row.stock_code), row.quantity, row.price.minor()};
    PlannedStock& known = titles_[line.sku];
    if (known.title.empty()) known.title = utf8_prefix(row.description, kTitleBytesMax);
    if (known.unit_price_minor == 0) known.unit_price_minor = line.unit_price_minor;
    order.units += line.quantity;
    order.total_minor += line.quantity * line.unit_price_minor;
    order.lines.push_back(std::move(line));
  }
  if (draft.left_rows_out) ++plan_.orders_short_of_lines;
  plan_.orders.push_back(std::move(order));
  draft.rows.clear();
}

void PlanBuilder::plan_needs() {
  std::unordered_map<std::string, std::size_t> stock_at, charge_at;
  for (const PlannedOrder& order : plan_.orders) {
    for (const PlannedLine& line : order.lines) {
      const auto [at, added] = stock_at.try_emplace(line.sku, plan_.stock.size());
      if (added) {
        PlannedStock stock = titles_[line.sku];
        stock.sku = line.sku;
        if (stock.title.empty()) stock.title = line.sku;
        plan_.stock.push_back(std::move(stock));
      }
      plan_.stock[at->second].units += line.quantity;
    }
    if (order.total_minor == 0) continue;  // nothing to pay with
    const auto [at, added] = charge_at.try_emplace(order.customer_id, plan_.charges.size());
    if (added) plan_.charges.push_back({order.customer_id, 0});
    plan_.charges[at->second].amount_minor += order.total_minor;
  }
}

void PlanBuilder::set_import_id() {
  std::string text = plan_.currency.code();
  for (const PlannedOrder& order : plan_.orders) {
    text += fmt::format("\n{} {}", order.order_id, order.customer_id);
    for (const PlannedLine& line : order.lines)
      text += fmt::format(" {} {} {}", line.sku, line.quantity, line.unit_price_minor);
  }
  plan_.import_id = fmt::format("import-{:016x}", XXH3_64bits(text.data(), text.size()));
}

Plan read_online_retail(const std::string& path, Currency currency, std::size_t orders_max) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) throw InputError(path + " is a folder");
  std::ifstream input(path, std::ios::binary);
  if (!input) throw InputError(fmt::format("{} cannot be opened: {}", path, std::strerror(errno)));
  try {
    OnlineRetailReader reader(input, currency);
    PlanBuilder builder(currency);
    for (RetailRow row; reader.next(row);) builder.add(std::move(row));
    return builder.finish(orders_max);
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}: {}", path, error.what()));
  }
}

}  // namespace souk::cli
