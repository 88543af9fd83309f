// The feed of a whole cluster, for one consumer: answers core::Pull as core::Feed does, with
// records of this node's partitions from its own feed, and of the others' through their links.
//
//   consumer --Pull--> this --Pull--> own feed          one under way for each node; a pull waits
//                           --Request(pull)--> link     there, so that news comes by itself
//
// A pull is answered as soon as any node has something, or its wait is over. What comes while
// nobody pulls is kept, one page for each node, and given if it is what is wanted then; so a node
// that is asked slowly holds up no other, and memory is bounded by a page (or a batch) for each.
// Where there is more than room, the nodes take turns.
//
// A node that is away has nothing new: its consumers go on with the others, and it is asked again,
// less and less often, up to kAskAgainMax. A pull's wait is never shorter than kWaitMin, the way to
// other nodes and back; and after a page that said `more` it is no longer than kMoreWithin, in case
// that what was promised does not come: the consumer then hears that there is no more for now.
//
// The newest pull counts, whoever it is from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <caf/all.hpp>

#include "actors/core/actor.hpp"
#include "actors/core/ends.hpp"
#include "actors/core/feed.hpp"
#include "actors/core/runtime.hpp"
#include "cluster/messages.hpp"
#include "cluster/pages.hpp"
#include "cluster/peers.hpp"

namespace souk::cluster {

class ClusterFeed : public core::Actor {
 public:
  // `runtime` has its feed. `ends`, which outlives this, is told how far other nodes have come.
  ClusterFeed(caf::actor_config& config, const core::Runtime& runtime, core::Ends& ends,
              const Peers& peers);
  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "souk.cluster-feed"; }

  // What a node is asked for at once. A page that takes longer than it is waited for never arrives,
  // so after each loss half as much is asked for, and a little more after each page that came.
  static constexpr std::size_t kRoomMax = 1u << 20;
  static constexpr std::size_t kRoomMin = 16u << 10;

 private:
  using Wanted = std::vector<std::pair<PartitionId, store::Offset>>;

  // A node whose partitions are followed.
  struct Source {
    std::string node;
    caf::actor link;                  // null: it is this one, which has the feed
    Wanted wanted;                    // now
    Wanted asked;                     // of the pull that is under way
    std::uint64_t token = 0;          // of what is under way; 0: nothing
    Time until;                       // then it counts as lost
    std::size_t room_max = kRoomMax;  // what it is asked for at once: less after a loss
    PageReader reader;                // wants something: a batch comes in pieces
    std::optional<core::Page> kept;
    Time again_at;  // after an error
    Duration again_after;
    std::string trouble;  // that was logged
  };

  void pulled(core::Pull& pull);
  void told(const Told& told);
  void paged(core::Page& page);
  void came(Source& source, core::Page page);
  void failed(Source& source, const store::Status& why);
  void serve();

  Source* asked(std::uint64_t token);
  void ask(Source& source, Time now);
  void ask_for_rest(Source& source, Time now);
  void request(Source& source, Kind kind, std::string what, Time until);

  bool answer_with_what_is_kept();
  void answer(core::Page page);
  void wake_in_time(Time now);

  const core::Runtime& runtime_;
  core::Ends& ends_;
  std::vector<Source> sources_;  // this node's first
  std::map<PartitionId, std::size_t> source_of_;
  std::size_t turn_ = 0;  // index of the source that is served first
  std::optional<core::Pull> pull_;
  Time until_;                // when the pull's wait is over
  bool said_more_ = false;    // in the last page
  std::uint64_t tokens_ = 0;  // given out
  Time wake_at_;              // not set: no tick is under way
};

}  // namespace souk::cluster
