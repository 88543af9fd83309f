#include "node/gateway/requests.hpp"

#include "events/rfc3339.hpp"
#include "node/gateway/json_reader.hpp"

namespace souk::gateway {
namespace {

constexpr std::size_t kTitleBytesMax = 500;

Units read_units(JsonReader& in) { return {in.integer(1, kUnitsMax)}; }

Currency read_currency(JsonReader& in) {
  const std::string code = in.text(3);
  const auto currency = Currency::parse(code);
  if (!currency)
    in.fail(422, "unknown_currency",
            "\"" + code + "\" is no ISO 4217 currency in use; write GBP, EUR or USD, for example.");
  return *currency;
}

// An id and a number of units.
template <class Id>
struct Counted {
  Id id;
  Units units;
};
template <class Id>
Counted<Id> read_counted(std::string_view body, std::string_view id_name) {
  const Member members[] = {{id_name}, {"units"}};
  JsonReader in(body);
  Counted<Id> counted;
  in.object(members, [&](int member) {
    if (member == 0)
      counted.id = Id(in.id());
    else
      counted.units = read_units(in);
  });
  in.end();
  return counted;
}

// An id and an amount that is not zero.
template <class Id>
struct Paid {
  Id id;
  Money amount;
};
template <class Id>
Paid<Id> read_paid(std::string_view body, std::string_view id_name) {
  const Member members[] = {{id_name}, {"amount_minor"}, {"currency"}};
  JsonReader in(body);
  Paid<Id> paid;
  in.object(members, [&](int member) {
    switch (member) {
      case 0: paid.id = Id(in.id()); break;
      case 1: paid.amount.minor = in.integer(1, kMoneyMinorMax); break;
      default: paid.amount.currency = read_currency(in); break;
    }
  });
  in.end();
  return paid;
}

}  // namespace

stock::Register read_register(std::string_view body) {
  static constexpr Member kMembers[] = {{"name"}, {"unit_price_minor"}, {"currency"}};
  JsonReader in(body);
  stock::Register command;
  in.object(kMembers, [&](int member) {
    switch (member) {
      case 0: command.title = in.text(kTitleBytesMax); break;
      case 1: command.unit_price.minor = in.integer(0, kMoneyMinorMax); break;
      default: command.unit_price.currency = read_currency(in); break;
    }
  });
  in.end();
  return command;
}

stock::Receive read_receive(std::string_view body) {
  auto counted = read_counted<ReceiptId>(body, "receipt_id");
  return {std::move(counted.id), counted.units};
}

stock::Return read_return(std::string_view body) {
  auto counted = read_counted<ReturnId>(body, "return_id");
  return {std::move(counted.id), counted.units};
}

wallet::Charge read_charge(std::string_view body) {
  auto paid = read_paid<ChargeId>(body, "charge_id");
  return {std::move(paid.id), paid.amount};
}

wallet::Refund read_refund(std::string_view body) {
  auto paid = read_paid<RefundId>(body, "refund_id");
  return {std::move(paid.id), paid.amount};
}

campaign::Issue read_issue(std::string_view body) {
  static constexpr Member kMembers[] = {{"customer_id"}};
  JsonReader in(body);
  campaign::Issue command;
  in.object(kMembers, [&](int) { command.customer_id = CustomerId(in.id()); });
  in.end();
  return command;
}

namespace {

order::Line read_line(JsonReader& in) {
  static constexpr Member kMembers[] = {{"sku"}, {"quantity"}, {"unit_price_minor", false}};
  order::Line line;
  in.object(kMembers, [&](int member) {
    switch (member) {
      case 0: line.sku = Sku(in.id()); break;
      case 1: line.quantity = read_units(in); break;
      default: line.asked_price = order::AskedPrice{in.integer(0, kMoneyMinorMax)}; break;
    }
  });
  return line;
}

Time read_ordered_at(JsonReader& in, Time now) {
  const Time time = in.time();
  if (time < order::kOrderedAtMin)
    in.fail(422, "out_of_range",
            to_rfc3339(time) + " is before 1970-01-02, the earliest time that an order can have.");
  if (time > now + kClocksApartMax)
    in.fail(422, "out_of_range",
            to_rfc3339(time) + " is in the future (the node's clock says " + to_rfc3339(now) +
                "); give the time at which the customer ordered, or leave it out for now.");
  return time;
}

}  // namespace

checkout::Start read_order(std::string_view body, Time now) {
  static constexpr Member kMembers[] = {
      {"order_id"}, {"customer_id"}, {"lines"}, {"coupon_id", false}, {"ordered_at", false}};
  JsonReader in(body);
  checkout::Start start;
  in.object(kMembers, [&](int member) {
    switch (member) {
      case 0: start.order_id = OrderId(in.id()); break;
      case 1: start.customer_id = CustomerId(in.id()); break;
      case 2:
        in.array(order::kLinesMax, [&](std::size_t) { start.lines.push_back(read_line(in)); });
        if (start.lines.empty()) in.fail(422, "no_lines", "An order needs at least one line.");
        break;
      case 3: start.coupon_id = CouponId(in.id()); break;
      default: start.ordered_at = read_ordered_at(in, now); break;
    }
  });
  in.end();
  return start;
}

}  // namespace souk::gateway
