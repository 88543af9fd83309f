// The views: people's questions, answered in SQL. "Now" is the reader's clock, written as wide as
// the tables' times, so that text compares as time does.
#include <algorithm>
#include <array>
#include <string>

#include "actors/model/saga.hpp"
#include "actors/read_models/schema.hpp"
#include "actors/read_models/wrap.hpp"

#define SOUK_NOW "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')"

namespace souk::read_models {
namespace {

constexpr View kOrderHistory{
    "order_history",
    "What an order went through, one row for each status that it came to. Order by at.",
    "order_id  see orders\n"
    "at        when\n"
    "status    PLACED, CONFIRMED or CANCELLED\n"
    "reason    of CANCELLED: why, and whose fault it was",
    R"sql(SELECT order_id, placed_at AS at, 'PLACED' AS status, NULL AS reason
  FROM orders WHERE placed_at IS NOT NULL
UNION ALL
SELECT order_id, confirmed_at, 'CONFIRMED', NULL
  FROM orders WHERE confirmed_at IS NOT NULL
UNION ALL
SELECT order_id, cancelled_at, 'CANCELLED', reason_code || coalesce(': ' || reason_subject, '')
  FROM orders WHERE cancelled_at IS NOT NULL)sql"};

constexpr View kCustomerOrders{
    "customer_orders",
    "A customer's orders with all that support is asked about, one row each. Say whose: WHERE "
    "customer_id = '17850' ORDER BY ordered_at DESC.",
    "customer_id  whose\n"
    "order_id     see orders\n"
    "ordered_at   when the customer ordered\n"
    "status       PLACED, CONFIRMED or CANCELLED\n"
    "reason       of CANCELLED: why, and whose fault it was\n"
    "waits_for    of PLACED: who was asked and may not have answered yet\n"
    "items        what was ordered: '6 x 85123A, 8 x 84406B'\n"
    "total_minor  what was paid, in minor units\n"
    "currency     ISO 4217",
    R"sql(SELECT customer_id, order_id, ordered_at, status,
       reason_code || coalesce(': ' || reason_subject, '') AS reason,
       (SELECT waits_for FROM sagas WHERE saga = 'checkout' AND saga_id = orders.order_id)
         AS waits_for,
       (SELECT group_concat(quantity || ' x ' || sku, ', ')
          FROM (SELECT quantity, sku FROM order_lines
                 WHERE order_lines.order_id = orders.order_id ORDER BY line_number)) AS items,
       total_minor, currency
  FROM orders WHERE customer_id IS NOT NULL)sql"};

constexpr View kBestSellers{"best_sellers",
                            "What sold best lately, by the time of ordering. A window begins with "
                            "a full hour, so many days "
                            "ago. Say which: WHERE window_days = 7 ORDER BY rank.",
                            "window_days    1, 3, 7 or 30\n"
                            "rank           1 for most units; those who sold as many share a rank\n"
                            "sku            see stock_levels\n"
                            "title          its name\n"
                            "units          sold in the window\n"
                            "revenue_minor  in minor units, before coupons' discounts\n"
                            "currency       ISO 4217",
                            R"sql(WITH windows(window_days, since) AS (
  SELECT column1, strftime('%Y-%m-%dT%H:00:00.000000Z', 'now', '-' || column1 || ' days')
    FROM (VALUES (1), (3), (7), (30))),
sums AS (
  SELECT window_days, sku, sum(units) AS units, sum(revenue_minor) AS revenue_minor, currency
    FROM windows CROSS JOIN sales_by_hour WHERE hour >= since
   GROUP BY window_days, sku, currency)
SELECT window_days, rank() OVER (PARTITION BY window_days ORDER BY units DESC) AS rank,
       sku, title, units, revenue_minor, sums.currency AS currency
  FROM sums LEFT JOIN stock_levels USING (sku))sql"};

constexpr View kUnusedCoupons{
    "unused_coupons",
    "Coupons that could be used right now, and were not: nobody holds them and their window is "
    "open.",
    "coupon_id            see coupons\n"
    "owner_id             who alone may use it; NULL: anybody\n"
    "campaign_id          the campaign that issued it, if one did\n"
    "discount             what it promises\n"
    "minimum_total_minor  the order's subtotal must reach this, in minor units\n"
    "currency             ISO 4217, if an amount is part of the terms\n"
    "granted_at           since when its owner has it\n"
    "valid_until          from when on it may not be used",
    R"sql(SELECT coupon_id, owner_id, campaign_id, discount, minimum_total_minor, currency, granted_at,
       valid_until
  FROM coupons
 WHERE status = 'GRANTED' AND valid_until > )sql" SOUK_NOW R"sql(
   AND (valid_from IS NULL OR valid_from <= )sql" SOUK_NOW ")"};

constexpr View kCampaignResults{"campaign_results",
                                "What became of each campaign's coupons, one row a campaign.",
                                "campaign_id  see campaigns\n"
                                "quantity     how many coupons there are\n"
                                "issued       how many customers got one\n"
                                "used         how many of those were used\n"
                                "held         how many an order is about to use\n"
                                "unused       how many were not, be their window open or not\n"
                                "valid_until  from when on they may not be used",
                                R"sql(SELECT campaign_id, quantity, issued,
       (SELECT count(*) FROM coupons AS c
         WHERE c.campaign_id = campaigns.campaign_id AND status = 'USED') AS used,
       (SELECT count(*) FROM coupons AS c
         WHERE c.campaign_id = campaigns.campaign_id AND status = 'HELD') AS held,
       (SELECT count(*) FROM coupons AS c
         WHERE c.campaign_id = campaigns.campaign_id AND status IN ('GRANTED', 'LAPSED')) AS unused,
       valid_until
  FROM campaigns)sql"};

constexpr View kOutOfStock{"out_of_stock", "SKUs of which nothing can be ordered.",
                           "sku         see stock_levels\n"
                           "title       its name\n"
                           "held        units set aside for orders under way: some may come free\n"
                           "sold        units sold, ever\n"
                           "updated_at  time of its last change",
                           "SELECT sku, title, held, sold, updated_at\n"
                           "  FROM stock_levels WHERE available = 0"};

// Seconds after the first try until the next one, by how long it is ago (`step_seconds`): the
// back-off's waits, added up.
std::string next_try_seconds(const RetryPolicy& policy) {
  const auto number = [](Duration d) {
    std::string text = std::to_string(d.micros / 1'000'000.0);
    return text.substr(0, text.find_last_not_of('0') + 1) + (text.ends_with(".000000") ? "0" : "");
  };
  constexpr std::string_view kLine = "\n           ";
  std::string sql = "CASE";
  Duration tried_at;
  Duration wait = policy.first_retry;
  for (; wait < policy.retry_max; wait = std::min(Duration{wait.micros * 2}, policy.retry_max)) {
    tried_at.micros += wait.micros;
    sql.append(kLine).append("WHEN step_seconds < ").append(number(tried_at));
    sql.append(" THEN ").append(number(tried_at));
  }
  sql.append(kLine).append("ELSE ").append(number(tried_at)).append(" + ").append(number(wait));
  sql.append(" * (1 + CAST((step_seconds - ").append(number(tried_at)).append(") / ");
  return sql.append(number(wait)).append(" AS INTEGER)) END");
}

const std::string& open_sagas_sql() {
  static const std::string sql =
      R"sql(WITH aged AS (
  SELECT *, round((julianday('now') - julianday(started_at)) * 86400, 1) AS age_seconds,
         round((julianday('now') - julianday(since)) * 86400, 1) AS step_seconds
    FROM sagas)
SELECT saga, saga_id, state, step, waits_for, age_seconds, step_seconds,
       strftime('%Y-%m-%dT%H:%M:%f000Z', since, '+' ||
         ()sql" +
      next_try_seconds(RetryPolicy{}) +
      R"sql()
         || ' seconds') AS next_try,
       deadline, last_error, dead_letters, unanswered, customer_id
  FROM aged)sql";
  return sql;
}

