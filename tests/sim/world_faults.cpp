// What goes wrong in a world, and how it is mended in the end.
#include <algorithm>
#include <array>
#include <utility>

#include "store/batch.hpp"
#include "tests/sim/world.hpp"

namespace souk::sim {
namespace {

constexpr Duration kClockOffMax = seconds(20);

}  // namespace

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
  switch (random_.below(9)) {
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
    case 6:
      if (may.rot) rot(machine);
      break;
    case 7:
      if (may.actors) machine.end_aggregates(static_cast<int>(random_.between(1, 30)));
      break;
    default:
      if (clocks_differ_) set_clock(machine);
      break;
  }
}

void World::restart_later(Machine& machine, Duration after) {
  agenda_.after(after, [this, &machine] {
    if (machine.is_up()) return;
    if (clocks_differ_ && faulty_ && random_.one_in(4))
      machine.clock().set_ahead(random_.between(Duration{-kClockOffMax.micros}, kClockOffMax));
    machine.start();
  });
}

// Now and then for longer than an order may take.
Duration World::down_for() {
  return random_.between(milliseconds(1), random_.one_in(3) ? seconds(25) : seconds(2));
}

void World::kill(Machine& machine) {
  if (!machine.is_up() || machine.is_waiting()) return;
  switch (random_.below(3)) {
    case 0: machine.kill(); break;
    case 1: machine.lose_power(); break;
    default: machine.stop();
  }
  restart_later(machine, down_for());
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
      way->lost = static_cast<unsigned>(random_.between(0, random_.one_in(4) ? 300 : 30));
      way->doubled = static_cast<unsigned>(random_.between(0, 300));
      way->overtaken = static_cast<unsigned>(random_.between(0, 1'000));
      way->strays = static_cast<unsigned>(random_.between(0, random_.one_in(3) ? 200 : 0));
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
    using FailedSync = store::MemoryDisk::FailedSync;
    faults.failed_sync =
        std::array{FailedSync::gone, FailedSync::kept, FailedSync::torn}[random_.below(3)];
    faults.torn_at = random_.below(1'000'000);
  }
  machine.disk().set_faults(faults);
  agenda_.after(random_.between(milliseconds(100), seconds(5)),
                [this, &machine, run = machine.run()] {
                  if (machine.run() != run || !faulty_) return;
                  if (machine.is_waiting()) return;  // it serves on until the faults end
                  machine.kill();
                  restart_later(machine, down_for());
                });
}

// Batches, snapshots and saved ends, read wrong or not at all until an operator restores them. Not
// the very last write, which looks like one that was torn (store/FORMAT.md says what a start
// believes), and not what the whole directory needs.
void World::rot(Machine& machine) {
  const auto column = random_.one_in(2)   ? store::Column::log
                      : random_.one_in(2) ? store::Column::snapshots
                                          : store::Column::heads;
  const auto contents = machine.disk().contents(column);
  std::uint64_t newest = 0;
  if (column == store::Column::log)
    for (const auto& [key, value] : contents)
      newest = std::max(newest, store::BatchView::claimed_group(value));
  const auto spared = static_cast<std::size_t>(random_.between(1, 30));  // of so many, one goes bad
  for (const auto& [key, value] : contents) {
    if (!random_.one_in(spared)) continue;
    if (column == store::Column::log && store::BatchView::claimed_group(value) >= newest) continue;
    const auto bit = random_.below(UINT64_C(1) << 32);
    machine.rot(column, key, random_.one_in(3) ? std::nullopt : std::optional(bit));
  }
  if (machine.is_up() && !machine.is_waiting() && random_.one_in(2)) {  // which reads much of it
    machine.kill();
    restart_later(machine, random_.between(milliseconds(1), milliseconds(100)));
  }
  agenda_.after(random_.between(milliseconds(100), seconds(8)), [this, &machine] {
    if (!faulty_ || machine.is_waiting()) return;  // it is mended when the faults end
    machine.heal();
    if (!machine.is_up()) return;
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
    machine->heal();
    machine->end_aggregates(0);
    machine->threads.held_up = 0;
    if (!machine->is_up()) {
      machine->clock().set_ahead({});
      machine->start();
    } else {
      machine->disk().set_faults({});
      if (!machine->node().not_ready().empty() || machine->has_seen_rot()) {  // its disk had failed
        machine->kill();
        machine->start();
      }
    }
  }
}

}  // namespace souk::sim
