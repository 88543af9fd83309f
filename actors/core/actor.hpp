// What all actors of a node have in common: what becomes of what nobody has foreseen.
//
// CAF answers a message that its receiver does not know with an error, and whoever is sent an error
// ends: a mistake in one actor would end another one, and all that hangs on it. Here such a message
// is dropped, as if it had been lost, and the log says so.
//
// An exception ends its actor. Most are replaced when they are next needed, from the log (hosts) or
// by a new connection (sessions). A node that has lost one that is not (a keeper, the writer) would
// go on, deaf on one ear; instead it ends as a whole, and its next start recovers.
#pragma once

#include <string>

#include <caf/all.hpp>

namespace souk::core {

// What an exception in an actor ends.
enum class Failure : bool { ends_actor, ends_node };

class Actor : public caf::event_based_actor {
 public:
  // Who it is, for people.
  virtual std::string described() const { return name(); }

 protected:
  Actor(caf::actor_config& config, Failure failure);

  // What its behavior does not know is dropped, as at the start; or it waits for a behavior that
  // does.
  void drop_unknown();
  void keep_unknown() { set_default_handler(caf::skip); }

 private:
  void log_unknown(const caf::message_view& message);

  bool logged_unknown_ = false;
};

}  // namespace souk::core
