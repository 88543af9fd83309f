// The batches of some partitions, group by group, in the order in which they were written. Groups
// of several logs take turns.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "store/batch_walk.hpp"
#include "store/keys.hpp"
#include "store/log_view.hpp"

namespace souk::replay {

// The records of a partition that are wanted: those of the batches that hold any of them.
struct Stretch {
  PartitionId partition;
  store::Offset from = 1;
  store::Offset to = store::kOffsetMax;  // inclusive
};

// A batch of the group that a walk is at.
struct GroupBatch {
  PartitionId partition;
  std::uint64_t group = 0;  // the log's number; of several logs, one that is nobody else's
  store::BatchView batch;
};

// One thread's. The view must outlive it.
class GroupWalk {
 public:
  // No group after `last_group`.
  GroupWalk(const store::LogView& view, const std::vector<Stretch>& stretches,
            std::uint64_t last_group);

  // The next group's batches, in the order of their partitions. They hold until the next call.
  // False if there is none any more; damage is corruption.
  store::Result<bool> next(std::vector<GroupBatch>& group);

 private:
  struct Source {
    Stretch stretch;
    std::unique_ptr<store::BatchWalk> walk;
    store::BatchView batch;
    std::uint64_t log = 0;
    std::uint64_t group = 0;
  };
  static bool is_later(const Source* a, const Source* b);

  std::vector<std::unique_ptr<Source>> sources_;
  std::vector<Source*> heap_;   // at a batch; the one to come next is at the front
  std::vector<Source*> given_;  // those of the group given last
  std::uint64_t last_group_;
  std::uint64_t logs_;  // groups of log 2 of 3 become 2, 5, 8 ...
};

// The number of the last group of which the view shows all batches that there are. Of a view whose
// partitions are shown at different moments (a node's): refreshes it, so that it does.
store::Result<std::uint64_t> last_whole_group(store::LogView& view);

}  // namespace souk::replay
