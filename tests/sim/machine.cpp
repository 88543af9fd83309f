#include "tests/sim/machine.hpp"

#include <algorithm>
#include <stdexcept>

#include <spdlog/spdlog.h>

#include "actors/core/saga_host.hpp"
#include "cluster/dispatch.hpp"

namespace souk::sim {
namespace {

caf::scheduler::test_coordinator& coordinator_of(caf::actor_system& system) {
  return dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
}

// Null: it is another actor.
template <class... A>
caf::scheduled_actor* host_of(caf::resumable* job, cluster::Types<A...>) {
  const bool is_host = ((dynamic_cast<core::Host<A>*>(job) != nullptr) || ...);
  return is_host ? dynamic_cast<caf::scheduled_actor*>(job) : nullptr;
}

void run_all(caf::actor_system& system) {
  auto& coordinator = coordinator_of(system);
  while (coordinator.has_job()) coordinator.run_once();
}

}  // namespace

Machine::Machine(Agenda& agenda, Network& network, Random& random, std::uint16_t port,
                 node::NodeOptions options, store::Identity identity, Wait wait)
    : agenda_(agenda),
      random_(random),
      port_(port),
      options_(std::move(options)),
      identity_(std::move(identity)),
      clock_(agenda),
      transport_(network, port) {
  // So that heads are saved now and then, and what is read has to come from the disk.
  log_options_.dirty_heads_max = random_.below(100);
  log_options_.heads_lag_max = random_.below(500);
  if (random_.one_in(2)) log_options_.tail_bytes_max = random_.below(20'000);
  log_options_.warn = [this](const std::string& warning) {
    spdlog::warn("{}: {}", name(), warning);
  };
  options_.transport = &transport_;
  options_.drive =
      core::Drive{run_all, [this, wait = std::move(wait)](const auto& until, Duration max) {
                    if (ending_) return;
                    ++waiting_;
                    wait(*this, until, max);
                    --waiting_;
                  }};
}

Machine::~Machine() {
  if (is_up()) lose_power();
}

caf::scheduler::test_coordinator& Machine::coordinator() { return coordinator_of(node_->system()); }

std::unique_ptr<store::Log> Machine::open_log() {
  auto log = store::Log::open(std::make_unique<store::MemoryKv>(disk_), identity_, log_options_);
  if (!log.ok()) throw std::runtime_error(name() + ": " + log.status().message());
  return std::move(*log);
}

void Machine::start() {
  disk_->set_faults({});
  frozen_ = ending_ = false;
  has_seen_rot_ = rotten_;
  missed_ = {};
  doomed_ = 0;
  ++run_;
  node_ = std::make_unique<node::Node>(open_log(), clock_, options_);
  if (const auto status = node_->join(); !status.ok())
    throw std::runtime_error(name() + ": " + status.message());
}

void Machine::rot(store::Column column, const std::string& key, std::optional<std::uint64_t> bit) {
  rotten_ |= disk_->rot(column, key, bit);
  has_seen_rot_ |= rotten_;
}

void Machine::kill() {
  ending_ = true;
  transport_.stop();
  disk_->crash();  // from here on the node's writes fail, as if it wrote no more
  end();
}

void Machine::lose_power() {
  ending_ = true;
  transport_.vanish();
  disk_->crash();
  end();
}

void Machine::stop() {
  ending_ = true;
  frozen_ = false;
  node_->begin_drain();
  ++run_;
  node_->stop();
  transport_.stop();
  end();
}

void Machine::end() {
  ++run_;
  held_up_.clear();
  node_.reset();
}

bool Machine::has_work() {
  if (!is_up() || frozen_) return false;
  const auto& jobs = coordinator().jobs;
  if (held_up_.empty()) return !jobs.empty();
  std::erase_if(held_up_, [&](const auto& one) { return one.second <= agenda_.now(); });
  return std::ranges::any_of(jobs, [&](caf::resumable* job) { return !held_up_.contains(job); });
}

std::uint64_t Machine::work() {
  auto& jobs = coordinator().jobs;
  std::size_t turn = random_.percent(threads.disorder) ? random_.below(jobs.size()) : 0;
  while (held_up_.contains(jobs[turn])) turn = (turn + 1) % jobs.size();
  const std::uint64_t trace = (turn << 32) | jobs.size();
  if (random_.below(10'000) < threads.held_up) {
    held_up_[jobs[turn]] = agenda_.now() + random_.between(Duration{1}, threads.held_up_max);
    return trace;
  }
  if (doomed_ > 0 && random_.one_in(10))
    if (auto* host = host_of(jobs[turn], cluster::Aggregates{})) {
      --doomed_;
      caf::anon_send_exit(host->address(), caf::exit_reason::kill);
    }
  std::rotate(jobs.begin(), jobs.begin() + static_cast<std::ptrdiff_t>(turn),
              jobs.begin() + static_cast<std::ptrdiff_t>(turn) + 1);
  coordinator().run_once();
  return trace;
}

void Machine::pass(Duration time) {
  if (!is_up()) return;
  missed_.micros += time.micros;
  if (frozen_) return;
  coordinator().advance_time(std::chrono::microseconds(std::exchange(missed_, {}).micros));
}

}  // namespace souk::sim
