#include "tests/sim/world.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "actors/core/keeper.hpp"
#include "tests/sim/auditor.hpp"

namespace souk::sim {
namespace {

constexpr Duration kTick = milliseconds(5);  // how late timers may be
constexpr std::uint64_t kStepsMax =
    40'000'000;  // far more than any run needs: then nothing comes to rest

// What services are placed on: an order and its saga together.
const std::vector<std::set<Service>> kGroups = {{Service::order, Service::checkout},
                                                {Service::stock},
                                                {Service::wallet},
                                                {Service::coupon},
                                                {Service::campaign}};

const char* name_of(gateway::Outcome outcome) {
  switch (outcome) {
    case gateway::Outcome::accepted: return "accepted";
    case gateway::Outcome::pending: return "pending";
    case gateway::Outcome::refused: return "refused";
    case gateway::Outcome::id_reused: return "id reused";
    case gateway::Outcome::timed_out: return "timed out";
    case gateway::Outcome::unavailable: return "unavailable";
    case gateway::Outcome::overloaded: return "overloaded";
    case gateway::Outcome::misdirected: return "misdirected";
  }
  return "?";
}

std::vector<std::string> tags_of(const store::RecordView& record) {
  std::vector<std::string> tags;
  for (const store::PayloadView& payload : record.events)
    tags.push_back(std::to_string(payload.tag));
  return tags;
}

}  // namespace

World::World(WorldOptions options) : options_(std::move(options)), random_(options_.seed) {
  build();
}
World::~World() = default;

void World::build() {
  // In some worlds receipts are soon forgotten, and machines and frames are away for longer. What
  // the margin is for, that clocks differ, then has to be left out.
  const bool forgetful = random_.one_in(3);
  receipt_margin_ =
      forgetful ? random_.between(seconds(4), seconds(10)) : core::Options{}.receipt_margin;
  clocks_differ_ = options_.faults.clocks && !forgetful;
  const auto partitions = static_cast<std::uint16_t>(random_.between(1, 3));
  config_.id = identity_.cluster_id = "sim";
  for (const Service service : kServices)
    config_.partitions[service] = identity_.partitions[service] = partitions;
  const auto nodes =
      static_cast<std::size_t>(options_.nodes > 0 ? options_.nodes : random_.between(1, 6));
  config_.nodes.clear();
  for (std::size_t i = 0; i < nodes; ++i) {
    cluster::NodeConfig node;
    node.name = "n" + std::to_string(i + 1);
    node.address = {"127.0.0.1", static_cast<std::uint16_t>(i + 1)};
    node.gateway = i < 2;
    node.read_models = options_.read_models && i == 0;
    config_.nodes.push_back(node);
  }
  for (const std::set<Service>& group : kGroups)
    for (std::int64_t owners = random_.between(1, 2); owners > 0; --owners)
      random_.pick(config_.nodes).services.insert(group.begin(), group.end());
  placement_ = cluster::Placement::of(config_);
  for (std::size_t i = 0; i < nodes; ++i) {
    node::NodeOptions node;
    node.name = config_.nodes[i].name;
    node.cluster = config_;
    node.placement = placement_;
    // So small that aggregates leave memory, snapshots are made and receipts are forgotten all the
    // time.
    node.core.live_aggregates_max = static_cast<std::size_t>(random_.between(4, 200));
    node.core.idle_after = random_.between(seconds(1), seconds(20));
    node.core.snapshot_records_min = static_cast<std::uint64_t>(random_.between(2, 40));
    node.core.snapshot_walk_min = 2;
    node.core.receipt_margin = receipt_margin_;
    node.core.checkout_window = forgetful || random_.one_in(3)
                                    ? random_.between(milliseconds(200), seconds(1))
                                    : random_.between(seconds(3), seconds(20));
    if (config_.nodes[i].read_models) node.read_models.data = options_.folder;
    node.read_models.readers = 1;
    machines_.push_back(std::make_unique<Machine>(
        agenda_, network_, random_, static_cast<std::uint16_t>(i + 1), node, identity_,
        [this](Machine&, const auto& until, Duration max) {
          run_until(agenda_.now() + max, until);
        }));
    if (options_.faults.slow_threads) {
      machines_.back()->threads.disorder = static_cast<unsigned>(random_.between(0, 100));
      machines_.back()->threads.held_up = static_cast<unsigned>(random_.between(0, 20));
    } else {
      machines_.back()->threads = {0, 0, {}};
    }
    if (config_.nodes[i].gateway) gateways_.push_back(machines_.back().get());
  }
  clients_ = std::make_unique<Clients>(agenda_, random_, gateways_, options_.workload);
}

std::string World::layout() const {
  std::string text;
  for (const cluster::NodeConfig& node : config_.nodes)
    text +=
        fmt::format("{}{}: {}", text.empty() ? "" : "; ", node.name, fmt::join(node.roles(), " "));
  return text;
}

// --- time --------------------------------------------------------------------------------------

void World::mark(std::uint64_t what) {
  trace_ = (trace_ ^ what) * 0x9e3779b97f4a7c15ULL;
  trace_ ^= trace_ >> 29;
}

// One message, or, if nobody has any, a moment of time. False: the run is over.
bool World::step() {
  if (over()) return false;
  if (++steps_ > kStepsMax) throw std::runtime_error("it does not come to rest");
  std::size_t ready = 0;
  for (const auto& machine : machines_) ready += machine->has_work() ? 1 : 0;
  Time until = agenda_.now();
  if (ready > 0) {
    std::size_t turn = random_.below(ready);
    for (const auto& machine : machines_)
      if (machine->has_work() && turn-- == 0) {
        mark((machine->work() << 8) | machine->port());
        break;
      }
    if (!random_.one_in(32)) return true;
    until = until + random_.between(Duration{1}, Duration{200});  // messages take their time
  } else {
    until = until + kTick;
    if (const auto next = agenda_.next()) until = std::min(until, std::max(*next, agenda_.now()));
  }
  const Duration passed = until - agenda_.now();
  agenda_.pass_to(until);
  for (const auto& machine : machines_) machine->pass(passed);
  agenda_.run_due();
  mark(static_cast<std::uint64_t>(until.micros));
  if (options_.pulse != nullptr) options_.pulse->beat(steps_, World::passed());
  return true;
}

// Until `until()` holds (looked at now and then), at most up to `when`. Whether it did.
template <class Until>
bool World::run_until(Time when, Until&& until) {
  Time look;
  while (agenda_.now() < when) {
    if (agenda_.now() >= look) {
      if (until()) return true;
      look = agenda_.now() + milliseconds(50);
    }
    if (!step()) return false;
  }
  return until();
}

// For long enough that a saga whose actor died has come back: until then nobody counts it.
bool World::has_been_quiet() {
  constexpr Duration kWhile = seconds(3);
  static_assert(kWhile > core::kReloadAfter);
  const bool quiet = is_quiet();
  if (!quiet || !quiet_since_.is_set()) quiet_since_ = quiet ? agenda_.now() : Time{};
  return quiet && agenda_.now() - quiet_since_ > kWhile;
}

bool World::is_quiet() {
  if (!clients_->are_done()) return false;
  for (const auto& machine : machines_) {
    if (!machine->is_up()) return false;
    const gateway::ClusterView view = machine->node().cluster();
    for (const gateway::ClusterNode& node : view.nodes)
      if (node.state == gateway::ClusterNode::State::self && node.open_sagas > 0) return false;
  }
  return true;
}

std::vector<std::string> World::run() {
  const auto never = [] { return false; };
  for (const auto& machine : machines_) machine->start();
  clients_->begin();
  faulty_ = true;
  plan_fault();
  run_until(kBegin + options_.faulty, never);
  if (over()) return {};
  end_faults();
  clients_->end();
  const bool quiet =
      run_until(agenda_.now() + options_.to_settle, [this] { return has_been_quiet(); });
  if (over()) return {};
  if (!quiet)
    wrong(fmt::format(
        "{} s after the last fault {}", options_.to_settle.micros / 1'000'000,
        clients_->are_done() ? "sagas are still under way" : "clients still wait for answers"));
  try_again();
  judge();
  return findings_;
}

// --- the judgement -----------------------------------------------------------------------------

// Now that nothing goes wrong any more, whoever orders what is there, and pays, must get it: over
// each gateway, whatever its clock says. Not at once: nodes have to find each other again,
// and to learn how far their clocks are apart.
void World::try_again() {
  constexpr int kTriesMax = 10;
  const auto gbp = [](std::int64_t minor) { return Money{minor, *Currency::parse("GBP")}; };
  for (Machine* gateway : gateways_) {
    if (!gateway->is_up()) continue;
    const std::string id = "probe-" + gateway->name();
    const auto wait = [&] { run_until(agenda_.now() + seconds(2), [] { return false; }); };
    const auto prepare = [&](const auto& wish) {
      for (int tries = 0; tries < kTriesMax; ++tries, wait())
        if (const auto heard = ask(*gateway, *wish); heard && heard->is_final()) return;
    };
    prepare(wish<Stock>(id, "r", stock::Register{"a probe", gbp(1)}, "", ""));
    prepare(wish<Stock>(id, "u", stock::Receive{ReceiptId("u"), {kTriesMax}}, "", ""));
    prepare(wish<Wallet>(id, "c", wallet::Charge{ChargeId("c"), gbp(kTriesMax)}, "", ""));
    std::string last = "nothing was heard";
    bool confirmed = false;
    for (int tries = 0; tries < kTriesMax && !confirmed; ++tries) {
      if (tries > 0) wait();
      checkout::Start start;
      start.order_id = OrderId(fmt::format("{}-{}", id, tries));
      start.customer_id = CustomerId(id);
      start.lines.push_back({Sku(id), {1}, {}});
      const auto heard =
          ask(*gateway, *wish<Checkout>(start.order_id.str(), "start", start, "", ""));
      checkout::State view;
      if (!heard || !codec::decode(heard->view, view)) continue;
      confirmed = view.phase == checkout::Phase::confirmed;
      last = fmt::format("{} {} {}", name_of(heard->outcome), heard->refusal, view.reason.code);
    }
    if (!confirmed)
      wrong(
          fmt::format("nothing goes wrong any more, and none of {} orders over {} is confirmed: {}",
                      kTriesMax, gateway->name(), last));
  }
}

// None: no answer came in time.
std::optional<Heard> World::ask(Machine& gateway, const Wish& wish) {
  auto heard = std::make_shared<std::optional<Heard>>();
  wish.ask(gateway, seconds(10), [heard](Heard one) { *heard = std::move(one); });
  run_until(agenda_.now() + seconds(15), [&] { return heard->has_value(); });
  return std::move(*heard);
}

void World::judge() {
  const ModelAnswers models = ask_read_models();  // before the machines stop
  Ledger ledger;
  for (const auto& machine : machines_) {
    if (machine->is_up()) random_.one_in(2) ? machine->stop() : machine->lose_power();
    const auto log = machine->open_log();
    for (const PartitionId partition : placement_.owned_by(machine->name()))
      ledger.add(*log, partition);
  }
  ledger.cross_check(true);
  for (std::string& finding :
       Auditor(clients_->history(), ledger, identity_, receipt_margin_).judge(models))
    wrong(std::move(finding));
}

ModelAnswers World::ask_read_models() {
  ModelAnswers answers;
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    if (!config_.nodes[i].read_models || !machines_[i]->is_up()) continue;
    for (const ModelQuery& one : kModelQueries) answers.push_back(query(*machines_[i], one.sql));
  }
  return answers;
}

