// A node's side of the cluster: its door for peers, and a link to each of them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "cluster/context.hpp"

namespace souk::cluster {

struct PeerAddress {
  std::string name;
  Endpoint at;
  std::vector<PartitionId> partitions;  // that it owns
};

struct ClusterOptions {
  wire::Hello self;  // all but `to`
  Endpoint listen;
  std::vector<PeerAddress> peers;
  LinkOptions link;
  std::function<wire::Status()> status;
  std::function<caf::actor(caf::event_based_actor&, ConnectionPtr)> log_giver;
};

// Made and stopped by the node's thread. The rest from any.
class Cluster {
 public:
  // The links begin to dial, and are entered into the router of `runtime`, which must not be in use
  // yet. `transport` outlives this.
  Cluster(caf::actor_system& system, core::Runtime& runtime, Transport& transport,
          ClusterOptions options);

  // Opens the door. Not before the keepers are there.
  store::Status listen();

  // The link to a peer. Null: there is no such peer.
  caf::actor link(const std::string& peer) const;

  // Whether commands of peers that begin something are turned away.
  void drain(bool on) { context_.draining = on; }
  bool draining() const { return context_.draining; }

  Board& board() { return context_.board; }

  // Says goodbye to all peers and ends the actors. Who waits for an answer of a peer gets one.
  void stop();

 private:
  caf::actor_system& system_;
  const Endpoint listen_;
  Context context_;
  caf::actor door_;
  std::map<std::string, caf::actor> links_;
};

}  // namespace souk::cluster
