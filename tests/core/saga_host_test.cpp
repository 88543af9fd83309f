// What a saga's host promises those who wait for the end of an order.
#include <chrono>
#include <set>

#include "actors/order/order.hpp"
#include "actors/stock/stock.hpp"
#include "tests/support/lone_saga_fixture.hpp"

namespace souk::core {
namespace {

constexpr std::uint64_t kWaitersMax = 64;

class SagaHost : public LoneSaga {
 protected:
  template <class A>
  void refuse(const Envelope<A>& asked, typename A::Refusal refusal) {
    Answer<A> answer;
    answer.token = asked.reply_to.token;
    answer.verdict = Verdict::refused;
    answer.refusal = static_cast<std::uint16_t>(refusal);
    self()->send(asked.reply_to.actor, std::move(answer));
  }
};

// A client that asks again and again for an order that is stuck must not fill the memory; who waits
// for longest is no longer there.
TEST_F(SagaHost, RemembersTheLatestOfManyWhoWait) {
  for (std::uint64_t token = 1; token <= kWaitersMax + 1; ++token) order("o1", token);
  std::vector<Envelope<Order>> orders;
  std::vector<Envelope<Stock>> stock;
  std::uint64_t wait = 0;
  std::set<std::uint64_t> heard;
  const auto hear = [&] {
    self()->receive([&](Envelope<Order>& one) { orders.push_back(std::move(one)); },
                    [&](Envelope<Stock>& one) { stock.push_back(std::move(one)); },
                    [&](const Answer<Checkout>& one) {
                      one.final ? void(heard.insert(one.token)) : void(++wait);
                    },
                    caf::after(std::chrono::seconds(10)) >> [] { FAIL() << "nothing more"; });
  };
  while ((wait <= kWaitersMax || orders.empty() || stock.empty()) && !HasFailure()) hear();
  EXPECT_TRUE(heard.empty());

  refuse(orders.back(), Order::Refusal::already_placed);
  refuse(stock.back(), Stock::Refusal::out_of_stock);
  while (heard.size() < kWaitersMax && !HasFailure()) hear();
  std::set<std::uint64_t> latest;
  for (std::uint64_t token = 2; token <= kWaitersMax + 1; ++token) latest.insert(token);
  EXPECT_EQ(heard, latest);
}

}  // namespace
}  // namespace souk::core
