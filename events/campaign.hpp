// A campaign: N coupons, first come, first served. Its commands, events and state. The rules are in
// actors/campaign.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "events/coupon.hpp"
#include "events/fields.hpp"
#include "events/ids.hpp"
#include "events/money.hpp"

namespace souk::campaign {

// --- commands --------------------------------------------------------------------------------

struct Open {
  static constexpr std::string_view name = "open";
  CampaignId campaign_id;
  std::int64_t quantity = 0;  // how many coupons there are
  coupon::Terms terms;        // what each of them promises
  bool operator==(const Open&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("campaign_id", &Open::campaign_id), field("quantity", &Open::quantity),
                      field("terms", &Open::terms)};
  }
};

// A customer asks for one. At most one each, in the order of arrival.
struct Issue {
  static constexpr std::string_view name = "issue";
  CustomerId customer_id;
  bool operator==(const Issue&) const = default;
  static constexpr auto fields() { return std::tuple{field("customer_id", &Issue::customer_id)}; }
};

struct Delivery {
  std::int64_t ordinal = 0;
  bool granted = true;  // false: the coupon's id was taken, which the reserved alphabet rules out
  bool operator==(const Delivery&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("ordinal", &Delivery::ordinal), field("granted", &Delivery::granted)};
  }
};

// The coupon aggregates answered the grants of these ordinals.
struct Deliver {
  static constexpr std::string_view name = "deliver";
  std::vector<Delivery> deliveries;
  bool operator==(const Deliver&) const = default;
  static constexpr auto fields() { return std::tuple{field("deliveries", &Deliver::deliveries)}; }
};

using Command = std::variant<Open, Issue, Deliver>;

// --- events ----------------------------------------------------------------------------------

struct Opened {
  static constexpr std::string_view name = "opened";
  CampaignId campaign_id;
  std::int64_t quantity = 0;
  coupon::Terms terms;
  bool operator==(const Opened&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("campaign_id", &Opened::campaign_id),
                      field("quantity", &Opened::quantity), field("terms", &Opened::terms)};
  }
};

struct Issued {
  static constexpr std::string_view name = "issued";
  CustomerId customer_id;
  std::int64_t ordinal = 0;  // 1 for the first
  CouponId coupon_id;
  bool operator==(const Issued&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("customer_id", &Issued::customer_id),
                      field("ordinal", &Issued::ordinal), field("coupon_id", &Issued::coupon_id)};
  }
};

struct Delivered {
  static constexpr std::string_view name = "delivered";
  std::int64_t ordinal = 0;
  bool granted = true;
  CustomerId customer_id;  // whose it is: who waits for it is told from the event alone
  bool operator==(const Delivered&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("ordinal", &Delivered::ordinal), field("granted", &Delivered::granted),
                      field("customer_id", &Delivered::customer_id)};
  }
};

using Event = std::variant<Opened, Issued, Delivered>;

// --- state -----------------------------------------------------------------------------------

struct State {
  bool opened = false;
  CampaignId campaign_id;
  std::int64_t quantity = 0;
  coupon::Terms terms;
  std::int64_t issued_count = 0;
  std::map<CustomerId, std::int64_t> issued;  // customer -> ordinal; its size is the number issued
  std::map<std::int64_t, CustomerId> undelivered;  // ordinals whose coupon does not exist yet
  bool operator==(const State&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("opened", &State::opened),
                      field("campaign_id", &State::campaign_id),
                      field("quantity", &State::quantity),
                      field("terms", &State::terms),
                      field("issued_count", &State::issued_count),
                      field("issued", &State::issued),
                      field("undelivered", &State::undelivered)};
  }
};

// What an accepted Issue tells its sender.
struct Reply {
  std::int64_t ordinal = 0;
  CouponId coupon_id;
  bool operator==(const Reply&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("ordinal", &Reply::ordinal), field("coupon_id", &Reply::coupon_id)};
  }
};

}  // namespace souk::campaign
