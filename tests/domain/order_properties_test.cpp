#include "actors/order/order.hpp"
#include "tests/support/random_commands.hpp"

namespace souk::test {
namespace {

using namespace souk::order;
using Command = Order::Command;

// Of two lines, 2 and 3 pieces; wrong by `error` if that is not 0.
Totals totals_of(std::int64_t price, std::int64_t other_price, std::int64_t discount,
                 std::int64_t error) {
  const std::int64_t subtotal = 2 * price + 3 * other_price;
  return {currency("GBP"), {price, other_price}, subtotal, discount, subtotal - discount + error};
}

rc::Gen<RandomStep<Order>> any_step() {
  const std::vector<Line> lines = {{Sku("mug"), {2}, {}}, {Sku("cup"), {3}, AskedPrice{100}}};
  const auto to_command = [](const auto& command) { return Command(command); };
  const auto totals = rc::gen::map(
      rc::gen::tuple(rc::gen::element<std::int64_t>(0, 100), rc::gen::element<std::int64_t>(0, 7),
                     rc::gen::element<std::int64_t>(-1, 0, 21, 300),
                     rc::gen::element<std::int64_t>(0, 0, 1)),
      [](const auto& numbers) { return std::apply(totals_of, numbers); });
  const auto reason =
      rc::gen::element(Reason{"stock.out_of_stock", "mug"}, Reason{"deadline_passed", ""});
  return step_of<Order>(
      {rc::gen::map(rc::gen::construct<Place>(
                        rc::gen::element(CustomerId("ann"), CustomerId("bob"), CustomerId()),
                        rc::gen::element(lines, std::vector<Line>{}), rc::gen::just(CouponId()),
                        rc::gen::element(Time{}, kNow - hours(24))),
                    to_command),
       rc::gen::map(rc::gen::construct<Confirm>(totals), to_command),
       rc::gen::map(rc::gen::construct<Cancel>(reason), to_command)},
      seconds(1));
}

bool may_become(Status from, Status to) {
  if (from == to) return true;
  switch (from) {
    case Status::unknown: return to == Status::placed || to == Status::cancelled;
    case Status::placed: return to == Status::confirmed || to == Status::cancelled;
    case Status::confirmed:
    case Status::cancelled: return false;
  }
  return false;
}

std::string watch(const Observed<Order>& seen) {
  const State& before = seen.before;
  const State& after = seen.after;
  if (!may_become(before.status, after.status)) return "A status that may not follow.";
  if (before.status == after.status && before != after) return "Changed without a new status.";
  const auto* place = std::get_if<Place>(&seen.command);
  if (before.status != after.status && place != nullptr && after.ordered_at != place->ordered_at)
    return "Ordered at another time than was said.";
  if (before.status == Status::placed && after.ordered_at != before.ordered_at)
    return "The time of the order has changed.";
  const bool ended = after.status == Status::confirmed || after.status == Status::cancelled;
  if (!ended && std::holds_alternative<Cancel>(seen.command))
    return "A cancel that leaves it open.";
  if (after.status == Status::confirmed) {
    const Totals& t = after.totals;
    if (t.subtotal_minor != 2 * t.unit_prices_minor[0] + 3 * t.unit_prices_minor[1])
      return "The subtotal is not the sum of the lines.";
    if (t.discount_minor < 0 || t.discount_minor > t.subtotal_minor) return "A discount too large.";
  }
  return {};
}

TEST(OrderProperties, FollowsItsStateMachine) {
  check_random_commands<Order>("an order is placed, then confirmed or cancelled, then final",
                               any_step(), [] { return watch; });
}

}  // namespace
}  // namespace souk::test
