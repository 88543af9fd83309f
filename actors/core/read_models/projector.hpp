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
// In a cluster the records of other nodes come the same way. What is not known of a node that has
// not been heard is not taken for anything: a start waits a few seconds to hear all of them before
// it builds, and later takes what there is. Nobody who reads waits for a node that is away.
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
#include <vector>

#include <caf/all.hpp>

#include "actors/core/actor.hpp"
#include "actors/core/feed.hpp"
#include "actors/core/read_models/messages.hpp"
#include "actors/core/read_models/serving.hpp"
#include "actors/core/runtime.hpp"
#include "actors/history/generations.hpp"

namespace souk::core {

using history::Generations;

class Projector : public Actor {
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
    Reply<bool, const Positions&> done;
  };
  // A message to itself that is under way. A sooner one takes its place: the serial tells them
  // apart.
  struct Alarm {
    Time at;  // not set: there is none
    std::uint64_t serial = 0;
  };

  // --- following the log
  Models* active() const;  // the models that pages go to: the new ones, once a rebuild hands over
  void pull();
  void pull_after(Duration wait);
  void pull_now();
  void take(Page& page);
  store::Status apply(const Page& page);
  void trouble(const store::Status& status);
  void failed(PartitionId partition, const store::Status& why);
  void set_aside(PartitionId partition, const store::Status& why);

  // --- the start, and rebuilds (projector_rebuild.cpp)
  void start();
  void start_later();
  store::Status open_live(std::uint64_t generation);
  store::Status create_live();
  bool listens_for_nodes();
  bool log_is_empty() const;
  bool fits_log(const Models& models) const;
  void build_from_another_log(PartitionId partition);
  store::Status start_build(BulkLoad bulk = BulkLoad::yes);
  store::Status take_over_skips(Models& models) const;
  void built(Built& built);
  void build_slowly(const store::Status& why);
  void progress(const BuildProgress& progress);
  void try_to_switch();
  bool comes_closer(const Positions& wanted, const Positions& reached);
  void switch_over();
  void make_switch_last();
  void end_build(const std::string& failure);
  void sweep();
  ModelsOptions models_options() const;

  // --- those who ask
  void wait_for(WaitForPosition& request);
  void answer_waiters(Time now);
  Positions readable() const;
  read_models::Info info();
  Duration behind(const read_models::PartitionLag& lag, Time now);
  std::vector<read_models::PartitionLag> lags(Time now);
  void note_missing(Time now);
  void settle(SettleParked& request);
  store::Status settled(const SettleParked& request);

  const Runtime& runtime_;
  const LogSource& log_;
  std::vector<PartitionId> partitions_;
  bool has_remote_ = false;  // some of them are other nodes'
  const std::string data_;
  const std::shared_ptr<Serving> serving_;
  const std::shared_ptr<const std::atomic<bool>> cancelled_;
  std::optional<Generations> generations_;

  Generation live_;  // models null: there are none of today's version yet
  Generation next_;  // models set: taken over from the builder, on its way to become live_
  // Replaced ones, which readers may have open. They are kept open here, too: the last one to close
  // a file would lock out those who open it at that moment.
  struct Replaced {
    Generation generation;
    Time at;
  };
  std::vector<Replaced> replaced_;
  Generation building_;  // number != 0: the builder is at work on it
  BulkLoad building_bulk_ = BulkLoad::yes;
  caf::actor builder_;
  std::optional<read_models::Rebuild> rebuild_;
  Time logged_at_;           // progress of the rebuild
  std::string older_;        // file of what was found at the start, and cannot be gone on with
  Duration start_again_{0};  // after a start that failed; grows
  Time listening_since_;     // for other nodes; not set: it has not begun
  bool listening_ = false;

  // While the new models are brought up to the live ones: how many records are missing, and when
  // they last became fewer.
  std::uint64_t missing_ = 0;
  Time closer_at_;

  // Partitions of which the log cannot be read, and when that is tried again. The others go on.
  struct Unreadable {
    std::string why;
    Time again_at;
  };
  std::map<PartitionId, Unreadable> unreadable_;
  // Of other nodes' partitions: since when it is known that there is a record that is missing here.
  struct Missing {
    store::Offset offset = store::kNoOffset;
    Time since;
  };
  std::map<PartitionId, Missing> missing_since_;
  Time missing_noted_at_;
  std::string trouble_;      // why the models cannot be kept up, if they cannot
  Duration retry_after_{0};  // grows while the trouble lasts
  std::uint64_t token_ = 0;  // of the pull that is under way
  bool pulling_ = false;
  Alarm next_pull_;
  std::list<Waiter> waiters_;
  Alarm tick_;  // when the first of them has waited long enough
};

}  // namespace souk::core
