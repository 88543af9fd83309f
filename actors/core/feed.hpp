// The feed: gives consumers the node's durable records, from an offset on, when they ask for them.
//
// Consumers pull, so they set the pace, and they keep their own cursors: the feed stores nothing. A
// pull names all the partitions that a consumer follows, so that it costs two messages however many
// they are. What is in the log's tail is answered at once, without the disk; what is older is read
// by a loader. If there is nothing new the pull waits here until something is durable.
//
// The bytes of a page are shared fairly: a page begins with the partition after the one that the
// consumer's last page ended with, and a partition that has to be read from the disk is not passed
// over for those that have their records in memory.
//
// The writer says that something is durable only if somebody waits (Runtime::feed_waits), once, and
// says nothing else.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include <caf/all.hpp>

#include "actors/core/actor.hpp"
#include "actors/core/messages.hpp"
#include "actors/core/runtime.hpp"
#include "store/slice.hpp"

namespace souk::core {

// To the feed: send records to `reply_to`. A consumer has one pull at a time: a newer one takes the
// place of one that has not been answered yet, which then never is.
struct Pull {
  std::vector<std::pair<PartitionId, store::Offset>> wanted;  // and the first record of each
  std::size_t bytes_max = 1u << 20;                           // of the page
  Duration wait;  // for something new, if there is nothing; then the page is empty
  std::uint64_t token = 0;
  caf::actor reply_to;
};

// The answer. Ended feeds answer with `stopped`.
struct Page {
  std::uint64_t token = 0;  // the pull's
  // At most one for each partition, none of them empty. More than `bytes_max` only if it is one
  // batch alone.
  std::vector<store::Slice> slices;
  bool more = false;  // there is more already, in memory or on the disk: pull again at once
  // What went wrong with partition `failed`, if something did (`corruption` names the offset,
  // `invalid` says that the log ends before the record that was asked for). The slices of the
  // others are good. A pull that names the partition again is answered at once, and the same way:
  // leave it out, or wait between two pulls.
  store::Status status;
  std::optional<PartitionId> failed;
};

// From the writer: there may be something new.
using durable_atom = caf::atom_constant<caf::atom("durable")>;

class Feed : public Actor {
 public:
  Feed(caf::actor_config& config, const Runtime& runtime);
  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "souk.feed"; }

  // A page on its way, and what the feed has to know about it.
  struct Draft {
    Page page;
    std::optional<PartitionId> last;  // whose records stand last in the page
    bool behind = false;              // it ends before a partition that is not in memory
  };
  // From a loader.
  struct Loaded {
    caf::actor_id consumer = 0;
    std::uint64_t serial = 0;
    Draft draft;
  };

 private:
  struct Consumer {
    std::shared_ptr<const Pull> pull;  // null: it has been answered
    std::uint64_t serial = 0;          // counts pulls
    bool loading = false;              // a loader is at it; else it waits
    Time until;
    std::optional<PartitionId> last;  // with which its last page ended
    bool waits() const { return pull != nullptr && !loading; }
  };

  void pulled(Pull& pull);
  bool serve(Consumer& consumer);
  void serve_waiting();
  void load(Consumer& consumer);
  void loaded(Loaded& loaded);
  void answer(Consumer& consumer, Draft& draft);
  void wake_in_time();

  const Runtime& runtime_;
  std::unordered_map<caf::actor_id, Consumer> consumers_;
  Time wake_at_;  // when the next tick comes; not set: none is under way
};

}  // namespace souk::core

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::Pull)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::Page)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::Feed::Loaded)
