// Coupons, one row each.
#include <variant>

#include "actors/model/decision.hpp"
#include "actors/read_models/fit.hpp"
#include "actors/read_models/project.hpp"
#include "actors/read_models/terms_text.hpp"

namespace souk::read_models {
namespace {

// A campaign's coupons are called <campaign>~<number>, and nobody else's are.
std::string_view campaign_of(std::string_view coupon_id) {
  const std::size_t at = coupon_id.rfind('~');
  return at == std::string_view::npos ? std::string_view() : coupon_id.substr(0, at);
}

void granted(const RecordInfo& record, const coupon::Granted& event, Tables& tables) {
  CouponRow row;
  row.coupon_id = record.stream;
  row.owner_id = event.owner.str();
  row.campaign_id = campaign_of(record.stream);
  row.status = kCouponGranted;
  row.discount = discount_text(event.terms.discount);
  row.currency = currency_of(event.terms);
  if (event.terms.minimum_total) row.minimum_total_minor = event.terms.minimum_total->minor;
  row.valid_from = event.terms.valid_from;
  row.valid_until = event.terms.valid_until;
  row.granted_at = row.updated_at = record.time;
  begin(record, tables, std::move(row), "granted, but it is there already");
}

// From one status to another; from any but `from` the event does not fit.
void turn(const RecordInfo& record, std::string_view from, std::string_view to, CouponRow& row) {
  if (row.status != from)
    unfit(record, "should turn from " + std::string(from) + " to " + std::string(to) + ", but is " +
                      row.status);
  row.status = to;
}

void change(const RecordInfo& record, const coupon::Event& event, CouponRow& row) {
  std::visit(Overload{
                 [](const coupon::Granted&) {},  // made the row
                 [&](const coupon::Held& e) {
                   turn(record, kCouponGranted, kCouponHeld, row);
                   row.order_id = e.hold_id.str();
                 },
                 [&](const coupon::Settled&) {
                   turn(record, kCouponHeld, kCouponUsed, row);
                   row.used_at = record.time;
                 },
                 [&](const coupon::Released&) {
                   turn(record, kCouponHeld, kCouponGranted, row);
                   row.order_id.clear();
                 },
                 [&](const coupon::Lapsed&) { turn(record, kCouponGranted, kCouponLapsed, row); },
             },
             event);
  row.updated_at = record.time;
}

}  // namespace

void project(const RecordInfo& record, const coupon::Event& event, Tables& tables) {
  if (const auto* first = std::get_if<coupon::Granted>(&event))
    return granted(record, *first, tables);
  change(record, event,
         existing<CouponRow>(record, tables, "something happened, but it was never granted"));
}

}  // namespace souk::read_models
