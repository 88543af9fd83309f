#include "actors/core/threads.hpp"

#include "actors/core/messages.hpp"

namespace souk::core {

caf::behavior Loader::make_behavior() {
  return {
      [](Job& job) { job.run(); },
  };
}

const Drive* drive_of(caf::actor_system& system) {
  const auto* config = dynamic_cast<const SystemConfig*>(&system.config());
  return config == nullptr || !config->drive ? nullptr : &*config->drive;
}

caf::actor spawn_loader(caf::actor_system& system) { return spawn_with_thread<Loader>(system); }

void end(caf::actor_system& system, const caf::actor& actor, const caf::message& how) {
  caf::scoped_actor self{system};
  self->send(actor, how);
  if (const Drive* drive = drive_of(system))
    drive->run(system);
  else
    self->wait_for(actor);
}

void end(caf::actor_system& system, const caf::actor& actor) {
  end(system, actor,
      caf::make_message(caf::exit_msg{actor.address(), caf::exit_reason::user_shutdown}));
}

}  // namespace souk::core
