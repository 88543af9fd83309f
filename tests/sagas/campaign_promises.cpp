// What must be true of a campaign, its coupons and its answers, at every moment.
#include "tests/sagas/campaign_world.hpp"
#include "tests/support/invariants.hpp"

namespace souk::test::sale {
namespace {

const campaign::Issue* issue_of(const Asked<Campaign>& asked) {
  return std::get_if<campaign::Issue>(&asked.command);
}

bool exists_for(const CustomerId& customer, const coupon::State& coupon) {
  return coupon.status != coupon::Status::unknown && coupon.owner == customer;
}

}  // namespace

std::string Model::broken_by_answer(const World& world, const Said<Campaign>& said) const {
  const campaign::Issue* issue = issue_of(campaign_.command(said.command));
  if (issue == nullptr || !accepted(said.answer)) return {};
  const campaign::State& state = campaign_.durable(world.campaign).state;
  const std::int64_t ordinal = said.answer.reply.ordinal;
  const auto issued = state.issued.find(issue->customer_id);
  if (issued == state.issued.end() || issued->second != ordinal)
    return "An issue was answered, and the campaign knows nothing of it.";
  if (ordinal < 1 || ordinal > state.quantity) return "There are not so many coupons.";
  if (!said.final) return {};
  const auto at = static_cast<std::size_t>(ordinal - 1);
  const bool told_of = (world.not_given >> at & 1) != 0 && !scenario_.ids_are_reserved;
  if (!told_of && !exists_for(issue->customer_id, coupons_.durable(world.coupons[at]).state))
    return "An issue was answered, and its coupon does not exist, or is somebody else's.";
  return {};
}

std::string Model::broken_by_answers(const Said<Campaign>& one, const Said<Campaign>& other) const {
  if (one.command == other.command || !accepted(one.answer) || !accepted(other.answer)) return {};
  const Asked<Campaign>& asked = campaign_.command(one.command);
  const Asked<Campaign>& also = campaign_.command(other.command);
  if (issue_of(asked) == nullptr || issue_of(also) == nullptr) {
    const bool both_open = asked.command.index() == also.command.index();
    return both_open && asked.command != also.command ? "It was opened in two ways." : "";
  }
  if (issue_of(asked)->customer_id == issue_of(also)->customer_id)
    return "One customer was given two coupons.";
  if (one.answer.reply.ordinal == other.answer.reply.ordinal)
    return "One coupon was given to two customers.";
  return {};
}

// Whatever coupon there is, it is that customer's to whom the log says that it was issued, unless
// it is a stranger's.
std::string Model::broken_by_coupon(const World& world, std::size_t coupon) const {
  const coupon::State& now = coupons_.in_memory(world.coupons[coupon]).state;
  if (auto broken = broken_invariant(now); !broken.empty()) return broken;
  const coupon::State& state = coupons_.durable(world.coupons[coupon]).state;
  if (state.status == coupon::Status::unknown) return {};
  const auto& issued = campaign_.durable(world.campaign).state.issued;
  const auto found = issued.find(state.owner);
  if (found != issued.end() && found->second == static_cast<std::int64_t>(coupon) + 1) return {};
  for (const Stranger& stranger : scenario_.strangers) {
    const auto* grant = std::get_if<coupon::Grant>(&stranger.command.command);
    if (grant != nullptr && grant->owner == state.owner) return {};
  }
  return "A coupon exists that was issued to nobody, or to somebody else.";
}

std::string Model::broken_promise(const World& world) const {
  if (auto broken = broken_invariant(campaign_.in_memory(world.campaign).state); !broken.empty())
    return broken;
  for (std::size_t coupon = 0; coupon < kCoupons; ++coupon)
    if (auto broken = broken_by_coupon(world, coupon); !broken.empty()) return broken;
  for (std::size_t one = 0; one < said_.size(); ++one) {
    if ((world.given >> one & 1) == 0) continue;
    if (auto broken = broken_by_answer(world, said_[one]); !broken.empty()) return broken;
    for (std::size_t other = 0; other < one; ++other) {
      if ((world.given >> other & 1) == 0) continue;
      if (auto broken = broken_by_answers(said_[one], said_[other]); !broken.empty()) return broken;
    }
  }
  if (world.fault != 0) return "One command was answered in two ways.";
  return {};
}

// Everything that was issued has been delivered.
bool Model::ended(const World& world) const {
  return campaign_.durable(world.campaign).state.undelivered.empty();
}

std::string_view Model::ending(const World& world) const {
  switch (campaign_.durable(world.campaign).state.issued_count) {
    case 0: return "none";
    case 1: return "one";
    default: return "two";
  }
}

}  // namespace souk::test::sale
