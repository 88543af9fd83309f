// The batches of some partitions, group by group, in the order in which they were written.
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
  };
  static bool is_later(const Source* a, const Source* b);

  std::vector<std::unique_ptr<Source>> sources_;
  std::vector<Source*> heap_;   // at a batch; the one to come next is at the front
  std::vector<Source*> given_;  // those of the group given last
  std::uint64_t last_group_;
};

// The number of the last group of which the view shows all batches that there are. Of a view whose
// partitions are shown at different moments (a node's): refreshes it, so that it does.
store::Result<std::uint64_t> last_whole_group(store::LogView& view);

}  // namespace souk::replay