std::optional<std::vector<std::string>> World::query(Machine& machine, const std::string& sql) {
  Positions ends;
  for (const auto& owner : machines_)
    for (const PartitionId partition : placement_.owned_by(owner->name()))
      if (const auto next = owner->node().log().next_offset(partition); next > 1)
        ends[partition] = next - 1;
  std::optional<gateway::ReadAnswer> answer;
  for (int tries = 0; tries < 20; ++tries) {
    auto heard = std::make_shared<std::optional<gateway::ReadAnswer>>();
    gateway::ReadRequest request;
    request.sql = sql;
    request.rows_max = 1'000'000;
    request.at_least = ends;
    request.wait = seconds(10);
    request.done = [heard](gateway::ReadAnswer one) { *heard = std::move(one); };
    machine.node().read(std::move(request));
    run_until(agenda_.now() + seconds(15), [&] { return heard->has_value(); });
    answer = std::move(*heard);
    if (answer && answer->outcome == gateway::ReadOutcome::ok) break;
    run_until(agenda_.now() + seconds(2), [] { return false; });
  }
  if (!answer || answer->outcome != gateway::ReadOutcome::ok) {
    wrong(fmt::format("{}'s read models do not answer: {}", machine.name(),
                      answer ? answer->detail : "nothing at all"));
    return std::nullopt;
  }
  std::vector<std::string> lines;
  for (const auto& row : answer->rows.rows) {
    std::string line;
    for (const SqlValue& value : row) {
      if (!line.empty()) line += ' ';
      if (const auto* number = std::get_if<std::int64_t>(&value)) line += std::to_string(*number);
      if (const auto* text = std::get_if<std::string>(&value)) line += *text;
    }
    lines.push_back(std::move(line));
  }
  std::ranges::sort(lines);
  return lines;
}

