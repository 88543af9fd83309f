#include "actors/coupon/coupon.hpp"
#include "tests/support/random_commands.hpp"
#include "tests/support/terms.hpp"

namespace souk::test {
namespace {

using namespace souk::coupon;
using Command = Coupon::Command;
using Event = Coupon::Event;

rc::Gen<RandomStep<Coupon>> any_step() {
  const auto hold_id = few_ids<HoldId>("o", 3);
  const auto customer = rc::gen::element(CustomerId("ann"), CustomerId("bob"));
  const auto owner = rc::gen::element(CustomerId("ann"), CustomerId());
  const auto terms = rc::gen::element(amount_off(gbp(500)), percent_off(1'000), Terms{});
  const auto to_command = [](const auto& command) { return Command(command); };
  // Settles are rare, so that releases and the window's end have their turn.
  const auto end = rc::gen::mapcat(rc::gen::inRange(0, 4), [=](int which) {
    if (which == 0) return rc::gen::map(rc::gen::construct<Settle>(hold_id), to_command);
    return rc::gen::map(rc::gen::construct<Release>(hold_id), to_command);
  });
  return step_of<Coupon>({rc::gen::map(rc::gen::construct<Grant>(owner, terms), to_command),
                          rc::gen::map(rc::gen::construct<Hold>(hold_id, customer), to_command),
                          end, rc::gen::just(Command(Expire{}))},
                         seconds(300));
}

// One use, one holder at a time, within the window, by its owner.
struct SingleUse {
  int uses = 0;
  std::optional<HoldId> holder;

  std::string operator()(const Observed<Coupon>& seen) {
    if (!seen.decision.accepted()) return of_refusal(seen);
    for (const Event& event : seen.decision.events())
      if (auto broken = std::visit([&](const auto& e) { return of_event(seen, e); }, event);
          !broken.empty())
        return broken;
    const auto due = Coupon::due(seen.after, seen.now);
    if (due && Coupon::decide(seen.after, *due, {seen.now, {}, {}}).events().size() != 1)
      return "What is due changes nothing.";
    return {};
  }

  static std::string of_refusal(const Observed<Coupon>& seen) {
    if (std::holds_alternative<Settle>(seen.command) ||
        std::holds_alternative<Release>(seen.command))
      return "An end of a hold was refused.";
    return {};
  }

  std::string of_event(const Observed<Coupon>& seen, const Held& e) {
    if (holder || uses > 0) return "Held although it is held or used.";
    if (seen.now < kWindowStart || seen.now >= kWindowEnd) return "Held outside of the window.";
    if (!seen.before.owner.empty() && e.customer_id != seen.before.owner)
      return "Held by somebody else than its owner.";
    holder = e.hold_id;
    return {};
  }
  std::string of_event(const Observed<Coupon>&, const Settled& e) {
    if (holder != e.hold_id) return "Used without a hold.";
    holder.reset();
    return ++uses == 1 ? "" : "Used twice.";
  }
  std::string of_event(const Observed<Coupon>&, const Released& e) {
    if (holder != e.hold_id) return "Released without a hold.";
    holder.reset();
    return {};
  }
  std::string of_event(const Observed<Coupon>& seen, const Lapsed&) {
    if (holder) return "Lapsed while it was held.";
    return seen.now >= kWindowEnd ? "" : "Lapsed before the window's end.";
  }
  std::string of_event(const Observed<Coupon>& seen, const Granted&) {
    return seen.before.status == Status::unknown ? "" : "Granted twice.";
  }
};

TEST(CouponProperties, IsUsedAtMostOnce) {
  check_random_commands<Coupon>("a coupon is used at most once", any_step(),
                                [] { return SingleUse{}; });
}

}  // namespace
}  // namespace souk::test
