#include "actors/campaign/campaign.hpp"
#include "tests/support/random_commands.hpp"
#include "tests/support/terms.hpp"

namespace souk::test {
namespace {

using namespace souk::campaign;
using Command = Campaign::Command;
using Event = Campaign::Event;

rc::Gen<RandomStep<Campaign>> any_step() {
  const auto to_command = [](const auto& command) { return Command(command); };
  const auto delivery =
      rc::gen::construct<Delivery>(rc::gen::inRange<std::int64_t>(0, 14), rc::gen::just(true));
  std::vector<rc::Gen<Command>> commands = {
      rc::gen::map(rc::gen::construct<Open>(rc::gen::just(CampaignId("sale")),
                                            rc::gen::element<std::int64_t>(0, 3, 12),
                                            rc::gen::just(amount_off(gbp(500)))),
                   to_command),
      rc::gen::map(rc::gen::construct<Deliver>(rc::gen::container<std::vector<Delivery>>(delivery)),
                   to_command)};
  for (int i = 0; i < 4; ++i)
    commands.push_back(
        rc::gen::map(rc::gen::construct<Issue>(few_ids<CustomerId>("c", 20)), to_command));
  return step_of<Campaign>(std::move(commands), seconds(120));
}

// First come, first served: what has been given out, kept beside the state.
struct Counter {
  std::set<CustomerId> customers;
  std::map<std::int64_t, CustomerId> waiting;

  std::string operator()(const Observed<Campaign>& seen) {
    if (!seen.decision.accepted()) return {};
    for (const Event& event : seen.decision.events()) {
      if (const auto* e = std::get_if<Issued>(&event))
        if (auto broken = of_issue(seen, *e); !broken.empty()) return broken;
      if (const auto* e = std::get_if<Delivered>(&event))
        if (auto broken = of_delivery(seen, *e); !broken.empty()) return broken;
    }
    if (std::holds_alternative<Issue>(seen.command) && seen.decision.events().size() != 1)
      return "An accepted issue gives out exactly one.";
    return of_pending(seen.after);
  }

  std::string of_issue(const Observed<Campaign>& seen, const Issued& e) {
    if (!customers.insert(e.customer_id).second) return "Two to one customer.";
    if (e.ordinal != static_cast<std::int64_t>(customers.size())) return "An ordinal is missing.";
    if (e.ordinal > seen.before.quantity) return "One too many.";
    if (e.coupon_id.str() != numbered("sale~", e.ordinal)) return "Another coupon's id.";
    waiting.emplace(e.ordinal, e.customer_id);
    return {};
  }

  std::string of_delivery(const Observed<Campaign>& seen, const Delivered& e) {
    const auto found = waiting.find(e.ordinal);
    if (found == waiting.end()) return "Delivered twice, or never issued.";
    if (found->second != e.customer_id) return "Delivered to somebody else.";
    if (!Campaign::settled(seen.after, e.customer_id.str())) return "Delivered but not settled.";
    waiting.erase(found);
    return {};
  }

  std::string of_pending(const State& state) const {
    const auto pending = Campaign::pending(state);
    if (pending.size() != std::min(waiting.size(), Campaign::kGrantsInFlight))
      return "Not everything that waits is pending.";
    auto wanted = waiting.begin();
    for (const auto& grant : pending)
      if (grant.step.index != (wanted++)->first) return "Granted out of order.";
    return {};
  }
};

TEST(CampaignProperties, FirstComeFirstServedAndNeverOneTooMany) {
  check_random_commands<Campaign>("a campaign gives out each ordinal once", any_step(),
                                  [] { return Counter{}; });
}

}  // namespace
}  // namespace souk::test
