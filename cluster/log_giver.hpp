// Gives one peer records of this node's log: pulls go through the node's feed, reads to a loader.
// One for each session, which ends it when the connection ends.
//
// Every request is answered with one item, a page or a failure. The peer has one pull under way; a
// newer one takes its place, and the older one is answered with an empty page. The peer sets the
// pace by asking, and no answer has more than kItemBytesMax bytes: that, and a bound on how many
// reads may wait for the disk, is all the back-pressure there has to be.
//
// What is another node's is not given, even if this node has records of it from former days:
// `not_found`, and the sentence names the owner. (Not `invalid`, which says that the log ends
// before: whoever hears that has read another log, and starts over.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "actors/core/actor.hpp"
#include "actors/core/feed.hpp"
#include "actors/core/runtime.hpp"
#include "cluster/messages.hpp"
#include "cluster/pages.hpp"
#include "cluster/peers.hpp"
#include "cluster/transport.hpp"

namespace souk::cluster {

class LogGiver : public core::Actor {
 public:
  // Takes Asked of the kinds pull and read_log.
  LogGiver(caf::actor_config& config, const core::Runtime& runtime, Peers peers,
           ConnectionPtr connection);
  caf::behavior make_behavior() override;
  const char* name() const override { return "souk.log-giver"; }

  // From a loader.
  struct Read {
    std::uint64_t number = 0;  // of the request
    std::size_t skip = 0;
    core::Page page;
  };

 private:
  void pull(const Asked& asked);
  void read(const Asked& asked);
  void have_read(Read& read);
  bool is_held(PartitionId partition, store::Offset from) const;
  std::optional<store::Status> not_own(PartitionId partition) const;
  void answer(std::uint64_t number, const core::Page& page, std::size_t skip = 0);
  void fail(std::uint64_t number, const store::Status& why);
  void send_item(Kind kind, std::uint64_t number, const std::vector<std::string>& parts);

  const core::Runtime& runtime_;
  const Peers peers_;
  const ConnectionPtr connection_;
  std::optional<std::uint64_t> pulling_;  // number of the pull that the feed has
  std::size_t reading_ = 0;               // reads that a loader has
  store::Slice held_;                     // one batch, while it goes in pieces; else empty
};

}  // namespace souk::cluster

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::cluster::LogGiver::Read)
