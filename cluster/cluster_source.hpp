// The logs of all nodes, for the read models: this node's own, the others' through their links.
#pragma once

#include <caf/all.hpp>

#include "actors/core/ends.hpp"
#include "actors/core/log_source.hpp"
#include "actors/core/runtime.hpp"
#include "cluster/messages.hpp"
#include "cluster/pages.hpp"
#include "cluster/peers.hpp"

namespace souk::cluster {

// Thread-safe. A read of another node's log waits up to `answer_max` for each message (a large
// batch takes several); one thread has one under way.
class ClusterSource final : public core::LogSource {
 public:
  // All must outlive it.
  ClusterSource(caf::actor_system& system, const core::Runtime& runtime, core::Ends& ends,
                Peers peers, Duration answer_max = seconds(5));

  const store::Identity& identity() const override { return runtime_.log.identity(); }
  bool is_remote(PartitionId partition) const override;
  store::Offset next_offset(PartitionId partition) const override;
  store::Result<store::Slice> read(PartitionId partition, store::Offset from,
                                   std::size_t bytes_max) const override;

 private:
  store::Result<store::Slice> read_of(const std::string& node, const wire::ReadLog& what) const;
  store::Status ask(caf::scoped_actor& self, const std::string& node, const wire::ReadLog& what,
                    std::uint64_t token, PageReader& reader) const;

  caf::actor_system& system_;
  const core::Runtime& runtime_;
  core::Ends& ends_;
  const Peers peers_;
  const Duration answer_max_;
};

}  // namespace souk::cluster
