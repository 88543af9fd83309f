// The projector of a node: keeps the read models up with the log.
//
//   pull from the feed -> apply -> commit -> wait a little -> pull ...
//
// It waits in proportion to what the last round cost, so that a busy node writes many changes of a
// row as one, and an idle one has no delay; somebody who waits for a position is not made to wait.
//
// A rebuild runs beside it (builder.hpp). When little is left the projector takes the new file,
// brings it to where the live one is, and makes it the one that readers open. If anything fails on
// the way the new file goes, and the live one stays.
//
// Detached: SQLite may wait for the disk. Nothing here can hold up or fail a command: if the models
// cannot be written, they lag, say why, and try again.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <caf/all.hpp>

#include "actors/core/feed.hpp"
#include "actors/core/read_models/generations.hpp"
#include "actors/core/read_models/messages.hpp"
#include "actors/core/read_models/serving.hpp"
#include "actors/core/runtime.hpp"

namespace souk::core {

class Projector : public caf::event_based_actor {
 public:
  // `data` is the data directory. `cancelled` is set by whoever stops the node, before it asks this
  // actor to stop.
  Projector(caf::actor_config& config, const Runtime& runtime, std::string data,
            std::shared_ptr<Serving> serving, std::shared_ptr<const std::atomic<bool>> cancelled);
  caf::behavior make_behavior() override;
  void on_exit() override;

 private:
  // A file, and which generation it is.
  struct Generation {
    std::uint64_t number = 0;
    std::shared_ptr<Models> models;
  };
  struct Waiter {
    Positions wanted;
    Time until;
    std::function<void(bool, const Positions&)> done;
  };

  // --- following the log
  Models* active() const;  // the models that pages go to: the new ones, once a rebuild hands over
  void pull();
  void pull_after(Duration wait);
  void take(Page& page);
  store::Status apply(const Page& page);
  void trouble(const store::Status& status);
  void set_aside(PartitionId partition, const store::Status& why);

  // --- the start, and rebuilds (projector_rebuild.cpp)
  void start();
  store::Status open_live(std::uint64_t generation);
  store::Status create_live();
  bool log_is_empty() const;
  bool fits_log(const Models& models) const;
  store::Status start_build();
  void built(Built& built);
  void progress(const BuildProgress& progress);
  bool caught_up() const;
  void switch_over();
  void end_build(const std::string& failure);
  void sweep();
  ModelsOptions models_options() const;

  // --- those who ask
  void wait_for(WaitForPosition& request);
  void answer_waiters(Time now);
  Positions readable() const;
  read_models::Info info();
  Duration behind(const read_models::PartitionLag& lag, Time now) const;
  void settle(SettleParked& request);

  const Runtime& runtime_;
  const std::string data_;
  const std::shared_ptr<Serving> serving_;
  const std::shared_ptr<const std::atomic<bool>> cancelled_;
  std::optional<Generations> generations_;

  Generation live_;      // models null: there are none of today's version yet
  Generation next_;      // models set: taken over from the builder, on its way to become live_
  Generation building_;  // number != 0: the builder is at work on it
  caf::actor builder_;
  std::optional<read_models::Rebuild> rebuild_;
  Time logged_at_;  // progress of the rebuild

  // Partitions of which the log cannot be read, and when that is tried again. The others go on.
  struct Unreadable {
    std::string why;
    Time again_at;
  };
  std::map<PartitionId, Unreadable> unreadable_;
  std::string trouble_;      // why the models cannot be kept up, if they cannot
  Duration retry_after_{0};  // grows while the trouble lasts
  std::uint64_t token_ = 0;  // of the pull that is under way
  bool pulling_ = false;
  bool pull_sent_ = false;  // a pull_atom is on its way
  std::list<Waiter> waiters_;
  Time tick_at_;  // when the next tick for them comes; not set: none is under way
};

}  // namespace souk::core
