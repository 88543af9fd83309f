#include "cluster/cluster.hpp"

#include <algorithm>
#include <utility>

#include "actors/core/threads.hpp"
#include "cluster/link.hpp"
#include "cluster/session.hpp"

namespace souk::cluster {
namespace {

// "stock/0-3,7"
std::string to_text(std::vector<PartitionId> partitions) {
  std::ranges::sort(partitions);
  std::string text;
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    const auto follows = [&](std::size_t at) {
      return at > 0 && at < partitions.size() &&
             partitions[at].service == partitions[at - 1].service &&
             partitions[at].number == partitions[at - 1].number + 1;
    };
    const bool same_service = i > 0 && partitions[i].service == partitions[i - 1].service;
    if (follows(i) && follows(i + 1)) continue;
    if (follows(i))
      text += '-';
    else if (same_service)
      text += ',';
    else
      text.append(i > 0 ? ", " : "").append(name_of(partitions[i].service)).append(1, '/');
    text += std::to_string(partitions[i].number);
  }
  return text;
}

}  // namespace

Cluster::Cluster(caf::actor_system& system, core::Runtime& runtime, Transport& transport,
                 ClusterOptions options)
    : system_(system),
      listen_(std::move(options.listen)),
      context_{runtime,
               transport,
               options.link,
               std::move(options.self),
               std::move(options.status),
               std::move(options.log_giver),
               {},
               {}} {
  for (PeerAddress& peer : options.peers) {
    const auto link =
        system.spawn<Link>(std::ref(context_), peer.name, peer.at, to_text(peer.partitions));
    for (const PartitionId partition : peer.partitions) runtime.router.set_link(partition, link);
    links_.emplace(std::move(peer.name), link);
  }
  door_ = system.spawn<Door>(std::ref(context_));
}

store::Status Cluster::listen() { return context_.transport.listen(listen_, door_).status(); }

caf::actor Cluster::link(const std::string& peer) const {
  const auto found = links_.find(peer);
  return found == links_.end() ? nullptr : found->second;
}

void Cluster::stop() {
  const auto stop_atom = caf::make_message(core::stop_atom::value);
  for (const auto& [name, link] : links_) core::end(system_, link, stop_atom);
  core::end(system_, door_, stop_atom);
}

}  // namespace souk::cluster
