// Campaigns and coupons.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/columns.hpp"
#include "events/ids.hpp"

namespace souk::read_models {

// The words of coupons.status.
inline constexpr std::string_view kCouponGranted = "GRANTED";
inline constexpr std::string_view kCouponHeld = "HELD";
inline constexpr std::string_view kCouponUsed = "USED";
inline constexpr std::string_view kCouponLapsed = "LAPSED";

struct CampaignRow {
  static constexpr TableText kTable{
      "campaigns", "One row a campaign. Its coupons are in coupons, by campaign_id."};
  static constexpr std::size_t kKeyColumns = 1;

  std::string campaign_id;
  std::int64_t quantity = 0;
  std::int64_t issued = 0;
  std::int64_t delivered = 0;
  std::int64_t failed = 0;
  std::string discount;
  Time valid_from;
  Time valid_until;
  Time opened_at;
  Time updated_at;

  bool operator==(const CampaignRow&) const = default;
  static constexpr auto columns() {
    using R = CampaignRow;
    return std::tuple{
        column("campaign_id", &R::campaign_id, "the campaign"),
        column("quantity", &R::quantity, "how many coupons there are"),
        column("issued", &R::issued, "how many customers got one; never more than quantity"),
        column("delivered", &R::delivered, "how many of those coupons exist by now"),
        column("failed", &R::failed, "how many never will, as their ids were taken: 0"),
        column("discount", &R::discount, "what each promises, such as '12.5 %' or '5.00 GBP'"),
        column("valid_from", &R::valid_from, "from when on its coupons may be used; NULL: ever"),
        column("valid_until", &R::valid_until, "from when on they may not"),
        column("opened_at", &R::opened_at, "when the campaign was opened"),
        column("updated_at", &R::updated_at, "time of the last change")};
  }
};

struct CouponRow {
  static constexpr TableText kTable{
      "coupons",
      "One row a coupon. A coupon whose window has ended turns LAPSED when somebody next tries to "
      "use it; the view unused_coupons goes by the window."};
  static constexpr std::size_t kKeyColumns = 1;

  std::string coupon_id;
  std::string owner_id;
  std::string campaign_id;
  std::string status;
  std::string discount;
  std::string currency;
  std::optional<std::int64_t> minimum_total_minor;
  Time valid_from;
  Time valid_until;
  std::string order_id;
  Time granted_at;
  Time used_at;
  Time updated_at;

  bool operator==(const CouponRow&) const = default;
  static constexpr auto columns() {
    using R = CouponRow;
    return std::tuple{
        column("coupon_id", &R::coupon_id, "the coupon"),
        column("owner_id", &R::owner_id, "who alone may use it; NULL: anybody"),
        column("campaign_id", &R::campaign_id, "the campaign that issued it, if one did"),
        column("status", &R::status, "GRANTED, HELD (by an order that is under way), USED, LAPSED"),
        column("discount", &R::discount, "what it promises, such as '12.5 %' or '5.00 GBP'"),
        column("currency", &R::currency, "ISO 4217, if an amount is part of the terms"),
        column("minimum_total_minor", &R::minimum_total_minor,
               "the order's subtotal must reach this, in minor units"),
        column("valid_from", &R::valid_from, "from when on it may be used; NULL: ever"),
        column("valid_until", &R::valid_until, "from when on it may not"),
        column("order_id", &R::order_id, "the order that holds or used it"),
        column("granted_at", &R::granted_at, "when it was granted"),
        column("used_at", &R::used_at, "NULL unless USED"),
        column("updated_at", &R::updated_at, "time of the last change")};
  }
};

}  // namespace souk::read_models
