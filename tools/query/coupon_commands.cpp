// `coupons`, `campaigns`.
#include <fmt/format.h>

#include "tools/query/asking.hpp"

namespace souk::query {

Answer show_coupons(const Context& context) {
  const Options& options = context.options;
  Where where;
  where.equals("owner_id", "owner", options.owner);
  where.equals("campaign_id", "campaign", options.campaign);
  where.equals("status", "status", options.status);
  if (options.unused) where.add("coupon_id IN (SELECT coupon_id FROM unused_coupons)");
  if (options.never_used) where.add("used_at IS NULL");
  Answer answer;
  SqlRows rows = listed(
      context, answer,
      {"SELECT coupon_id, owner_id, campaign_id, status, discount, minimum_total_minor, currency,"
       " valid_from, valid_until, order_id, granted_at, used_at FROM coupons" +
           where.text() + " ORDER BY granted_at DESC, coupon_id",
       where.parameters()});
  answer.notes.push_back(footer(rows, "coupon", "coupons"));
  answer.sections.push_back({"coupons", std::move(rows)});
  return answer;
}

Answer show_campaigns(const Context& context) {
  Answer answer;
  SqlRows rows =
      listed(context, answer,
             {"SELECT r.campaign_id, r.quantity, r.issued, k.delivered, r.used, r.held, r.unused,"
              " k.discount, k.valid_from, k.valid_until, k.opened_at FROM campaign_results r"
              " JOIN campaigns k USING (campaign_id) ORDER BY k.opened_at DESC, r.campaign_id",
              {}});
  answer.notes.push_back(footer(rows, "campaign", "campaigns"));
  answer.sections.push_back({"campaigns", std::move(rows)});
  return answer;
}

}  // namespace souk::query
