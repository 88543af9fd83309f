// Faults in what was decided: half-settled sagas, deciders that let through what they should not.
#include <algorithm>
#include <iterator>
#include <optional>

#include "tests/replay/verify_fixture.hpp"

namespace souk::replay {
namespace {

using test::ShopRecord;

class VerifyingHistory : public Verifying {
 protected:
  VerifyingHistory() {
    test::Shop shop(seed_with_sales(21));
    shop.live(1'500, /*finish=*/true);
    records_ = shop.log();
    for (ShopRecord& one : records_) one.snapshot.reset();  // they would tell on their own
  }

  void write() { test::make_shop_directory(path(), 21, records_); }

  // The event of a record with one, if it is an E of service A.
  template <class A, class E>
  static std::optional<E> event_of(const ShopRecord& one) {
    if (one.service != A::kService || one.record.events.size() != 1) return {};
    typename A::Event event;
    const auto& stored = one.record.events.front();
    if (!codec::decode_variant(stored.tag, stored.bytes, event)) return {};
    if (!std::holds_alternative<E>(event)) return {};
    return std::get<E>(event);
  }
  template <class A>
  static void set_event(ShopRecord& one, const typename A::Event& event) {
    auto& stored = one.record.events.front();
    stored.bytes.clear();
    stored.tag = codec::encode_variant(event, stored.bytes);
  }

  // The last record that `wanted` takes.
  template <class Wanted>
  std::vector<ShopRecord>::iterator last(Wanted wanted) {
    const auto found = std::find_if(records_.rbegin(), records_.rend(), wanted);
    return found == records_.rend() ? records_.end() : std::prev(found.base());
  }

  // As if it had never been: those behind it in its stream move up.
  void forget(std::vector<ShopRecord>::iterator gone) {
    for (ShopRecord& one : records_)
      if (one.service == gone->service && one.record.stream == gone->record.stream &&
          one.record.sequence > gone->record.sequence)
        --one.record.sequence;
    records_.erase(gone);
  }

  static VerifyOptions with_decisions() {
    VerifyOptions options;
    options.decisions = true;
    return options;
  }

  std::vector<ShopRecord> records_;
};

TEST_F(VerifyingHistory, ASagaThatIsHalfSettledIsNamedWithWhoIsMissing) {
  const auto is_settled = [](const ShopRecord& one) {
    return event_of<Wallet, wallet::Settled>(one).has_value();
  };
  ASSERT_NE(last(is_settled), records_.end());
  const std::string wallet = last(is_settled)->record.stream;
  const std::string order = event_of<Wallet, wallet::Settled>(*last(is_settled))->hold_id.str();
  // What was not spent cannot come back.
  const auto is_refund = [&](const ShopRecord& one) {
    return one.record.stream == wallet && event_of<Wallet, wallet::Refunded>(one);
  };
  while (last(is_refund) != records_.end()) forget(last(is_refund));
  forget(last(is_settled));
  write();
  const auto found = findings();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].check, Check::sagas);
  EXPECT_EQ(found[0].subject, "order " + order);
  EXPECT_NE(found[0].what.find("wallet " + wallet + " should have settled"), std::string::npos);
  EXPECT_NE(found[0].what.find("wallet " + wallet + " still holds"), std::string::npos);
  EXPECT_NE(found[0].what.find("ended CONFIRMED"), std::string::npos) << found[0].what;
}

TEST_F(VerifyingHistory, AHoldThatACancelledOrderLeftBehindIsNamed) {
  const auto released =
      last([](const ShopRecord& one) { return event_of<Stock, stock::Released>(one).has_value(); });
  ASSERT_NE(released, records_.end());
  const std::string order = event_of<Stock, stock::Released>(*released)->hold_id.str();
  forget(released);
  write();
  const auto found = findings();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].subject, "order " + order);
  EXPECT_NE(found[0].what.find("still holds"), std::string::npos) << found[0].what;
}

TEST_F(VerifyingHistory, AnOrderThatWasForgottenIsNamed) {
  const auto confirmed = last(
      [](const ShopRecord& one) { return event_of<Order, order::Confirmed>(one).has_value(); });
  ASSERT_NE(confirmed, records_.end());
  const std::string order = confirmed->record.stream;
  forget(confirmed);
  write();
  const auto found = findings();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].subject, "order " + order);
  EXPECT_NE(found[0].what.find("should have been confirmed"), std::string::npos) << found[0].what;
}

// It let a wallet be overdrawn.
TEST_F(VerifyingHistory, BooksThatDoNotAddUpAreNamedWithTheRecord) {
  const auto held = std::ranges::find_if(records_, [](const ShopRecord& one) {
    return event_of<Wallet, wallet::Held>(one).has_value();
  });
  ASSERT_NE(held, records_.end());
  auto event = *event_of<Wallet, wallet::Held>(*held);
  event.amount.minor += 100'000'000;
  set_event<Wallet>(*held, event);
  const std::string wallet = held->record.stream;
  const auto sequence = held->record.sequence;
  write();
  const auto found = findings();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].check, Check::books);
  EXPECT_EQ(found[0].subject, wallet);
  EXPECT_NE(found[0].what.find("its balance is"), std::string::npos) << found[0].what;
  (void)sequence;
}

// It held at another price than the stock's: nothing but the decision itself tells.
TEST_F(VerifyingHistory, AnEventThatTodaysDeciderWouldNotMakeIsNamed) {
  const auto held = std::ranges::find_if(records_, [](const ShopRecord& one) {
    return event_of<Stock, stock::Held>(one).has_value();
  });
  ASSERT_NE(held, records_.end());
  auto event = *event_of<Stock, stock::Held>(*held);
  event.unit_price.minor += 1;
  set_event<Stock>(*held, event);
  const std::string sku = held->record.stream;
  write();
  EXPECT_EQ(texts(findings()), "");
  const auto found = findings(with_decisions());
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].check, Check::decisions);
  EXPECT_EQ(found[0].subject, sku);
  EXPECT_NE(found[0].what.find("hold: held is recorded"), std::string::npos) << found[0].what;
}

TEST_F(VerifyingHistory, ARecordOutOfPlaceInItsStreamIsNamed) {
  const auto charged = last(
      [](const ShopRecord& one) { return event_of<Wallet, wallet::Settled>(one).has_value(); });
  ASSERT_NE(charged, records_.end());
  ASSERT_GT(charged->record.sequence, 1u);
  charged->record.time = {1};
  const std::string wallet = charged->record.stream;
  write();
  const auto found = findings();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].check, Check::sequences);
  EXPECT_EQ(found[0].subject, wallet);
}

TEST_F(VerifyingHistory, ACommandThatWasChangedIsNamed) {
  const auto one = std::ranges::find_if(records_, [](const ShopRecord& r) {
    return event_of<Wallet, wallet::Charged>(r).has_value();
  });
  ASSERT_NE(one, records_.end());
  one->record.command->bytes.back() ^= 1;
  write();
  const auto found = findings();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].check, Check::payloads);
}

TEST_F(VerifyingHistory, AnotherLogIsEqualOrNamedWhereItIsNot) {
  write();
  std::filesystem::rename(path(), dir_ / "twin");
  const auto twin = store::DirectoryView::open(dir_ / "twin");
  ASSERT_TRUE(twin.ok());
  VerifyOptions options;
  options.against = twin->get();
  write();
  EXPECT_EQ(texts(findings(options)), "");

  std::filesystem::remove_all(path());
  records_.back().record.trace += "x";
  write();
  const auto found = findings(options);
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].check, Check::against);
}

}  // namespace
}  // namespace souk::replay
