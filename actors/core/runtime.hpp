// What every actor of a node shares: the log, the clock, the way to other aggregates, the tunables.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <caf/all.hpp>

#include "actors/core/clock.hpp"
#include "actors/core/ends.hpp"
#include "actors/core/log_source.hpp"
#include "actors/core/messages.hpp"
#include "actors/core/rarely.hpp"
#include "actors/core/remote.hpp"
#include "events/service.hpp"
#include "store/log.hpp"

namespace souk::core {

struct Options {
  std::size_t live_aggregates_max =
      100'000;                        // in the node; the least recently used idle ones leave memory
  Duration idle_after = seconds(60);  // an aggregate that nobody asked for so long leaves memory
  std::uint64_t snapshot_records_min =
      1'000;  // a snapshot at most every so many records of a stream
  std::uint64_t snapshot_walk_min =
      16;  // leaving memory, no snapshot if fewer records have to be walked
  Duration receipt_margin =
      seconds(60);  // receipts outlive their deadline by this: the clocks' skew
  Duration checkout_window = seconds(30);  // how long an order may take before it is turned back
  bool log_commands = true;                // records carry the command as it came
};

// Where commands go: to the keeper of a partition of this node, or to the link to the node that
// owns it. Filled once at start, before any command is sent; then read-only and thread-safe.
class Router {
 public:
  // How many partitions a service has. Before `set_keeper` and `set_link`.
  void set_partitions(Service service, std::uint16_t count) {
    routes_[static_cast<std::size_t>(service)].resize(count);
  }
  void set_keeper(PartitionId partition, caf::actor keeper) {
    route(partition).keeper = std::move(keeper);
  }
  // `link` takes RemoteCommand.
  void set_link(PartitionId partition, caf::actor link) { route(partition).link = std::move(link); }

  std::uint16_t partitions(Service service) const {
    return static_cast<std::uint16_t>(routes_[static_cast<std::size_t>(service)].size());
  }
  PartitionId partition_of(Service service, std::string_view id) const;

  // Null: the partition is another node's.
  const caf::actor& keeper(PartitionId partition) const { return route(partition).keeper; }
  bool is_here(PartitionId partition) const { return keeper(partition) != nullptr; }

  template <class A>
  void send(Envelope<A> envelope) const {
    const PartitionId partition = partition_of(A::kService, envelope.target);
    const Route& to = route(partition);
    if (to.keeper)
      caf::anon_send(to.keeper, std::move(envelope));
    else
      caf::anon_send(to.link, to_remote(partition, envelope));
  }

  // Calls `f(partition, keeper)` for every partition of this node.
  template <class F>
  void for_each_keeper(F&& f) const {
    for (const Service service : kServices)
      for (std::uint16_t number = 0; number < partitions(service); ++number)
        if (const PartitionId partition{service, number}; is_here(partition))
          f(partition, keeper(partition));
  }

  // Breaks the cycle of handles at the node's stop.
  void clear() {
    for (auto& routes : routes_)
      for (Route& route : routes) route = {};
  }

 private:
  struct Route {
    caf::actor keeper;  // exactly one of the two is set
    caf::actor link;
  };
  const Route& route(PartitionId partition) const {
    return routes_[static_cast<std::size_t>(partition.service)].at(partition.number);
  }
  Route& route(PartitionId partition) {
    return routes_[static_cast<std::size_t>(partition.service)].at(partition.number);
  }
  std::array<std::vector<Route>, 16> routes_;
};

// What a node has in hand. Any thread.
struct Counters {
  std::atomic<std::int64_t> live{0};        // aggregates in memory
  std::atomic<std::int64_t> open_sagas{0};  // of them: sagas with work left
  std::atomic<std::int64_t> from_peers{0};  // commands of other nodes that are not answered yet
};

// Owned by the node; outlives every actor that has a reference.
struct Runtime {
  store::Log& log;
  const Clock& clock;
  Options options;
  Router router;
  caf::actor writer;
  std::vector<caf::actor> loaders;
  caf::actor feed;  // null: none. Set before the writer is asked for anything
  // Set by the feed while somebody waits in it. The writer clears it when it tells the feed that
  // something has become durable.
  mutable std::atomic<bool> feed_waits{false};
  // What the read models are made of, and who tells them of news; null: the feed. In a cluster both
  // cover the partitions of all nodes. Set before the read models start.
  LocalSource own_log{log};
  const LogSource* source = &own_log;
  caf::actor models_feed{};

  const caf::actor& feed_of_models() const { return models_feed ? models_feed : feed; }
  std::shared_ptr<Ends> ends;  // of other nodes' partitions
  mutable Counters counters;
  mutable Rarely deadlines_passed, steps_unanswered;  // log lines

  // The offset that the partition's next record will get, as far as is known here; 0: it is another
  // node's, which has not said.
  store::Offset next_offset(PartitionId partition) const {
    return router.is_here(partition) || !ends ? log.next_offset(partition)
                                              : ends->next_offset(partition);
  }

  const caf::actor& loader_for(PartitionId partition) const {
    return loaders[partition.number % loaders.size()];
  }
};

}  // namespace souk::core
