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
#include "actors/core/log_source.hpp"
#include "actors/core/messages.hpp"
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

// Where commands go. Filled once at start, before any command is sent; then read-only and
// thread-safe.
class Router {
 public:
  // The keepers of one service, by partition number.
  void set(Service service, std::vector<caf::actor> keepers) {
    keepers_[static_cast<std::size_t>(service)] = std::move(keepers);
  }

  PartitionId partition_of(Service service, std::string_view id) const;

  template <class A>
  void send(Envelope<A> envelope) const {
    const PartitionId partition = partition_of(A::kService, envelope.target);
    caf::anon_send(keepers_[static_cast<std::size_t>(A::kService)][partition.number],
                   std::move(envelope));
  }

  const std::vector<caf::actor>& keepers(Service service) const {
    return keepers_[static_cast<std::size_t>(service)];
  }

  // Breaks the cycle of handles at the node's stop.
  void clear() {
    for (auto& keepers : keepers_) keepers.clear();
  }

 private:
  std::array<std::vector<caf::actor>, 16> keepers_;
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

  const caf::actor& loader_for(PartitionId partition) const {
    return loaders[partition.number % loaders.size()];
  }
};

}  // namespace souk::core
