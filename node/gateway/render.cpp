#include "node/gateway/render.hpp"

#include "events/rfc3339.hpp"
#include "node/gateway/json_writer.hpp"
#include "node/gateway/refusals.hpp"

namespace souk::gateway {
namespace {

std::string_view status_word(coupon::Status status) {
  switch (status) {
    case coupon::Status::unknown: return "UNKNOWN";
    case coupon::Status::granted: return "GRANTED";
    case coupon::Status::held: return "HELD";
    case coupon::Status::used: return "USED";
    case coupon::Status::lapsed: return "LAPSED";
  }
  return "UNKNOWN";
}

// 1250 -> "12.5"
std::string percent(std::int64_t basis_points) {
  std::string text = std::to_string(basis_points / 100);
  if (const std::int64_t rest = basis_points % 100; rest != 0) {
    text += '.';
    text += static_cast<char>('0' + rest / 10);
    if (rest % 10 != 0) text += static_cast<char>('0' + rest % 10);
  }
  return text;
}

Currency currency_of(const coupon::Terms& terms) {
  if (terms.discount.amount) return terms.discount.amount->currency;
  if (terms.discount.cap) return terms.discount.cap->currency;
  return terms.minimum_total ? terms.minimum_total->currency : Currency();
}

void write_terms(JsonWriter& out, const coupon::Terms& terms) {
  const coupon::Discount& discount = terms.discount;
  out.key("discount");
  out.begin_object();
  if (discount.amount) out.field("amount_minor", discount.amount->minor);
  if (discount.kind == coupon::DiscountKind::percent) {
    out.key("percent");
    out.raw(percent(discount.basis_points));
  }
  if (discount.cap) out.field("cap_minor", discount.cap->minor);
  out.end_object();
  if (const Currency currency = currency_of(terms); currency.is_set())
    out.field("currency", currency.code());
  if (terms.minimum_total) out.field("minimum_total_minor", terms.minimum_total->minor);
  out.field("valid_from", to_rfc3339(terms.valid_from));
  out.field("valid_until", to_rfc3339(terms.valid_until));
}

// What an order looks like from outside, wherever it is read from.
struct OrderParts {
  std::string_view status;
  const std::string& order_id;
  const CustomerId& customer_id;
  const CouponId& coupon_id;
  Time ordered_at;
  const std::vector<order::Line>& lines;
  const order::Totals* totals;  // null unless confirmed
  const order::Reason* reason;  // null unless cancelled
};

void write_lines(JsonWriter& out, const OrderParts& parts) {
  out.key("lines");
  out.begin_array();
  for (std::size_t i = 0; i < parts.lines.size(); ++i) {
    const order::Line& line = parts.lines[i];
    out.begin_object();
    out.field("sku", line.sku.str());
    out.field("quantity", line.quantity.value);
    if (parts.totals != nullptr && i < parts.totals->unit_prices_minor.size()) {
      const std::int64_t price = parts.totals->unit_prices_minor[i];
      out.field("unit_price_minor", price);
      out.field("line_total_minor", price * line.quantity.value);
    } else if (line.asked_price) {
      out.field("unit_price_minor", line.asked_price->minor);
    }
    out.end_object();
  }
  out.end_array();
}

std::string write_order(const OrderParts& parts) {
  std::string body;
  body.reserve(256 + parts.lines.size() * 96);
  JsonWriter out(body);
  out.begin_object();
  out.field("order_id", parts.order_id);
  out.field("status", parts.status);
  if (parts.reason != nullptr) {
    out.key("reason");
    out.begin_object();
    out.field("code", parts.reason->code);
    if (!parts.reason->subject.empty()) out.field("subject", parts.reason->subject);
    out.field("detail", reason_sentence(parts.reason->code));
    out.end_object();
  }
  out.field("customer_id", parts.customer_id.str());
  if (!parts.coupon_id.empty()) out.field("coupon_id", parts.coupon_id.str());
  if (parts.ordered_at.is_set()) out.field("ordered_at", to_rfc3339(parts.ordered_at));
  if (parts.totals != nullptr) out.field("currency", parts.totals->currency.code());
  write_lines(out, parts);
  if (parts.totals != nullptr) {
    out.field("subtotal_minor", parts.totals->subtotal_minor);
    out.field("discount_minor", parts.totals->discount_minor);
    out.field("total_minor", parts.totals->total_minor);
  }
  out.end_object();
  return body;
}

}  // namespace

std::string render_stock(const std::string& sku, const stock::State& view) {
  std::string body;
  JsonWriter out(body);
  out.begin_object();
  out.field("sku", sku);
  out.field("name", view.title);
  out.field("unit_price_minor", view.unit_price.minor);
  out.field("currency", view.unit_price.currency.code());
  out.field("available_units", view.available.value);
  out.field("held_units", view.held.value);
  out.field("sold_units", view.sold.value);
  out.field("received_units", view.received.value);
  out.field("returned_units", view.returned.value);
  out.end_object();
  return body;
}

std::string render_wallet(const std::string& id, const wallet::State& view) {
  std::string body;
  JsonWriter out(body);
  out.begin_object();
  out.field("wallet_id", id);
  out.field("currency", view.currency.code());
  out.field("balance_minor", view.balance_minor);
  out.field("held_minor", view.held_minor);
  out.field("charged_minor", view.charged_minor);
  out.field("spent_minor", view.settled_minor);
  out.field("refunded_minor", view.refunded_minor);
  out.end_object();
  return body;
}

std::string render_coupon(const std::string& id, const coupon::State& view) {
  std::string body;
  JsonWriter out(body);
  out.begin_object();
  out.field("coupon_id", id);
  out.field("status", status_word(view.status));
  if (!view.owner.empty()) out.field("owner", view.owner.str());
  if (view.status == coupon::Status::held || view.status == coupon::Status::used)
    out.field("order_id", view.hold_id.str());
  write_terms(out, view.terms);
  out.end_object();
  return body;
}

std::string render_campaign(const std::string& id, const campaign::State& view) {
  std::string body;
  JsonWriter out(body);
  out.begin_object();
  out.field("campaign_id", id);
  out.field("quantity", view.quantity);
  out.field("issued", view.issued_count);
  out.field("left", view.quantity - view.issued_count);
  write_terms(out, view.terms);
  out.end_object();
  return body;
}

std::string render_issued(const std::string& campaign_id, const std::string& customer_id,
                          const campaign::Reply& issued) {
  std::string body;
  JsonWriter out(body);
  out.begin_object();
  out.field("coupon_id", issued.coupon_id.str());
  out.field("ordinal", issued.ordinal);
  out.field("campaign_id", campaign_id);
  out.field("customer_id", customer_id);
  out.end_object();
  return body;
}

std::string render_order(const std::string& id, const order::State& view) {
  const bool confirmed = view.status == order::Status::confirmed;
  const bool cancelled = view.status == order::Status::cancelled;
  return write_order({confirmed   ? "CONFIRMED"
                      : cancelled ? "CANCELLED"
                                  : "PENDING",
                      id, view.customer_id, view.coupon_id, view.ordered_at, view.lines,
                      confirmed ? &view.totals : nullptr, cancelled ? &view.reason : nullptr});
}

std::string render_order(const checkout::State& saga) {
  const bool confirmed = saga.phase == checkout::Phase::confirmed;
  const bool cancelled = saga.phase == checkout::Phase::cancelled;
  return write_order({confirmed   ? "CONFIRMED"
                      : cancelled ? "CANCELLED"
                                  : "PENDING",
                      saga.order_id.str(), saga.customer_id, saga.coupon_id, saga.ordered_at,
                      saga.lines, confirmed ? &saga.totals : nullptr,
                      cancelled ? &saga.reason : nullptr});
}

}  // namespace souk::gateway
