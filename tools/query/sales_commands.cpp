// `best-sellers`, `revenue`.
#include <algorithm>

#include <fmt/format.h>

#include "events/rfc3339.hpp"
#include "tools/query/asking.hpp"

namespace souk::query {
namespace {

constexpr Duration kHour = seconds(3'600);
constexpr std::int64_t kDaySeconds = 86'400;

// The beginning of the hour that is `days` before `until`.
Time window_begin(Time until, int days) {
  const Duration window = seconds(days * kDaySeconds);
  if (until.micros < window.micros) return {};
  const Time since = until - window;
  return since - Duration{since.micros % kHour.micros};
}

// "the last sale was on 2010-12-23: --until 2010-12-23 shows it", if there was one.
std::string when_sold(const Context& context) {
  const SqlRows ends = context.source.run({"SELECT min(day), max(day) FROM daily_revenue", {}}, 1);
  const std::string first = text_at(ends, 0, 0);
  const std::string last = text_at(ends, 0, 1);
  if (last.empty()) return "nothing has been sold yet";
  if (context.options.command == "revenue")
    return fmt::format("there are sales from {} to {}: --since {} --until {} shows them", first,
                       last, first, last);
  return fmt::format("the last sale was on {}: --until {} shows it", last, last);
}

}  // namespace

Answer show_best_sellers(const Context& context) {
  const Options& options = context.options;
  const std::string until_text = options.until.empty() ? "now" : options.until;
  const Time until = time_of("--until", until_text, Edge::until, context.now);
  const Time since = window_begin(until, options.days);
  Answer answer;
  SqlRows rows = listed(
      context, answer,
      {fmt::format("SELECT h.sku, max(s.title) AS title, sum(h.lines) AS lines,"
                   " sum(h.units) AS units, sum(h.revenue_minor) AS revenue_minor,"
                   " h.currency FROM sales_by_hour h LEFT JOIN stock_levels s ON s.sku = h.sku"
                   " WHERE h.hour >= :since AND h.hour < :until GROUP BY h.sku, h.currency"
                   " ORDER BY {} DESC, h.sku, h.currency",
                   options.by == "revenue" ? "5 DESC, 4" : "4 DESC, 5"),
       {{"since", bound_text(since)}, {"until", bound_text(until)}}},
      20);
  answer.notes.push_back(
      footer(rows, "SKU", "SKUs",
             fmt::format(" sold from {} to {}", to_rfc3339(since), to_rfc3339(until))));
  if (rows.rows.empty()) answer.notes.push_back(when_sold(context));
  answer.sections.push_back({"best_sellers", std::move(rows)});
  return answer;
}

Answer show_revenue(const Context& context) {
  const Options& options = context.options;
  Where where;
  if (!options.since.empty())
    where.add("day >= :since", "since",
              day_text(time_of("--since", options.since, Edge::since, context.now)));
  if (!options.until.empty()) {
    // The day of the last moment before; a window that ends at midnight leaves out the next day.
    const Time until = time_of("--until", options.until, Edge::until, context.now);
    where.add("day <= :until", "until", day_text(until - Duration{1}));
  }
  const bool by_month = options.by == "month";
  Answer answer;
  SqlRows rows =
      listed(context, answer,
             {fmt::format(
                  "SELECT {} AS {}, sum(orders) AS orders, sum(units) AS units,"
                  " sum(subtotal_minor) AS subtotal_minor, sum(discount_minor) AS discount_minor,"
                  " sum(revenue_minor) AS revenue_minor, currency FROM daily_revenue{}"
                  " GROUP BY 1, currency ORDER BY 1 DESC, currency DESC",
                  by_month ? "substr(day, 1, 7)" : "day", by_month ? "month" : "day", where.text()),
              where.parameters()},
             kAllRows);
  std::ranges::reverse(rows.rows);  // the newest ones if there are too many, but in their order
  answer.notes.push_back(by_month ? footer(rows, "month", "months") : footer(rows, "day", "days"));
  if (rows.rows.empty()) answer.notes.push_back(when_sold(context));
  answer.sections.push_back({"revenue", std::move(rows)});
  return answer;
}

}  // namespace souk::query
