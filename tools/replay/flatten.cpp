#include "tools/replay/flatten.hpp"

#include <map>

#include <fmt/format.h>

#include "actors/checkout/basket.hpp"
#include "actors/checkout/steps.hpp"
#include "actors/read_models/terms_text.hpp"
#include "tools/replay/texts.hpp"
#include "tools/replay/wording.hpp"
#include "tools/shared/amounts.hpp"
#include "tools/shared/printable.hpp"

namespace souk::replay {
namespace {

constexpr const char* kNone = "-";

std::string text_or_none(std::string_view text) {
  return text.empty() ? kNone : cli::printable(text);
}
template <class Tag>
std::string id_text(const StringId<Tag>& id) {
  return text_or_none(id.str());
}

class Fields {
 public:
  void add(std::string name, std::string text) {
    all.push_back({"", std::move(name), std::move(text)});
  }
  void add(std::string name, Units units) { add(std::move(name), cli::grouped(units.value)); }
  void add_element(std::string list, std::string name, std::string text) {
    all.push_back({std::move(list), std::move(name), std::move(text)});
  }

  // Each line under its number, with its price once that is known.
  void add_lines(const std::vector<order::Line>& lines, const order::Totals& totals) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const order::Line& line = lines[i];
      std::string text =
          fmt::format("{} x {}", cli::grouped(line.quantity.value), cli::printable(line.sku.str()));
      if (i < totals.unit_prices_minor.size())
        text += " at " + money_text({totals.unit_prices_minor[i], totals.currency});
      else if (line.asked_price)
        text += fmt::format(" at {} as asked", line.asked_price->minor);
      add_element("lines", std::to_string(i + 1), std::move(text));
    }
  }

  void add_totals(const order::Totals& totals) {
    const auto money = [&](std::int64_t minor) {
      return totals.currency.is_set() ? money_text({minor, totals.currency}) : kNone;
    };
    add("subtotal", money(totals.subtotal_minor));
    add("discount", money(totals.discount_minor));
    add("total", money(totals.total_minor));
  }

  void add_terms(const coupon::Terms& terms) {
    const bool given = terms.valid_until.is_set();
    add("discount", given ? read_models::discount_text(terms.discount) : kNone);
    add("minimum total", terms.minimum_total ? money_text(*terms.minimum_total) : kNone);
    add("valid from", time_text(terms.valid_from));
    add("valid until", time_text(terms.valid_until));
  }

  void add_reason(const order::Reason& reason) {
    add("reason",
        reason.code.empty() ? kNone : fmt::format("{} ({})", reason_words(reason), reason.code));
  }

  std::vector<FieldText> all;
};

std::string_view status_text(order::Status status) {
  switch (status) {
    case order::Status::unknown: return "UNKNOWN";
    case order::Status::placed: return "PLACED";
    case order::Status::confirmed: return "CONFIRMED";
    case order::Status::cancelled: return "CANCELLED";
  }
  return "?";
}

std::string_view status_text(coupon::Status status) {
  switch (status) {
    case coupon::Status::unknown: return "UNKNOWN";
    case coupon::Status::granted: return "GRANTED";
    case coupon::Status::held: return "HELD";
    case coupon::Status::used: return "USED";
    case coupon::Status::lapsed: return "LAPSED";
  }
  return "?";
}

std::string_view phase_text(checkout::Phase phase) {
  switch (phase) {
    case checkout::Phase::none: return "NONE";
    case checkout::Phase::reserving: return "RESERVING";
    case checkout::Phase::paying: return "PAYING";
    case checkout::Phase::confirming: return "CONFIRMING";
    case checkout::Phase::settling: return "SETTLING";
    case checkout::Phase::undoing: return "UNDOING";
    case checkout::Phase::confirmed: return "CONFIRMED";
    case checkout::Phase::cancelled: return "CANCELLED";
  }
  return "?";
}

void add_steps(Fields& fields, const char* list, const checkout::State& state,
               const std::vector<StepRef>& steps) {
  for (const StepRef& step : steps)
    fields.add_element(list, fmt::format("{}/{}", step.step, step.index),
                       fmt::format("{} ({})", checkout::row_of(step.step).name,
                                   cli::printable(checkout::subject_of(state, step))));
}

}  // namespace

std::vector<FieldText> flatten(const order::State& state) {
  Fields fields;
  fields.add("status", std::string(status_text(state.status)));
  fields.add("customer", id_text(state.customer_id));
  fields.add("coupon", id_text(state.coupon_id));
  fields.add("ordered at", time_text(state.ordered_at));
  fields.add_totals(state.totals);
  fields.add_reason(state.reason);
  fields.add_lines(state.lines, state.totals);
  return std::move(fields.all);
}

