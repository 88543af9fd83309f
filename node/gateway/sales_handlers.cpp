// What sold best. Summed up anew for each request, from the hours in the window; so it is one page.
#include "events/rfc3339.hpp"
#include "node/gateway/handlers.hpp"
#include "node/gateway/listing_query.hpp"
#include "node/gateway/read_asking.hpp"
#include "node/gateway/render_rows.hpp"
#include "node/gateway/routes.hpp"
#include "node/gateway/wall_clock.hpp"

namespace souk::gateway {
namespace {

constexpr std::int64_t kDaysDefault = 7;
constexpr std::int64_t kDaysMax = 366;
constexpr std::int64_t kHourMicros = 3'600'000'000;

// Best first; the rest of the order only makes it one.
constexpr Word kBy[] = {{"units", "units DESC, revenue_minor DESC, sku, currency"},
                        {"revenue", "revenue_minor DESC, units DESC, sku, currency"}};

constexpr ListColumn kColumns[] = {{"sku"},   {"name"},  {"currency"},
                                   {"lines"}, {"units"}, {"revenue_minor"}};

// Full hours, as the sales are kept: from `since`, the one `days` before `until`, up to `until`.
struct Window {
  Time since;
  Time until;
};

Window read_window(const Query& query, Time now) {
  Time until = now;
  if (const std::string* text = query.text("until")) until = read_time(*text, "until");
  const std::int64_t days = query.integer("days", 1, kDaysMax, kDaysDefault);
  const std::int64_t since = until.micros - days * 24 * kHourMicros;
  const std::int64_t past_hour = ((since % kHourMicros) + kHourMicros) % kHourMicros;
  return {{since - past_hour}, until};
}

std::string best_sellers_sql(std::string_view order, bool one_currency) {
  const std::string by(order);
  return "SELECT s.sku AS sku, title, s.currency AS currency, lines, units, revenue_minor FROM ("
         "SELECT sku, currency, sum(lines) AS lines, sum(units) AS units,"
         " sum(revenue_minor) AS revenue_minor FROM sales_by_hour"
         " WHERE hour >= :since AND hour < :until" +
         std::string(one_currency ? " AND currency = :currency" : "") +
         " GROUP BY sku, currency ORDER BY " + by +
         " LIMIT :rows) AS s LEFT JOIN stock_levels AS l ON l.sku = s.sku ORDER BY " + by;
}

std::string render_best_sellers(const Window& window, const SqlRows& rows) {
  std::string body;
  JsonWriter out(body);
  out.begin_object();
  out.field("since", to_rfc3339(window.since));
  out.field("until", to_rfc3339(window.until));
  out.key("best_sellers");
  out.begin_array();
  for (const auto& row : rows.rows) write_row(out, kColumns, row);
  out.end_array();
  out.end_object();
  return body;
}

}  // namespace

void get_best_sellers(const Exchange::Ptr& x) {
  x->default_correlation_id(fresh_correlation_id());
  const Query query(split_target(x->in().target).query, kBestSellersParameters);
  Freshness freshness = read_freshness(query);
  const Window window = read_window(query, now_by_wall_clock());
  const std::string* by = query.text("by");
  const std::string* currency = query.text("currency");
  const std::string_view order = by == nullptr ? kBy[0].stored : read_word(kBy, *by, "by");
  const std::int64_t limit = query.integer("limit", 1, kListLimitMax, kListLimitDefault);
  ReadRequest request;
  request.sql = best_sellers_sql(order, currency != nullptr);
  request.parameters = {{"since", to_table_time(window.since)},
                        {"until", to_table_time(window.until)},
                        {"rows", limit}};
  if (currency != nullptr) request.parameters.emplace_back("currency", *currency);
  request.rows_max = static_cast<std::size_t>(limit);
  request.at_least = std::move(freshness.at_least);
  request.wait = freshness.wait;
  ask_read(x, std::move(request), [window](const ReadAnswer& answer) {
    return Reply{.body = render_best_sellers(window, answer.rows)};
  });
}

}  // namespace souk::gateway
