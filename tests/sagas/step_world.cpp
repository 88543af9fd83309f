#include "tests/sagas/step_world.hpp"

#include <algorithm>

#include "tests/support/describe.hpp"
#include "tests/support/invariants.hpp"

namespace souk::test::one_step {
namespace {

constexpr Time kDeadline = kNow + seconds(5);
const std::vector<Time> kClocks = {kNow, kDeadline + seconds(1),
                                   kDeadline + hosted::kMargin + seconds(2)};
constexpr std::array<std::string_view, 3> kReadings = {"before the deadline", "past the deadline",
                                                       "past the deadline and the margin"};

const HoldId kHold{"o1"};
const std::string kStep = "saga:o1/0/0";
constexpr Units kWanted{1};
constexpr Units kBrought{2};
constexpr Units kBroughtOtherwise{5};  // under the same id

// The commands that there are; their numbers.
enum Command : std::uint8_t { kAttempt, kSettle, kUndo, kBring, kBringOtherwise, kMeanwhile };

std::vector<Asked<Stock>> commands(const Scenario& scenario) {
  return {
      {kStep, Intent::attempt, kDeadline, stock::Hold{kHold, kWanted}},
      {kStep, Intent::settle, kDeadline, stock::Settle{kHold}},
      {kStep, Intent::undo, kDeadline, stock::Release{kHold}},
      {"client:r", Intent::request, {}, stock::Receive{ReceiptId("r"), kBrought}},
      {"client:r", Intent::request, {}, stock::Receive{ReceiptId("r"), kBroughtOtherwise}},
      {{}, Intent::request, {}, scenario.meanwhile.value_or(stock::Register{})},
  };
}

constexpr std::uint8_t bit(std::uint8_t command) {
  return static_cast<std::uint8_t>(1U << command);
}

}  // namespace

Model::Model(Scenario scenario, Rules rules)
    : scenario_(std::move(scenario)), rules_(rules), host_(rules.host, kClocks) {
  for (const auto& command : commands(scenario_)) host_.number_of(command);
  start_.host = host_.start({scenario_.stock, {}, {}});
  start_.phase = scenario_.saga ? Phase::attempting : Phase::refused;
  if (scenario_.saga) start_.sent |= bit(kAttempt);
  if (scenario_.client_bodies > 0) start_.sent |= bit(kBring);
  if (scenario_.client_bodies > 1) start_.sent |= bit(kBringOtherwise);
  if (scenario_.meanwhile) start_.sent |= bit(kMeanwhile);
}

// --- the host --------------------------------------------------------------------------------

void Model::deliver(const World& world, std::uint8_t command, Front front, Steps& steps) {
  const auto decided = host_.decide(world.host, command, front);
  if (!decided) return;
  World next = world;
  next.host = decided->at;
  std::uint8_t answer = kNothingSaid;
  if (command == kMeanwhile) {
    next.sent &= static_cast<std::uint8_t>(~bit(command));
  } else {
    answer = narrow<std::uint8_t>(
        said_.number_of(said_by<Stock>(host_, *decided, command, /*final=*/true, world.far != 0)));
    if (answer >= 64) throw std::length_error("More answers than bits in World::given.");
    next = released(next, host_.answer(next.host, std::uint64_t{1} << answer));
  }
  steps.push_back({{Action::Kind::deliver, command, answer}, next});
}

void Model::live_and_die(const World& world, Steps& steps) {
  using Kind = Action::Kind;
  World next = world;
  if (!host_.at_last_clock(world.host)) {
    ++next.host.clock;
    if (host_.at_last_clock(next.host)) next.far = 1;
    steps.push_back({{Kind::clock, static_cast<std::uint8_t>(next.host.clock)}, next});
    next = world;
  }
  if (world.host.in_flight > 0) {
    std::vector<Stock::Event> events;
    const std::uint64_t answers = host_.commit(next.host, events);
    steps.push_back({{Kind::commit}, released(next, answers)});
  } else {
    host_.take_snapshot(next.host);
    steps.push_back({{Kind::take_snapshot}, next});
  }
  for (const std::uint8_t clock : {world.far, static_cast<std::uint8_t>(world.far + 1)})
    for (const bool from_snapshot : {false, true}) {
      next = world;
      next.host = host_.restarted(world.host, from_snapshot, clock);
      if (clock + 1U == kClocks.size()) next.far = 1;
      steps.push_back({{from_snapshot ? Kind::restart_from_snapshot : Kind::restart, clock}, next});
    }
}

World Model::released(World world, std::uint64_t answers) const {
  const bool over = !host_.in_memory(world.host).state.holds.contains(kHold);
  const auto contradicting = [&](const Said<Stock>& first, const Said<Stock>& second) {
    if (!scenario_.codes_matter && !accepted(first.answer) && !accepted(second.answer))
      return false;
    return contradict(first, second, host_.command(first.command).intent, over);
  };
  if (any_contradiction<Stock>(said_, world.given, answers, contradicting)) world.fault = 1;
  world.given |= answers;
  return world;
}

// --- the saga --------------------------------------------------------------------------------

World Model::entering(World world, Phase phase) const {
  world.phase = phase;
  if (phase == Phase::settling) world.sent |= bit(kSettle);
  if (phase == Phase::undoing) world.sent |= bit(kUndo);
  return world;
}

void Model::hear(const World& world, std::uint8_t answer, Steps& steps) const {
  const Said<Stock>& said = said_[answer];
  const auto advance = [&](Action::Kind kind, Phase phase) {
    steps.push_back({{kind, answer}, entering(world, phase)});
  };
  if (world.phase == Phase::attempting && said.command == kAttempt) {
    if (!accepted(said.answer)) return advance(Action::Kind::hear, Phase::refused);
    advance(Action::Kind::hear, scenario_.pivot ? Phase::taken : Phase::settling);
    if (!scenario_.pivot) advance(Action::Kind::turn_back, Phase::undoing);
  } else if (world.phase == Phase::settling && said.command == kSettle) {
    advance(Action::Kind::hear, Phase::settled);
  } else if (world.phase == Phase::undoing && said.command == kUndo) {
    advance(Action::Kind::hear, Phase::undone);
  }
}

// --- what can happen -------------------------------------------------------------------------

void Model::next(const World& world, Steps& steps) {
  steps.clear();
  for (const Front front : {Front::first, Front::last}) {
    for (std::uint8_t command = 0; command <= kMeanwhile; ++command)
      if ((world.sent & bit(command)) != 0) deliver(world, command, front, steps);
    World next = world;
    if (const auto read = host_.read(world.host, front)) next.host = read->at;
    steps.push_back({{Action::Kind::read}, next});
  }
  live_and_die(world, steps);
  for (std::uint8_t answer = 0; answer < said_.size(); ++answer)
    if ((world.given >> answer & 1) != 0) hear(world, answer, steps);
  if (world.phase == Phase::attempting && !scenario_.pivot)
    steps.push_back({{Action::Kind::deadline},
                     entering(world, rules_.unknown_is_undone ? Phase::undoing : Phase::refused)});
  std::erase_if(steps, [&](const auto& step) { return step.second == world; });
}

bool Model::ended(const World& world) const { return world.phase >= Phase::settled; }

std::string_view Model::ending(const World& world) const {
  if (!scenario_.saga) return "no saga";
  switch (world.phase) {
    case Phase::settled: return "settled";
    case Phase::undone: return "undone";
    case Phase::refused: return "refused";
    case Phase::taken: return "taken";
    default: return "";
  }
}

// --- what must be true -----------------------------------------------------------------------

bool Model::was_given(const World& world, std::uint8_t command) const {
  for (std::uint8_t answer = 0; answer < said_.size(); ++answer)
    if ((world.given >> answer & 1) != 0 && said_[answer].command == command &&
        accepted(said_[answer].answer))
      return true;
  return false;
}

std::string Model::broken_by_saga(const World& world, const stock::State& now) const {
  const Units sold = now.sold - scenario_.stock.sold;
  const bool holds = now.holds.contains(kHold);
  if ((sold + now.held).value > kWanted.value) return "The step was applied twice.";
  if (was_given(world, kUndo) && holds) return "It is held after its undo was answered.";
  switch (world.phase) {
    case Phase::attempting: return {};
    case Phase::settling: return holds || sold == kWanted ? "" : "What was accepted is gone.";
    case Phase::undoing: return sold == Units{} ? "" : "It was sold though it turned back.";
    case Phase::settled: return sold == kWanted ? "" : "It was settled, and is not sold.";
    case Phase::taken: return holds ? "" : "What was accepted is gone.";
    case Phase::undone:
    case Phase::refused:
      if (holds) return "It has ended without the units, and they are still held.";
      return sold == Units{} ? "" : "It has ended without the units, and they are sold.";
  }
  return {};
}

std::string Model::broken_by_client(const World& world, const stock::State& now) const {
  const Units brought = now.received - scenario_.stock.received;
  if (brought != Units{} && brought != kBrought && brought != kBroughtOtherwise)
    return "The request was applied twice.";
  if (was_given(world, kBring) && brought != kBrought)
    return "The request was accepted, and something else was done.";
  if (was_given(world, kBringOtherwise) && brought != kBroughtOtherwise)
    return "The request with the other body was accepted, and something else was done.";
  return {};
}

// Of what is in memory: nothing is durable that was not in memory before, and every end of what is
// read back is in memory at some moment.
std::string Model::broken_promise(const World& world) const {
  const stock::State& now = host_.in_memory(world.host).state;
  if (auto broken = broken_invariant(now); !broken.empty()) return broken;
  if (scenario_.saga)
    if (auto broken = broken_by_saga(world, now); !broken.empty()) return broken;
  if (scenario_.client_bodies > 0)
    if (auto broken = broken_by_client(world, now); !broken.empty()) return broken;
  if (world.fault != 0) return "One command was answered in two ways.";
  return {};
}

std::string Model::describe_action(Action action) const {
  using Kind = Action::Kind;
  const auto heard = [&](std::uint8_t answer) {
    const Said<Stock>& said = said_[answer];
    return describe(host_.command(said.command).command) + ": " + describe_answer(said);
  };
  switch (action.kind) {
    case Kind::deliver:
      if (action.answer != kNothingSaid) return "arrives:  " + heard(action.answer);
      return "arrives:  " + describe(host_.command(action.number).command);
    case Kind::read: return "somebody reads";
    case Kind::commit: return "the oldest record in flight is durable, its answers are given";
    case Kind::restart:
      return "the host dies; its records are read back, its clock is " +
             std::string(kReadings[action.number]);
    case Kind::restart_from_snapshot:
      return "the host dies; its snapshot and the records after it are read back, its clock is " +
             std::string(kReadings[action.number]);
    case Kind::take_snapshot: return "a snapshot is taken";
    case Kind::clock: return "the host's clock is " + std::string(kReadings[action.number]);
    case Kind::hear: return "the saga hears of " + heard(action.number);
    case Kind::turn_back: return "the saga hears of " + heard(action.number) + ", and turns back";
    case Kind::deadline: return "the deadline passes for the saga";
  }
  return "?";
}

}  // namespace souk::test::one_step