std::vector<FieldText> flatten(const stock::State& state) {
  Fields fields;
  fields.add("registered", state.registered ? "yes" : "no");
  fields.add("title", text_or_none(state.title));
  fields.add("unit price", state.registered ? money_text(state.unit_price) : kNone);
  fields.add("free", state.available);
  fields.add("held", state.held);
  fields.add("received", state.received);
  fields.add("sold", state.sold);
  fields.add("returned", state.returned);
  for (const auto& [hold_id, units] : state.holds)
    fields.add_element("held for", cli::printable(hold_id.str()), cli::grouped(units.value));
  return std::move(fields.all);
}

std::vector<FieldText> flatten(const wallet::State& state) {
  Fields fields;
  const auto money = [&](std::int64_t minor) {
    return state.currency.is_set() ? money_text({minor, state.currency}) : kNone;
  };
  fields.add("free", money(state.balance_minor));
  fields.add("held", money(state.held_minor));
  fields.add("charged", money(state.charged_minor));
  fields.add("spent", money(state.settled_minor));
  fields.add("refunded", money(state.refunded_minor));
  for (const auto& [hold_id, minor] : state.holds)
    fields.add_element("held for", cli::printable(hold_id.str()), money(minor));
  return std::move(fields.all);
}

std::vector<FieldText> flatten(const coupon::State& state) {
  Fields fields;
  fields.add("status", std::string(status_text(state.status)));
  fields.add("owner", state.owner.empty() ? "whoever has it" : cli::printable(state.owner.str()));
  fields.add(state.status == coupon::Status::used ? "used by" : "held for", id_text(state.hold_id));
  fields.add_terms(state.terms);
  return std::move(fields.all);
}

std::vector<FieldText> flatten(const campaign::State& state) {
  Fields fields;
  fields.add("opened", state.opened ? "yes" : "no");
  fields.add("coupons", cli::grouped(state.quantity));
  fields.add("issued", cli::grouped(state.issued_count));
  fields.add("not delivered yet",
             cli::grouped(static_cast<std::int64_t>(state.undelivered.size())));
  fields.add_terms(state.terms);
  for (const auto& [ordinal, customer] : state.undelivered)
    fields.add_element("not delivered", std::to_string(ordinal), cli::printable(customer.str()));
  for (const auto& [customer, ordinal] : state.issued)
    fields.add_element("issued to", cli::printable(customer.str()),
                       fmt::format("coupon {}", ordinal));
  return std::move(fields.all);
}

std::vector<FieldText> flatten(const checkout::State& state) {
  Fields fields;
  fields.add("phase", std::string(phase_text(state.phase)));
  fields.add("customer", id_text(state.customer_id));
  fields.add("coupon", id_text(state.coupon_id));
  fields.add("ordered at", time_text(state.ordered_at));
  fields.add("deadline", time_text(state.deadline));
  fields.add_totals(state.totals);
  fields.add_reason(state.reason);
  fields.add_lines(state.lines, state.totals);
  add_steps(fields, "to undo", state, state.to_undo);
  add_steps(fields, "dead letters", state, state.dead_letters);
  return std::move(fields.all);
}

namespace {

// Not set, or nothing of it: "-", "0", "0.00 GBP".
bool is_nothing(std::string_view text) {
  return text == kNone ||
         text.substr(0, text.find(' ')).find_first_not_of("0.") == std::string::npos;
}

}  // namespace

std::vector<FieldChange> changes(const std::vector<FieldText>& before,
                                 const std::vector<FieldText>& after) {
  using Key = std::pair<std::string, std::string>;
  std::map<Key, std::string> was;
  for (const FieldText& field : before) was[{field.list, field.name}] = field.text;
  std::vector<FieldChange> found;
  for (const FieldText& field : after) {
    const auto at = was.find({field.list, field.name});
    const std::string old = at == was.end() ? kNone : at->second;
    const bool both_nothing = is_nothing(old) && is_nothing(field.text);
    if (old != field.text && !both_nothing)
      found.push_back({field.list, field.name, old, field.text});
    if (at != was.end()) was.erase(at);
  }
  for (const FieldText& field : before)
    if (was.contains({field.list, field.name}) && field.text != kNone)
      found.push_back({field.list, field.name, field.text, kNone});
  return found;
}

}  // namespace souk::replay
