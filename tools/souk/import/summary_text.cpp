// The summary as people read it.
#include <cmath>

#include <fmt/format.h>

#include "tools/shared/table.hpp"
#include "tools/souk/import/number.hpp"
#include "tools/souk/import/summary.hpp"

namespace souk::cli {
namespace {

Table::Column right(std::string title) { return {std::move(title), Align::right}; }

// "1 order", "1,400 orders".
std::string counted(std::int64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", grouped(number), noun, number == 1 ? "" : "s");
}

std::string headline(const Summary& summary, const ImportResult& result) {
  if (summary.url.empty()) return fmt::format("{}: a dry run, nothing was sent\n", summary.file);
  if (summary.all.orders > 0 && summary.was_there == summary.all.orders)
    return fmt::format(
        "{} -> {}: every order was there already, nothing new was placed ({:.1f} s)\n",
        summary.file, summary.url, result.seconds);
  std::int64_t ended = 0;
  for (const char* status : {"CONFIRMED", "CANCELLED"})
    if (const auto at = summary.by_status.find(status); at != summary.by_status.end())
      ended += at->second.orders;
  std::string text = fmt::format("{} -> {}: {} in {:.1f} s", summary.file, summary.url,
                                 counted(ended, "order"), result.seconds);
  if (result.orders_seconds > 0)
    text += fmt::format(" ({} orders/s)",
                        grouped(std::llround(static_cast<double>(ended) / result.orders_seconds)));
  if (summary.was_there > 0)
    text += fmt::format(", {} of them were there already", grouped(summary.was_there));
  return text + "\n";
}

std::string counts(const Summary& summary, const Plan& plan) {
  std::string text = fmt::format(
      "{}, {}: {} can be imported, {} {} no line that can", counted(plan.rows, "row"),
      counted(plan.invoices, "invoice"), grouped(summary.all.orders + plan.orders_over_limit),
      grouped(plan.invoices_without_lines), plan.invoices_without_lines == 1 ? "has" : "have");
  if (plan.orders_over_limit > 0)
    text += fmt::format(", {} beyond --limit", grouped(plan.orders_over_limit));
  if (plan.orders_short_of_lines > 0)
    text += fmt::format("; {} some of their rows out",
                        plan.orders_short_of_lines == 1
                            ? "1 order leaves"
                            : grouped(plan.orders_short_of_lines) + " orders leave");
  return text + fmt::format("\n{}, {}\n", counted(summary.customers, "customer"),
                            counted(summary.skus, "SKU"));
}

std::string orders_table(std::string title, const std::map<std::string, OrderSums>& by_name,
                         Currency currency, const OrderSums* all) {
  if (by_name.empty()) return {};
  Table table(
      {{std::move(title)}, right("orders"), right("lines"), right("units"), right("total")});
  const auto add = [&](const std::string& name, const OrderSums& sums) {
    table.add({name, grouped(sums.orders), grouped(sums.lines), grouped(sums.units),
               money_text(sums.total_minor, currency)});
  };
  for (const auto& [name, sums] : by_name) add(name.empty() ? "(no reason given)" : name, sums);
  if (all != nullptr && by_name.size() > 1) add("all", *all);
  return fmt::format("\n{}", table.text());
}

std::string skipped_table(const Plan& plan) {
  Table table({{"skipped rows"}, right("rows"), right("units"), right("amount")});
  for (std::size_t i = 0; i < plan.skipped.size(); ++i) {
    const SkipTally& tally = plan.skipped[i];
    if (tally.rows == 0) continue;
    table.add({std::string(kSkipTexts[i].sentence), grouped(tally.rows), grouped(tally.units),
               amount_text(tally.amount_parts, plan.currency)});
  }
  return table.empty() ? "" : fmt::format("\n{}", table.text());
}

std::string failures_text(const Plan& plan, const ImportResult& result) {
  constexpr std::int64_t kShown = 10;
  std::string text;
  std::int64_t count = 0;
  const auto add = [&](const std::string& what, const std::string& explanation) {
    if (++count <= kShown) text += fmt::format("  {}: {}\n", what, explanation);
  };
  for (const SetupFailure& failure : result.setup_failures) add(failure.what, failure.explanation);
  for (std::size_t i = 0; i < plan.orders.size(); ++i) {
    const OrderOutcome& outcome = result.orders[i];
    if (outcome.end == OrderEnd::failed || outcome.end == OrderEnd::pending)
      add("order " + plan.orders[i].order_id, outcome.explanation);
  }
  if (count == 0) return {};
  if (count > kShown) text += fmt::format("  and {} more\n", grouped(count - kShown));
  return fmt::format("\nnot done ({}):\n{}", grouped(count), text);
}

}  // namespace

std::string summary_text(const Summary& summary, const Plan& plan, const ImportResult& result) {
  const bool dry_run = summary.url.empty();
  std::string text = headline(summary, result) + counts(summary, plan);
  if (dry_run) {
    text += orders_table("", {{"would be placed", summary.all}}, plan.currency, nullptr);
  } else {
    text += orders_table("orders", summary.by_status, plan.currency, &summary.all);
    text += orders_table("cancelled because", summary.cancelled_by_reason, plan.currency, nullptr);
  }
  text += skipped_table(plan);
  text += failures_text(plan, result);
  if (!result.unreachable.empty())
    text += fmt::format("\nstopped: {} at {}; run the command again to go on\n", result.unreachable,
                        summary.url);
  else if (result.stopped)
    text += "\nstopped by you; run the command again to go on\n";
  return text;
}

}  // namespace souk::cli