// --- for people --------------------------------------------------------------------------------

std::string World::story(const std::string& id) {
  std::string text;
  for (const auto& wish : clients_->history()) {
    if (wish->target != id) continue;
    text += fmt::format("  {} ({} times asked)\n", wish->text, wish->asks);
    for (const Heard& one : wish->heard)
      text += fmt::format("    {:9.3f} to {:9.3f} s: {} {}\n",
                          static_cast<double>((one.asked - kBegin).micros) / 1e6,
                          static_cast<double>((one.heard - kBegin).micros) / 1e6,
                          name_of(one.outcome), one.refusal);
  }
  for (const auto& machine : machines_) {
    if (machine->is_up()) continue;
    const auto log = machine->open_log();
    for (const PartitionId partition : placement_.owned_by(machine->name()))
      static_cast<void>(log->scan(partition, 1, [&](const store::RecordView& record) {
        if (record.stream == id || record.correlation_id == id)
          text += fmt::format("    {:9.3f} s {} {}/{}@{} {} {} {}{}\n",
                              static_cast<double>((record.time - kBegin).micros) / 1e6,
                              machine->name(), name_of(partition.service), partition.number,
                              record.offset, record.stream, record.command_id,
                              record.refusal != 0 ? fmt::format("refused {} ", record.refusal) : "",
                              fmt::join(tags_of(record), " "));
        return true;
      }));
  }
  return text;
}

}  // namespace souk::sim
