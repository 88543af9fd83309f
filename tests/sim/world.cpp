#include "tests/sim/world.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "events/partitioning.hpp"

namespace souk::sim {
namespace {

constexpr Duration kTick = milliseconds(5);  // how late timers may be
constexpr Duration kClockOffMax = seconds(20);
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
    node.core.checkout_window = random_.between(seconds(3), seconds(20));
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
  const bool quiet = run_until(agenda_.now() + options_.to_settle, [this] { return is_quiet(); });
  if (over()) return {};
  if (!quiet)
    wrong(fmt::format(
        "{} s after the last fault {}", options_.to_settle.micros / 1'000'000,
        clients_->are_done() ? "sagas are still under way" : "clients still wait for answers"));
  judge();
  return findings_;
}

// --- faults ------------------------------------------------------------------------------------

void World::plan_fault() {
  agenda_.after(random_.between(milliseconds(100), seconds(4)), [this] {
    if (!faulty_) return;
    fault();
    plan_fault();
  });
}

void World::fault() {
  const Faults& may = options_.faults;
  Machine& machine = *random_.pick(machines_);
  switch (random_.below(7)) {
    case 0:
    case 1:
      if (may.kills) kill(machine);
      break;
    case 2:
      if (may.freezes) freeze(machine);
      break;
    case 3:
      if (may.cuts) cut(machine);
      break;
    case 4:
      if (may.slow_links) make_slow(machine);
      break;
    case 5:
      if (may.disks) fail_disk(machine);
      break;
    default:
      if (may.clocks) set_clock(machine);
      break;
  }
}

void World::restart_later(Machine& machine, Duration after) {
  agenda_.after(after, [this, &machine] {
    if (machine.is_up()) return;
    if (options_.faults.clocks && faulty_ && random_.one_in(4))
      machine.clock().set_ahead(random_.between(Duration{-kClockOffMax.micros}, kClockOffMax));
    machine.start();
  });
}

void World::kill(Machine& machine) {
  if (!machine.is_up() || machine.is_waiting()) return;
  switch (random_.below(3)) {
    case 0: machine.kill(); break;
    case 1: machine.lose_power(); break;
    default: machine.stop();
  }
  restart_later(machine,
                random_.between(Duration{1'000}, random_.one_in(3) ? seconds(15) : seconds(2)));
}

void World::freeze(Machine& machine) {
  if (!machine.is_up() || machine.is_frozen()) return;
  machine.freeze(true);
  agenda_.after(random_.between(milliseconds(10), random_.one_in(3) ? seconds(15) : seconds(3)),
                [&machine, run = machine.run()] {
                  if (machine.run() == run) machine.freeze(false);
                });
}

// One way, both ways to one other machine, or off from all.
void World::cut(Machine& machine) {
  const auto kind = random_.below(3);
  const std::uint16_t one = random_.pick(machines_)->port();
  for (const auto& other : machines_) {
    if (other->port() == machine.port() || (kind < 2 && other->port() != one)) continue;
    network_.way(machine.port(), other->port()).cut = true;
    if (kind > 0) network_.way(other->port(), machine.port()).cut = true;
  }
  agenda_.after(random_.between(milliseconds(100), random_.one_in(3) ? seconds(15) : seconds(4)),
                [this] { network_.heal(); });
}

void World::make_slow(Machine& machine) {
  for (const auto& other : machines_) {
    if (other->port() == machine.port() || random_.one_in(2)) continue;
    for (Way* way : {&network_.way(machine.port(), other->port()),
                     &network_.way(other->port(), machine.port())}) {
      way->delay_max = random_.between(milliseconds(5), milliseconds(1'500));
      way->lost = static_cast<unsigned>(random_.between(0, 30));
      way->doubled = static_cast<unsigned>(random_.between(0, 30));
      way->overtaken = static_cast<unsigned>(random_.between(0, 100));
    }
  }
  agenda_.after(random_.between(seconds(1), seconds(8)), [this] { network_.heal(); });
}

// It serves on without writing, until somebody starts it again.
void World::fail_disk(Machine& machine) {
  if (!machine.is_up()) return;
  store::MemoryDisk::Faults faults;
  if (random_.one_in(3)) {
    faults.capacity_bytes = 1;
  } else {
    faults.fail_sync = machine.disk().syncs() + static_cast<std::uint64_t>(random_.between(1, 3));
    if (random_.one_in(2)) faults.failed_sync = store::MemoryDisk::FailedSync::kept;
  }
  machine.disk().set_faults(faults);
  agenda_.after(random_.between(milliseconds(100), seconds(5)),
                [this, &machine, run = machine.run()] {
                  if (machine.run() != run || !faulty_) return;
                  if (machine.is_waiting()) return;  // it serves on until the faults end
                  machine.kill();
                  restart_later(machine, random_.between(milliseconds(1), seconds(1)));
                });
}

// A running node's clock does not go back (core::SystemClock sees to that).
void World::set_clock(Machine& machine) {
  machine.clock().put_forward(random_.between(milliseconds(10), seconds(5)));
}

void World::end_faults() {
  faulty_ = false;
  network_.heal();
  for (const auto& machine : machines_) {
    machine->freeze(false);
    machine->threads.held_up = 0;
    if (!machine->is_up()) {
      machine->clock().set_ahead({});
      machine->start();
    } else {
      machine->disk().set_faults({});
      if (!machine->node().not_ready().empty()) {  // its disk had failed
        machine->kill();
        machine->start();
      }
    }
  }
}

// --- the judgement -----------------------------------------------------------------------------

void World::wrong(std::string what) { findings_.push_back(std::move(what)); }

PartitionId World::partition_of(const Wish& wish) const {
  return {wish.service, partition_number(wish.target, identity_.partitions.at(wish.service))};
}

void World::judge() {
  // What the read models say, before the machines stop.
  judge_read_models_first();
  Ledger ledger;
  for (const auto& machine : machines_) {
    if (machine->is_up()) random_.one_in(2) ? machine->stop() : machine->lose_power();
    const auto log = machine->open_log();
    for (const PartitionId partition : placement_.owned_by(machine->name()))
      ledger.add(*log, partition);
  }
  ledger.cross_check(true);
  for (const std::string& finding : ledger.findings()) wrong(finding);
  judge_answers(ledger);
  judge_order_of_answers();
  judge_views(ledger);
  judge_read_models(ledger);
}

// What was acknowledged is there once, what was refused is not, and the same id has the same
// answer.
void World::judge_answers(const Ledger& ledger) {
  using gateway::Outcome;
  for (const auto& wish : clients_->history()) {
    if (wish->is_read()) continue;
    const Heard* accepted = nullptr;
    bool kept = false, refused = false, asked_for_more = false;
    for (const Heard& one : wish->heard) {
      kept |= one.outcome == Outcome::accepted || one.outcome == Outcome::pending;
      refused |= one.outcome == Outcome::refused;
      asked_for_more |= !one.is_final();
      if (one.outcome == Outcome::id_reused)
        wrong(fmt::format("{}: its id is said to have come before with another body", wish->text));
      if (one.outcome == Outcome::refused && accepted != nullptr && accepted->heard <= one.asked)
        wrong(fmt::format("{}: accepted, and later refused ({})", wish->text, one.refusal));
      if (one.outcome != Outcome::accepted) continue;
      if (accepted != nullptr && accepted->reply != one.reply)
        wrong(fmt::format("{}: two different replies to the same id", wish->text));
      if (accepted != nullptr && wish->service == Service::checkout && accepted->view != one.view)
        wrong(fmt::format("{}: two different ends of one order", wish->text));
      accepted = &one;
    }
    if (wish->effect.empty()) continue;
    const std::int64_t times = ledger.times(wish->effect);
    if (kept && times != 1)
      wrong(fmt::format("{}: acknowledged, and done {} times", wish->text, times));
    // (A campaign refuses a customer who has a coupon already, under another id.)
    if (wish->service != Service::campaign && !kept && refused && !asked_for_more &&
        wish->asks == static_cast<int>(wish->heard.size()) && times != 0)
      wrong(fmt::format("{}: refused, and done", wish->text));
    if (accepted == nullptr || wish->service != Service::checkout) continue;
    checkout::State view;
    if (!codec::decode(accepted->view, view)) {
      wrong(fmt::format("{}: an answer that cannot be read", wish->text));
      continue;
    }
    const bool confirmed = view.phase == checkout::Phase::confirmed;
    if (!confirmed && view.phase != checkout::Phase::cancelled)
      wrong(fmt::format("{}: answered before its end", wish->text));
    if (ledger.times("confirmed " + wish->target) != (confirmed ? 1 : 0))
      wrong(fmt::format("{}: it was {}, and the log says otherwise", wish->text,
                        confirmed ? "confirmed" : "cancelled"));
  }
}

// Each aggregate is linearizable: all its records stand in one order, and whoever asks after
// somebody has heard an answer hears of no earlier moment.
void World::judge_order_of_answers() {
  std::map<std::pair<Service, std::string>, std::vector<std::pair<const Heard*, std::uint64_t>>>
      all;
  for (const auto& wish : clients_->history())
    for (const Heard& one : wish->heard)
      if (const auto at = one.positions.find(partition_of(*wish));
          one.is_final() && at != one.positions.end())
        all[{wish->service, wish->target}].emplace_back(&one, at->second);
  for (const auto& [key, answers] : all) {
    std::uint64_t at = 0, then = 0;
    for (const auto& [earlier, earlier_at] : answers)
      for (const auto& [later, later_at] : answers)
        if (earlier->heard < later->asked && later_at < earlier_at)
          at = earlier_at, then = later_at;
    if (at > 0)
      wrong(fmt::format("{}/{}: an answer of offset {} was heard, and later one of offset {}",
                        souk::name_of(key.first), key.second, at, then));
  }
}

// The largest offset that anybody had heard of the aggregate before this was asked.
std::uint64_t World::known_before(const Wish& about, const Heard& asked) const {
  std::uint64_t known = 0;
  for (const auto& wish : clients_->history()) {
    if (wish->service != about.service || wish->target != about.target) continue;
    for (const Heard& one : wish->heard)
      if (const auto at = one.positions.find(partition_of(about));
          one.is_final() && one.heard < asked.asked && at != one.positions.end())
        known = std::max(known, at->second);
  }
  return known;
}

// What clients were shown was what the records say at some moment between the last answer that
// anybody had heard before and the offset that the answer names: so it was durable, and not old.
// (The offset is the last of the group that was written together, and may be a little later than
// what was shown.)
void World::judge_views(const Ledger& ledger) {
  for (const auto& wish : clients_->history()) {
    if (wish->service != Service::stock && wish->service != Service::wallet) continue;
    for (const Heard& one : wish->heard) {
      const auto at = one.positions.find(partition_of(*wish));
      if (!one.is_final() || one.view.empty() || at == one.positions.end()) continue;
      Figures seen;
      if (wish->service == Service::stock) {
        stock::State view;
        if (!codec::decode(one.view, view)) continue;
        seen = {view.received.value, view.available.value, view.held.value, view.sold.value,
                view.returned.value};
      } else {
        wallet::State view;
        if (!codec::decode(one.view, view)) continue;
        seen = {view.charged_minor, view.balance_minor, view.held_minor, view.settled_minor,
                view.refunded_minor};
      }
      if (at->second > ledger.end(partition_of(*wish)))
        wrong(fmt::format("{}: shown as of offset {}, which the log does not have", wish->text,
                          at->second));
      else if (!ledger.were(wish->service, wish->target, seen, known_before(*wish, one),
                            at->second))
        wrong(fmt::format("{}: shown {} {} {} {} {} as of offset {}, and the records say otherwise",
                          wish->text, seen.in, seen.free, seen.held, seen.out, seen.back,
                          at->second));
    }
  }
}

// --- read models -------------------------------------------------------------------------------

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

void World::judge_read_models_first() {
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    if (!config_.nodes[i].read_models || !machines_[i]->is_up()) continue;
    Machine& machine = *machines_[i];
    shown_ = {
        query(machine, "SELECT sku, received, available, held, sold, returned FROM stock_levels"),
        query(machine,
              "SELECT wallet_id, charged_minor, balance_minor, held_minor, spent_minor, "
              "refunded_minor FROM wallets"),
        query(machine, "SELECT order_id, status FROM orders"),
        query(machine, "SELECT coupon_id, status FROM coupons"),
        query(machine, "SELECT stream, reason FROM parked_records")};
  }
}

void World::judge_read_models(const Ledger& ledger) {
  if (shown_.empty()) return;
  const auto figures = [](const std::string& id, const Figures& f) {
    return fmt::format("{} {} {} {} {} {}", id, f.in, f.free, f.held, f.out, f.back);
  };
  std::vector<std::vector<std::string>> expected(5);
  for (const Service service : {Service::stock, Service::wallet})
    for (const std::string& id : ledger.streams(service))
      if (const Figures f = ledger.at(service, id, UINT64_MAX);
          service == Service::stock ? ledger.times("registered " + id) > 0 : f.in > 0)
        expected[service == Service::stock ? 0 : 1].push_back(figures(id, f));
  for (const auto& [id, order] : ledger.orders())
    expected[2].push_back(id + (order.confirmed   ? " CONFIRMED"
                                : order.cancelled ? " CANCELLED"
                                                  : " PLACED"));
  for (const auto& [id, coupon] : ledger.coupons()) {
    using State = Ledger::Coupon::State;
    if (coupon.state != State::none)
      expected[3].push_back(id + (coupon.state == State::used     ? " USED"
                                  : coupon.state == State::held   ? " HELD"
                                  : coupon.state == State::lapsed ? " LAPSED"
                                                                  : " GRANTED"));
  }
  const char* const names[] = {"stock_levels", "wallets", "orders", "coupons", "parked_records"};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (!shown_[i]) continue;
    std::ranges::sort(expected[i]);
    std::vector<std::string> missing, surplus;
    std::ranges::set_difference(expected[i], *shown_[i], std::back_inserter(missing));
    std::ranges::set_difference(*shown_[i], expected[i], std::back_inserter(surplus));
    if (!missing.empty() || !surplus.empty())
      wrong(fmt::format("the read models' {} are not what the log says; missing: {}; instead: {}",
                        names[i], missing.empty() ? "-" : missing.front(),
                        surplus.empty() ? "-" : surplus.front()));
  }
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
