// Stock levels.
#include <variant>

#include "actors/model/decision.hpp"
#include "actors/read_models/fit.hpp"
#include "actors/read_models/project.hpp"

namespace souk::read_models {
namespace {

void registered(const RecordInfo& record, const stock::Registered& event, Tables& tables) {
  StockRow row;
  row.sku = record.stream;
  row.title = event.title;
  row.currency = event.unit_price.currency.code();
  row.unit_price_minor = event.unit_price.minor;
  row.updated_at = record.time;
  begin(record, tables, std::move(row), "registered, but it is there already");
}

void set_price(const RecordInfo& record, Money price, StockRow& row) {
  expect(price.currency.code() == row.currency, record,
         "a price in another currency than the SKU's");
  row.unit_price_minor = price.minor;
}

// Moves units from one place to another, so that the row's sum goes on to hold.
void move(const RecordInfo& record, Units units, std::int64_t& from, std::int64_t& to) {
  add(from, -units.value, record);
  add(to, units.value, record);
}

// Units that come in from outside: counted, and available.
void take_in(const RecordInfo& record, Units units, std::int64_t& counted, StockRow& row) {
  add(counted, units.value, record);
  add(row.available, units.value, record);
}

void change(const RecordInfo& record, const stock::Event& event, StockRow& row) {
  std::visit(Overload{
                 [](const stock::Registered&) {},  // made the row
                 [&](const stock::Renamed& e) { row.title = e.title; },
                 [&](const stock::PriceSet& e) { set_price(record, e.unit_price, row); },
                 [&](const stock::Received& e) { take_in(record, e.units, row.received, row); },
                 [&](const stock::Held& e) { move(record, e.units, row.available, row.held); },
                 [&](const stock::Settled& e) { move(record, e.units, row.held, row.sold); },
                 [&](const stock::Released& e) { move(record, e.units, row.held, row.available); },
                 [&](const stock::Returned& e) { take_in(record, e.units, row.returned, row); },
             },
             event);
  expect(row.available >= 0 && row.held >= 0 && row.received >= 0, record,
         "a count of units would be negative");
  expect(row.returned >= 0 && row.returned <= row.sold, record, "more came back than was sold");
  row.on_hand = row.available + row.held;
  row.updated_at = record.time;
}

}  // namespace

void project(const RecordInfo& record, const stock::Event& event, Tables& tables) {
  if (const auto* first = std::get_if<stock::Registered>(&event))
    return registered(record, *first, tables);
  change(record, event,
         existing<StockRow>(record, tables, "something happened, but it was never registered"));
}

}  // namespace souk::read_models
