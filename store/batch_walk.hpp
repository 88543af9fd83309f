// The batches of a partition, one after the other: what every walk over a log is made of.
#pragma once

#include <memory>

#include "store/batch.hpp"

namespace souk::store {

class LogView;

// One thread's. Shows the partition as it was when the walk began, also after the view's refresh.
class BatchWalk {
 public:
  virtual ~BatchWalk() = default;

  // The next batch, checked, which holds until the next call; false if there is none. A batch that
  // is damaged or missing is corruption, which names the partition and the offset; the walk stays
  // before it.
  virtual Result<bool> next(BatchView& batch) = 0;
};

// A walk by `view.read`, kWalkBytes at a time, from the batch that holds `from` on.
std::unique_ptr<BatchWalk> walk_by_slices(const LogView& view, PartitionId partition, Offset from);

}  // namespace souk::store
