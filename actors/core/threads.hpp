// On which threads the actors of a node run.
//
// Those that may wait for the disk have a thread each, and the others share CAF's. In a simulation
// all of them run on one thread, in an order that it chooses: then no thread is started, and
// whoever waits for an actor has the others run meanwhile.
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include <caf/all.hpp>

#include "actors/core/actor.hpp"
#include "events/ids.hpp"

namespace souk::core {

// What a simulation does for a system that has no threads.
struct Drive {
  // Runs the system's actors until none of them has anything to do.
  std::function<void(caf::actor_system&)> run;
  // Lets time pass, and everybody else run, until `until` says so, or at most so long. For an actor
  // that waits in the middle of a message.
  std::function<void(const std::function<bool()>& until, Duration max)> wait;
};

class SystemConfig : public caf::actor_system_config {
 public:
  std::optional<Drive> drive;  // none: there are threads
};

// Null: the system has threads.
const Drive* drive_of(caf::actor_system& system);

inline bool has_threads(caf::actor_system& system) { return drive_of(system) == nullptr; }

// Spawns an actor that may wait for the disk.
template <class Actor, class... Arguments>
caf::actor spawn_with_thread(caf::actor_system& system, Arguments&&... arguments) {
  if (has_threads(system))
    return system.spawn<Actor, caf::detached>(std::forward<Arguments>(arguments)...);
  return system.spawn<Actor>(std::forward<Arguments>(arguments)...);
}

// Runs jobs: takes Job.
class Loader final : public Actor {
 public:
  explicit Loader(caf::actor_config& config) : Actor(config, Failure::ends_node) {}
  caf::behavior make_behavior() override;
  const char* name() const override { return "souk.loader"; }
};

// Spawns one for jobs that may wait for the disk.
caf::actor spawn_loader(caf::actor_system& system);

// Sends `how`, which makes the actor end, and waits until it has ended. Not from an actor.
void end(caf::actor_system& system, const caf::actor& actor, const caf::message& how);

// The same for an actor that ends like any other.
void end(caf::actor_system& system, const caf::actor& actor);

}  // namespace souk::core
