// Coupons' terms, and the requests that hold them.
#include <optional>
#include <span>

#include "node/gateway/json_reader.hpp"
#include "node/gateway/requests.hpp"

namespace souk::gateway {
namespace {

// The members that make up the terms; they come last in each request that has them.
constexpr Member kDiscount{"discount"};
constexpr Member kCurrency{"currency", false};
constexpr Member kMinimum{"minimum_total_minor", false};
constexpr Member kFrom{"valid_from", false};
constexpr Member kUntil{"valid_until", false};

// "12.5" -> 1250. Throws a Problem unless it is 0.01 to 100, with at most two decimals.
std::int64_t basis_points(JsonReader& in) {
  const std::string_view token = in.number();
  const std::size_t point = std::min(token.find('.'), token.size());
  std::int64_t points = 0;
  bool good = token.find_first_of("eE-") == std::string_view::npos && point <= 3 &&
              token.size() <= point + 3;
  if (good) {
    for (const char c : token.substr(0, point)) points = points * 10 + (c - '0');
    for (std::size_t i = point + 1; i < point + 3; ++i)
      points = points * 10 + (i < token.size() ? token[i] - '0' : 0);
    good = points >= 1 && points <= 10'000;
  }
  if (!good)
    in.fail(422, "out_of_range",
            "The percentage must be 0.01 to 100, with at most two decimals, as in 12.5.");
  return points;
}

// '~' separates a campaign from its coupons' ordinals: nobody else may take such an id, or the
// campaign's customer would be told of a coupon that is somebody else's.
CouponId read_coupon_id(JsonReader& in) {
  std::string id = in.id();
  if (id.find('~') != std::string::npos)
    in.fail(422, "reserved_id",
            "Coupon ids with a '~' are a campaign's; choose another id for \"" + id + "\".");
  return CouponId(std::move(id));
}

// Collects the terms' members, which may come in any order, and puts them together.
class TermsReader {
 public:
  explicit TermsReader(JsonReader& in) : in_(in) {}

  // Reads the value of the member with this name.
  void read(std::string_view name) {
    if (name == kDiscount.name) read_discount();
    if (name == kCurrency.name) set_currency();
    if (name == kMinimum.name) minimum_minor_ = in_.integer(0, kMoneyMinorMax);
    if (name == kFrom.name) terms_.valid_from = in_.time();
    if (name == kUntil.name) terms_.valid_until = in_.time();
  }

  coupon::Terms take() {
    auto& discount = terms_.discount;
    if (amount_minor_.has_value() == percent_)
      fail("invalid_discount", "discount", "Give either amount_minor or percent.");
    if (cap_minor_ && !percent_)
      fail("invalid_discount", "discount.cap_minor", "Only a percentage can have a cap.");
    const bool has_money = amount_minor_ || cap_minor_ || minimum_minor_;
    if (has_money && !currency_.is_set())
      fail("missing_field", "currency", "An amount of money needs a currency.", 400);
    discount.kind = percent_ ? coupon::DiscountKind::percent : coupon::DiscountKind::amount;
    if (amount_minor_) discount.amount = Money{*amount_minor_, currency_};
    if (cap_minor_) discount.cap = Money{*cap_minor_, currency_};
    if (minimum_minor_) terms_.minimum_total = Money{*minimum_minor_, currency_};
    if (terms_.valid_from >= terms_.valid_until)
      fail("invalid_window", "valid_until", "valid_until must come after valid_from.");
    return terms_;
  }

 private:
  void read_discount() {
    static constexpr Member kMembers[] = {
        {"amount_minor", false}, {"percent", false}, {"cap_minor", false}, {"currency", false}};
    in_.object(kMembers, [&](int member) {
      switch (member) {
        case 0: amount_minor_ = in_.integer(1, kMoneyMinorMax); break;
        case 1:
          terms_.discount.basis_points = basis_points(in_);
          percent_ = true;
          break;
        case 2: cap_minor_ = in_.integer(0, kMoneyMinorMax); break;
        default: set_currency(); break;
      }
    });
  }

  // The currency may stand beside the discount or in it; it is one for all amounts.
  void set_currency() {
    std::string code = in_.text(3);
    const auto currency = Currency::parse(code);
    if (!currency)
      in_.fail(422, "unknown_currency", "\"" + code + "\" is no ISO 4217 currency in use.");
    if (currency_.is_set() && currency_ != *currency)
      in_.fail(422, "mixed_currencies", "All amounts of a coupon are in one currency.");
    currency_ = *currency;
  }

  [[noreturn]] static void fail(std::string code, std::string field, std::string detail,
                                int status = 422) {
    throw Problem{.status = status,
                  .code = std::move(code),
                  .detail = "Field " + field + ": " + detail,
                  .field = field};
  }

  JsonReader& in_;
  coupon::Terms terms_{.valid_until = kForever};
  Currency currency_;
  bool percent_ = false;
  std::optional<std::int64_t> amount_minor_;
  std::optional<std::int64_t> cap_minor_;
  std::optional<std::int64_t> minimum_minor_;
};

}  // namespace

campaign::Open read_open(std::string_view body, CampaignId id) {
  static constexpr Member kMembers[] = {{"quantity"}, kDiscount, kCurrency,
                                        kMinimum,     kFrom,     kUntil};
  JsonReader in(body);
  TermsReader terms(in);
  campaign::Open command{.campaign_id = std::move(id)};
  in.object(kMembers, [&](int member) {
    if (member == 0)
      command.quantity = in.integer(1, kUnitsMax);
    else
      terms.read(kMembers[member].name);
  });
  in.end();
  command.terms = terms.take();
  return command;
}

GrantRequest read_grant(std::string_view body) {
  static constexpr Member kMembers[] = {
      {"coupon_id"}, {"owner", false}, kDiscount, kCurrency, kMinimum, kFrom, kUntil};
  JsonReader in(body);
  TermsReader terms(in);
  GrantRequest request;
  in.object(kMembers, [&](int member) {
    switch (member) {
      case 0: request.coupon_id = read_coupon_id(in); break;
      case 1: request.grant.owner = CustomerId(in.id()); break;
      default: terms.read(kMembers[member].name); break;
    }
  });
  in.end();
  request.grant.terms = terms.take();
  return request;
}

}  // namespace souk::gateway