View open_sagas() {
  return {"open_sagas",
          "Orders and campaigns that are under way, with what each waits for. What matters stands "
          "first with ORDER BY dead_letters DESC, age_seconds DESC.",
          "saga          checkout (an order) or campaign\n"
          "saga_id       the order's or the campaign's id\n"
          "state         RESERVING, PAYING, CONFIRMING, SETTLING, UNDOING or DELIVERING\n"
          "step          what is being done now\n"
          "waits_for     who was asked; some may have answered already\n"
          "age_seconds   since it began\n"
          "step_seconds  since it came to this step\n"
          "next_try      when it asks again at the latest; a restarted node asks at once\n"
          "deadline      when it turns back by itself; NULL if it no longer can\n"
          "last_error    why it turned back, or what stays unanswered\n"
          "dead_letters  how many steps stayed unanswered past their tries\n"
          "unanswered    whose steps those are\n"
          "customer_id   whose order it is",
          open_sagas_sql()};
}

}  // namespace

std::span<const View> views() {
  static const std::array kViews = {kOrderHistory,    kCustomerOrders, kBestSellers, kUnusedCoupons,
                                    kCampaignResults, open_sagas(),    kOutOfStock};
  return kViews;
}

std::string create_view_sql(const View& view) {
  std::string sql = "CREATE VIEW ";
  sql.append(view.name).append(" AS\n");
  append_wrapped(sql, "-- ", view.comment);
  for_each_column(view.columns, [&](std::string_view name, std::string_view comment) {
    constexpr std::size_t kNameWidth = 21;
    std::string line(name);
    line.resize(std::max(line.size() + 1, kNameWidth), ' ');
    sql.append("--   ").append(line).append(comment).append("\n");
  });
  return sql.append(view.sql);
}

}  // namespace souk::read_models
#undef SOUK_NOW
