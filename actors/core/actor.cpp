#include "actors/core/actor.hpp"

#include <cstdlib>
#include <exception>
#include <utility>

#include <spdlog/spdlog.h>

namespace souk::core {
namespace {

// Of a message, in the log.
constexpr std::size_t kShownMax = 200;

// CAF hands its handlers the actor that they were set for. They hold nothing themselves: there may
// be a hundred thousand actors.
Actor& actor(caf::scheduled_actor* self) { return static_cast<Actor&>(*self); }

std::string what(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

void go_on(caf::scheduled_actor* self, caf::error& error) {
  spdlog::error("{} was sent an error, and goes on: {}", actor(self).described(),
                caf::to_string(error));
}

caf::error end_actor(caf::scheduled_actor* self, std::exception_ptr& thrown) {
  spdlog::error("{} has failed and ends: {}", actor(self).described(), what(thrown));
  return caf::sec::runtime_error;
}

caf::error end_node(caf::scheduled_actor* self, std::exception_ptr& thrown) {
  spdlog::critical("{} has failed, and the node cannot do without: it ends. ({})",
                   actor(self).described(), what(thrown));
  spdlog::default_logger()->flush();
  std::abort();
}

}  // namespace

Actor::Actor(caf::actor_config& config, Failure failure) : caf::event_based_actor(config) {
  drop_unknown();
  set_error_handler(error_handler(go_on));
  set_exception_handler(exception_handler(failure == Failure::ends_node ? end_node : end_actor));
}

void Actor::drop_unknown() {
  set_default_handler([](caf::scheduled_actor* self, caf::message_view& message) {
    actor(self).log_unknown(message);
    return caf::result<caf::message>(caf::message());  // nothing: not even an error
  });
}

// The first one only: they come in crowds.
void Actor::log_unknown(const caf::message_view& message) {
  if (std::exchange(logged_unknown_, true)) return;
  spdlog::error("{} was sent what it does not know, and dropped it: {}", described(),
                caf::to_string(message.content()).substr(0, kShownMax));
}

}  // namespace souk::core
