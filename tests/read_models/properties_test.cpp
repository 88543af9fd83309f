// Random whole histories, decided by the real deciders: however they come, the rows are the same,
// and say what the aggregates' own states say. A failure prints its seed; RC_PARAMS="seed=..."
// takes it back.
#include <algorithm>
#include <random>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "actors/checkout/steps.hpp"
#include "actors/read_models/terms_text.hpp"
#include "events/rfc3339.hpp"
#include "tests/support/shop_history.hpp"

namespace souk::test {

using namespace souk::read_models;
namespace {

using namespace souk::read_models;  // NOLINT

constexpr int kThings = 400;

// A random shop: mid-way, or with all that was begun brought to its end.
Shop random_shop(bool finished) {
  Shop shop(*rc::gen::arbitrary<std::uint64_t>());
  shop.live(kThings, finished);
  return shop;
}

std::string dump_of(const std::vector<HistoryRecord>& records) {
  MemoryModels models;
  for (const HistoryRecord& record : records) models.apply(record);
  models.commit();
  return models.dump();
}

// The records in an order that some reader of the partitions might see: each stream in its own
// order, streams to each other in any.
std::vector<HistoryRecord> interleaved(const std::vector<HistoryRecord>& records,
                                       std::mt19937_64& random) {
  std::map<std::pair<PartitionId, std::string>, std::vector<const HistoryRecord*>> streams;
  for (const HistoryRecord& record : records)
    streams[{record.partition, record.stream}].push_back(&record);
  std::vector<std::vector<const HistoryRecord*>> left;
  for (auto& [key, stream] : streams) {
    std::ranges::reverse(stream);
    left.push_back(std::move(stream));
  }
  std::vector<HistoryRecord> mixed;
  while (!left.empty()) {
    auto& stream = left[random() % left.size()];
    mixed.push_back(*stream.back());
    stream.pop_back();
    if (!stream.empty()) continue;
    std::swap(stream, left.back());
    left.pop_back();
  }
  return mixed;
}

// Commits, crashes and forgets at random; a crash takes in again what was not committed.
std::string dump_with_trouble(const std::vector<HistoryRecord>& records, std::mt19937_64& random) {
  MemoryModels models;
  std::size_t committed = 0;
  const std::size_t batch = 1 + random() % 100;
  for (std::size_t at = 0; at < records.size(); ++at) {
    models.apply(records[at]);
    if (random() % batch == 0) {
      models.commit();
      committed = at + 1;
      if (random() % 4 == 0) models.shrink(random() % 20);
    } else if (random() % (2 * batch) == 0) {
      models.discard();
      at = committed - 1;  // wraps to the first record's predecessor
    }
  }
  models.commit();
  return models.dump();
}

TEST(ReadModels, AnyOrderOfStreamsAnyBatchesAndAnyRestartsGiveTheSameRows) {
  EXPECT_TRUE(rc::check([] {
    const Shop shop = random_shop(*rc::gen::arbitrary<bool>());
    const std::string dump = dump_of(shop.records());
    std::mt19937_64 random(*rc::gen::arbitrary<std::uint64_t>());
    for (int i = 0; i < 3; ++i) {
      RC_ASSERT(dump_with_trouble(shop.records(), random) == dump);
      RC_ASSERT(dump_with_trouble(interleaved(shop.records(), random), random) == dump);
    }
  }));
}

// --- the rows against the aggregates' own states ------------------------------------------------

void expect_stock(MemoryModels& models, const std::string& id, const stock::State& state) {
  const auto row = models.row<StockRow>({id});
  RC_ASSERT(row.has_value() == state.registered);
  if (!row) return;
  RC_ASSERT(row->title == state.title);
  RC_ASSERT(row->unit_price_minor == state.unit_price.minor);
  RC_ASSERT(row->currency == state.unit_price.currency.code());
  RC_ASSERT(row->available == state.available.value);
  RC_ASSERT(row->held == state.held.value);
  RC_ASSERT(row->on_hand == state.available.value + state.held.value);
  RC_ASSERT(row->sold == state.sold.value);
  RC_ASSERT(row->received == state.received.value);
  RC_ASSERT(row->returned == state.returned.value);
  RC_ASSERT(row->received == row->available + row->held + row->sold - row->returned);
}

void expect_wallet(MemoryModels& models, const std::string& id, const wallet::State& state) {
  const auto row = models.row<WalletRow>({id});
  RC_ASSERT(row.has_value() == state.currency.is_set());
  if (!row) return;
  RC_ASSERT(row->currency == state.currency.code());
  RC_ASSERT(row->balance_minor == state.balance_minor);
  RC_ASSERT(row->held_minor == state.held_minor);
  RC_ASSERT(row->charged_minor == state.charged_minor);
  RC_ASSERT(row->spent_minor == state.settled_minor);
  RC_ASSERT(row->refunded_minor == state.refunded_minor);
  RC_ASSERT(row->charged_minor ==
            row->balance_minor + row->held_minor + row->spent_minor - row->refunded_minor);
  const auto last = models.row<WalletMovementRow>({id, row->movements});
  RC_ASSERT(last.has_value());
  RC_ASSERT(last->balance_minor == row->balance_minor);
  RC_ASSERT(last->held_minor == row->held_minor);
}

void expect_order(MemoryModels& models, const std::string& id, const order::State& state) {
  const auto row = models.row<OrderRow>({id});
  RC_ASSERT(row.has_value() == (state.status != order::Status::unknown));
  if (!row) return;
  static const std::map<order::Status, std::string_view> kWords = {
      {order::Status::placed, kPlaced},
      {order::Status::confirmed, kConfirmed},
      {order::Status::cancelled, kCancelled}};
  RC_ASSERT(row->status == kWords.at(state.status));
  RC_ASSERT(row->customer_id == state.customer_id.str());
  RC_ASSERT(row->coupon_id == state.coupon_id.str());
  RC_ASSERT(row->reason_code == state.reason.code);
  RC_ASSERT(row->reason_subject == state.reason.subject);
  RC_ASSERT(row->line_count == static_cast<std::int64_t>(state.lines.size()));
  const bool confirmed = state.status == order::Status::confirmed;
  RC_ASSERT(row->total_minor.has_value() == confirmed);
  if (confirmed) RC_ASSERT(row->total_minor == state.totals.total_minor);
  for (std::size_t i = 0; i < state.lines.size(); ++i) {
    const auto line = models.row<OrderLineRow>({id, static_cast<std::int64_t>(i + 1)});
    RC_ASSERT(line.has_value());
    RC_ASSERT(line->sku == state.lines[i].sku.str());
    RC_ASSERT(line->quantity == state.lines[i].quantity.value);
    RC_ASSERT(line->unit_price_minor.has_value() == confirmed);
    if (confirmed) RC_ASSERT(line->unit_price_minor == state.totals.unit_prices_minor[i]);
  }
}

void expect_coupon(MemoryModels& models, const std::string& id, const coupon::State& state) {
  const auto row = models.row<CouponRow>({id});
  RC_ASSERT(row.has_value() == (state.status != coupon::Status::unknown));
  if (!row) return;
  static const std::map<coupon::Status, std::string_view> kWords = {
      {coupon::Status::granted, kCouponGranted},
      {coupon::Status::held, kCouponHeld},
      {coupon::Status::used, kCouponUsed},
      {coupon::Status::lapsed, kCouponLapsed}};
  RC_ASSERT(row->status == kWords.at(state.status));
  RC_ASSERT(row->owner_id == state.owner.str());
  RC_ASSERT(row->order_id == state.hold_id.str());
  RC_ASSERT(row->discount == discount_text(state.terms.discount));
  RC_ASSERT(row->valid_until == state.terms.valid_until);
}

void expect_campaign(MemoryModels& models, const std::string& id, const campaign::State& state) {
  const auto row = models.row<CampaignRow>({id});
  RC_ASSERT(row.has_value() == state.opened);
  if (!row) return;
  const auto undelivered = static_cast<std::int64_t>(state.undelivered.size());
  RC_ASSERT(row->quantity == state.quantity);
  RC_ASSERT(row->issued == state.issued_count);
  RC_ASSERT(row->issued - row->delivered - row->failed == undelivered);
  RC_ASSERT(models.row<SagaRow>({kCampaignSaga, id}).has_value() == (undelivered > 0));
}

// Whom the saga itself would ask now, in the words of the tables.
std::string parties_in_flight(const checkout::State& state) {
  static const std::map<checkout::Step, std::string> kWords = {
      {checkout::Step::place_order, "order "},   {checkout::Step::hold_stock, "stock "},
      {checkout::Step::hold_coupon, "coupon "},  {checkout::Step::hold_wallet, "wallet "},
      {checkout::Step::confirm_order, "order "},
  };
  std::string text;
  for (const StepRef& step : checkout::steps_in_flight(state))
    text += (text.empty() ? "" : ", ") + kWords.at(static_cast<checkout::Step>(step.step)) +
            checkout::subject_of(state, step);
  return text;
}

void expect_saga(MemoryModels& models, const std::string& id, const checkout::State& state) {
  const auto row = models.row<SagaRow>({kCheckoutSaga, id});
  RC_ASSERT(row.has_value() == Checkout::open(state));
  if (!row) return;
  RC_ASSERT(row->waits_for == parties_in_flight(state));
  RC_ASSERT(row->deadline == Checkout::deadline(state).value_or(Time{}));
  RC_ASSERT(row->dead_letters == static_cast<std::int64_t>(state.dead_letters.size()));
  RC_ASSERT(row->to_undo.empty() == state.to_undo.empty());
}

TEST(ReadModels, SayWhatTheAggregatesThemselvesSay) {
  EXPECT_TRUE(rc::check([] {
    const Shop shop = random_shop(*rc::gen::arbitrary<bool>());
    MemoryModels models;
    for (const HistoryRecord& record : shop.records()) models.apply(record);
    models.commit();
    for (const auto& [id, one] : shop.all<Stock>()) expect_stock(models, id, one.state);
    for (const auto& [id, one] : shop.all<Wallet>()) expect_wallet(models, id, one.state);
    for (const auto& [id, one] : shop.all<Order>()) expect_order(models, id, one.state);
    for (const auto& [id, one] : shop.all<Coupon>()) expect_coupon(models, id, one.state);
    for (const auto& [id, one] : shop.all<Campaign>()) expect_campaign(models, id, one.state);
    for (const auto& [id, one] : shop.all<Checkout>()) expect_saga(models, id, one.state);
  }));
}

// --- the rows against each other -----------------------------------------------------------------

// The lines of confirmed orders, as sales by hour would sum them up.
std::map<std::tuple<std::string, std::string>, SalesHourRow> sales_of(MemoryModels& models) {
  std::map<std::tuple<std::string, std::string>, SalesHourRow> sales;
  for (const OrderLineRow& line : models.rows<OrderLineRow>()) {
    if (!line.line_total_minor) continue;
    const Time at = models.row<OrderRow>({line.order_id})->ordered_at;
    const Time hour{at.micros - at.micros % hours(1).micros};
    SalesHourRow& row = sales[{describe_value(hour), line.sku}];
    row.lines += 1;
    row.units += line.quantity;
    row.revenue_minor += *line.line_total_minor;
  }
  return sales;
}

TEST(ReadModels, AddUp) {
  EXPECT_TRUE(rc::check([] {
    const Shop shop = random_shop(true);
    MemoryModels models;
    for (const HistoryRecord& record : shop.records()) models.apply(record);
    models.commit();

    std::map<std::string, std::int64_t> lines_minor;
    std::map<std::string, std::int64_t> lines_units;
    for (const OrderLineRow& line : models.rows<OrderLineRow>()) {
      lines_minor[line.order_id] += line.line_total_minor.value_or(0);
      lines_units[line.order_id] += line.quantity;
    }
    DailyRevenueRow orders;
    for (const OrderRow& order : models.rows<OrderRow>()) {
      RC_ASSERT(order.units == lines_units[order.order_id]);
      RC_ASSERT(order.subtotal_minor.value_or(0) == lines_minor[order.order_id]);
      if (order.status != kConfirmed) continue;
      RC_ASSERT(*order.total_minor == *order.subtotal_minor - *order.discount_minor);
      orders.orders += 1;
      orders.units += order.units;
      orders.subtotal_minor += *order.subtotal_minor;
      orders.discount_minor += *order.discount_minor;
      orders.revenue_minor += *order.total_minor;
    }
    DailyRevenueRow days;
    for (const DailyRevenueRow& day : models.rows<DailyRevenueRow>()) {
      days.orders += day.orders;
      days.units += day.units;
      days.subtotal_minor += day.subtotal_minor;
      days.discount_minor += day.discount_minor;
      days.revenue_minor += day.revenue_minor;
    }
    RC_ASSERT(days == orders);

    const auto sales = sales_of(models);
    RC_ASSERT(models.rows<SalesHourRow>().size() == sales.size());
    for (const SalesHourRow& row : models.rows<SalesHourRow>()) {
      const Time hour = *parse_rfc3339(row.hour);
      const SalesHourRow& wanted = sales.at({describe_value(hour), row.sku});
      RC_ASSERT(row.lines == wanted.lines);
      RC_ASSERT(row.units == wanted.units);
      RC_ASSERT(row.revenue_minor == wanted.revenue_minor);
    }
    // All sagas have ended: what was sold is what stock was taken for, and what wallets spent.
    std::int64_t sold = 0;
    for (const StockRow& row : models.rows<StockRow>()) sold += row.sold;
    std::int64_t spent = 0;
    for (const WalletRow& row : models.rows<WalletRow>()) spent += row.spent_minor;
    RC_ASSERT(sold == orders.units);
    RC_ASSERT(spent == orders.revenue_minor);
    RC_ASSERT(models.rows<SagaRow>().empty());
  }));
}

// A property about nothing is none.
TEST(ReadModels, TheHistoriesHaveEveryKindOfEventInThem) {
  std::set<std::pair<std::size_t, std::size_t>> kinds;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Shop shop(seed);
    shop.live(kThings, true);
    for (const HistoryRecord& record : shop.records())
      std::visit(
          [&](const auto& events) {
            for (const auto& event : events) kinds.emplace(record.events.index(), event.index());
          },
          record.events);
  }
  EXPECT_EQ(kinds.size(),
            std::variant_size_v<order::Event> + std::variant_size_v<stock::Event> +
                std::variant_size_v<wallet::Event> + std::variant_size_v<coupon::Event> +
                std::variant_size_v<campaign::Event> + std::variant_size_v<checkout::Event>);
}

}  // namespace
}  // namespace souk::test
