#include "tests/sagas/campaign_world.hpp"

#include <algorithm>

#include "tests/support/describe.hpp"
#include "tests/support/terms.hpp"

namespace souk::test::sale {
namespace {

constexpr std::uint16_t kOpenReading = 1;

// Just before the window, from its start on, from its end on.
std::vector<Time> clocks() { return {kWindowStart - seconds(30), kWindowStart, kWindowEnd}; }

template <class Mask>
bool is_in(Mask mask, std::size_t at) {
  return (mask >> at & 1) != 0;
}

template <class Mask>
Mask bit(std::size_t at) {
  return static_cast<Mask>(std::uint64_t{1} << at);
}

}  // namespace

Model::Model(Scenario scenario, Rules rules)
    : scenario_(std::move(scenario)),
      rules_(rules),
      campaign_(rules.campaign, clocks()),
      coupons_(rules.coupons, clocks()) {
  for (const auto& command : scenario_.commands) campaign_.number_of(command);
  const std::uint16_t clock = scenario_.time_passes ? 0 : kOpenReading;
  start_.campaign = campaign_.start({scenario_.campaign, {}, {}});
  start_.campaign.clock = clock;
  start_.coupons.fill(coupons_.start({}));
  for (auto& coupon : start_.coupons) coupon.clock = clock;
  for (const Stranger& stranger : scenario_.strangers)
    strangers_ |= bit<Mask>(coupon_command(stranger.ordinal, stranger.command));
}

// --- the campaign's host ---------------------------------------------------------------------

std::uint8_t Model::number_of(const Said<Campaign>& said) {
  const auto number = narrow<std::uint8_t>(said_.number_of(said));
  if (number >= 64) throw std::length_error("More answers than bits in World::given.");
  return number;
}

World Model::released(World world, std::uint64_t answers) const {
  const auto contradicting = [](const Said<Campaign>& first, const Said<Campaign>& second) {
    return contradict(first, second, Intent::request, false);
  };
  if (any_contradiction<Campaign>(said_, world.given, answers, contradicting)) world.fault = 1;
  world.given |= answers;
  return world;
}

// An accepted issue is answered twice: when it is durable, and once its coupon exists.
void Model::ask(const World& world, std::uint8_t command, Steps& steps) {
  const auto decided = campaign_.decide(world.campaign, command, Front::first);
  if (!decided) return;
  World next = world;
  next.campaign = decided->at;
  const auto key = Campaign::wait_key(campaign_.command(command).command);
  const bool waits = accepted(decided->answer) && key && rules_.issues_wait_for_coupon &&
                     !Campaign::settled(campaign_.in_memory(decided->at).state, *key);
  if (waits) next.waiting |= bit<std::uint8_t>(command);
  const auto answer = number_of(said_by<Campaign>(campaign_, *decided, command, /*final=*/!waits,
                                                  campaign_.at_last_clock(decided->at)));
  const auto given = campaign_.answer(next.campaign, bit<std::uint64_t>(answer));
  steps.push_back({{Action::Kind::command, command, answer}, released(next, given)});
}

World Model::committed(World world) {
  std::vector<Campaign::Event> events;
  world = released(world, campaign_.commit(world.campaign, events));
  const campaign::State& state = campaign_.durable(world.campaign).state;
  for (const Campaign::Event& event : events) {
    const auto* delivered = std::get_if<campaign::Delivered>(&event);
    if (delivered != nullptr && !delivered->granted)
      world.not_given |= bit<std::uint8_t>(static_cast<std::size_t>(delivered->ordinal - 1));
    const auto key = Campaign::released_by(state, event);
    for (std::uint8_t command = 0; key && command < scenario_.commands.size(); ++command) {
      if (!is_in(world.waiting, command) ||
          Campaign::wait_key(campaign_.command(command).command) != key)
        continue;
      world.waiting &= static_cast<std::uint8_t>(~bit<std::uint8_t>(command));
      const std::int64_t ordinal = state.issued.at(CustomerId(*key));
      const CouponId coupon(state.campaign_id.str() + '~' + std::to_string(ordinal));
      const auto answer = number_of({command, {false, 0, {ordinal, coupon}}});
      world = released(world, bit<std::uint64_t>(answer));
    }
  }
  return world;
}

World Model::restarted(World world) {
  world.campaign = campaign_.restarted(world.campaign, false, world.campaign.clock);
  world.waiting = 0;
  if (!rules_.recovery_sends_pending)
    world.silenced |=
        ordinals(pending(world.campaign.log, campaign_.durable(world.campaign).state));
  return world;
}

void Model::live_and_die(const World& world, Steps& steps) {
  using Kind = Action::Kind;
  if (world.campaign.in_flight > 0) steps.push_back({{Kind::campaign_commit}, committed(world)});
  steps.push_back({{Kind::campaign_restart}, restarted(world)});
  if (!scenario_.time_passes || campaign_.at_last_clock(world.campaign)) return;
  steps.push_back({{Kind::campaign_clock}, world});
  ++steps.back().second.campaign.clock;
}

// --- the coupons' hosts ----------------------------------------------------------------------

std::uint8_t Model::coupon_command(std::int64_t ordinal, const Asked<Coupon>& command) {
  const std::uint8_t number = coupons_.number_of(command);
  if (number >= 16) throw std::length_error("More commands than bits in World::network.");
  if (number == coupon_of_.size()) coupon_of_.push_back(static_cast<std::uint8_t>(ordinal - 1));
  return number;
}

void Model::arrive(const World& world, std::uint8_t command, Steps& steps) {
  const std::uint8_t at = coupon_of_[command];
  const auto decided = coupons_.decide(world.coupons[at], command, Front::first);
  if (!decided) return;
  World next = world;
  next.coupons[at] = decided->at;
  if (is_in(grants_, command)) {
    std::string refusal;
    if (!accepted(decided->answer)) refusal = refusal_name<Coupon>(decided->answer.refusal);
    const StepRef step{0, at + 1U};
    const auto delivery = Campaign::answer(step, std::move(refusal), decided->answer.reply);
    const Mask answer = bit<Mask>(deliveries_.number_of(delivery));
    next.granted[at] |= coupons_.answer(next.coupons[at], answer);
  }
  steps.push_back({{Action::Kind::grant, command}, next});
}

void Model::coupon_lives_and_dies(const World& world, std::uint8_t coupon, Steps& steps) {
  using Kind = Action::Kind;
  const Coupons::At& at = world.coupons[coupon];
  World next = world;
  if (at.in_flight > 0) {
    std::vector<Coupon::Event> events;
    next.granted[coupon] |= coupons_.commit(next.coupons[coupon], events);
    steps.push_back({{Kind::coupon_commit, coupon}, next});
  }
  next = world;
  next.coupons[coupon] = coupons_.restarted(at, false, at.clock);
  steps.push_back({{Kind::coupon_restart, coupon}, next});
  const bool exists = coupon < campaign_.in_memory(world.campaign).state.quantity;
  if (!scenario_.time_passes || !exists || coupons_.at_last_clock(at)) return;
  steps.push_back({{Kind::coupon_clock, coupon}, world});
  ++steps.back().second.coupons[coupon].clock;
}

// --- between them ----------------------------------------------------------------------------

// The grants that should be in flight in a state, by its number.
Model::Mask Model::pending(std::uint16_t hosted, const campaign::State& state) {
  const auto known = pending_.find(hosted);
  if (known != pending_.end()) return known->second;
  Mask mask = 0;
  for (const auto& out : Campaign::pending(state)) {
    const auto& call = std::get<Call<Coupon>>(out.call);
    const std::string id = "campaign:" + state.campaign_id.str() + '/' +
                           std::to_string(out.step.step) + '/' + std::to_string(out.step.index);
    mask |= bit<Mask>(coupon_command(out.step.index, {id, out.intent, {}, call.command}));
  }
  grants_ |= mask;
  return pending_[hosted] = mask;
}

std::uint8_t Model::ordinals(Mask grants) const {
  std::uint8_t mask = 0;
  for (std::size_t command = 0; command < coupon_of_.size(); ++command)
    if (is_in(grants, command)) mask |= bit<std::uint8_t>(coupon_of_[command]);
  return mask;
}

void Model::send_and_lose(const World& world, Steps& steps) {
  const Campaigns::At& at = world.campaign;
  const Mask due = rules_.grants_wait_for_log ? pending(at.log, campaign_.durable(at).state)
                                              : pending(at.memory, campaign_.in_memory(at).state);
  World next = world;
  for (std::size_t command = 0; command < coupon_of_.size(); ++command)
    if (is_in(due, command) && !is_in(world.silenced, coupon_of_[command]))
      next.network |= bit<Mask>(command);
  if (!rules_.grants_are_repeated) next.silenced |= ordinals(due);
  steps.push_back({{Action::Kind::send}, next});
  for (std::uint8_t command = 0; command < coupon_of_.size(); ++command) {
    if (!is_in(world.network, command)) continue;
    steps.push_back({{Action::Kind::lose, command}, world});
    steps.back().second.network &= static_cast<Mask>(~bit<Mask>(command));
  }
}

void Model::deliver(const World& world, std::vector<campaign::Delivery> deliveries, Action action,
                    Steps& steps) {
  const Asked<Campaign> told{
      {}, Intent::request, {}, Campaign::advance(std::move(deliveries), false)};
  const auto decided = campaign_.decide(world.campaign, campaign_.number_of(told), Front::first);
  if (!decided) return;
  steps.push_back({action, world});
  steps.back().second.campaign = decided->at;
}

void Model::hear(const World& world, Steps& steps) {
  std::vector<campaign::Delivery> all;
  for (const Mask granted : world.granted)
    for (std::uint8_t answer = 0; answer < deliveries_.size(); ++answer) {
      if (!is_in(granted, answer)) continue;
      deliver(world, {deliveries_[answer]}, {Action::Kind::hear, answer}, steps);
      all.insert(all.end(), 2, deliveries_[answer]);
    }
  if (!all.empty()) deliver(world, std::move(all), {Action::Kind::hear_all}, steps);
}

void Model::next(const World& world, Steps& steps) {
  steps.clear();
  for (std::uint8_t command = 0; command < scenario_.commands.size(); ++command)
    ask(world, command, steps);
  live_and_die(world, steps);
  send_and_lose(world, steps);
  for (std::uint8_t command = 0; command < coupon_of_.size(); ++command)
    if (is_in(static_cast<Mask>(world.network | strangers_), command))
      arrive(world, command, steps);
  for (std::uint8_t coupon = 0; coupon < kCoupons; ++coupon)
    coupon_lives_and_dies(world, coupon, steps);
  hear(world, steps);
  std::erase_if(steps, [&](const auto& step) { return step.second == world; });
}

std::string Model::describe_action(Action action) const {
  using Kind = Action::Kind;
  const auto ordinal = [](std::uint8_t coupon) { return "coupon " + std::to_string(coupon + 1); };
  const auto to_coupon = [&] {
    const Coupon::Command& command = coupons_.command(action.number).command;
    const auto* grant = std::get_if<coupon::Grant>(&command);
    return ordinal(coupon_of_[action.number]) + ": " +
           (grant != nullptr ? "grant to " + describe(grant->owner) : describe(command));
  };
  switch (action.kind) {
    case Kind::command: {
      const auto& asked = campaign_.command(action.number);
      return "arrives:  " + asked.id + ' ' + describe(asked.command) + ": " +
             describe_answer(said_[action.answer]);
    }
    case Kind::campaign_commit: return "the campaign's oldest record in flight is durable";
    case Kind::campaign_restart: return "the campaign's host dies and comes back";
    case Kind::campaign_clock: return "the campaign's clock goes on";
    case Kind::send: return "the campaign sends what is pending";
    case Kind::lose: return "lost:     " + to_coupon();
    case Kind::grant: return "arrives:  " + to_coupon();
    case Kind::coupon_commit: return ordinal(action.number) + "'s record is durable";
    case Kind::coupon_restart: return ordinal(action.number) + "'s host dies and comes back";
    case Kind::coupon_clock: return ordinal(action.number) + "'s clock goes on";
    case Kind::hear: return "the campaign hears " + describe(deliveries_[action.number]);
    case Kind::hear_all: return "the campaign hears of all coupons, twice";
  }
  return "?";
}

}  // namespace souk::test::sale
