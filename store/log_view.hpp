// A log as it is read from outside: a data directory (also of a node that runs, and of a copy), or
// a node over HTTP. What souk-replay asks. Changes nothing, takes no lock.
//
// A view shows the log as it was when it was opened or last refreshed, all partitions at one moment
// (a directory) or each at a moment of its own (a node). Records that it has shown stay.
//
// Threads: any number may read at once. `refresh` must be alone.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/batch_walk.hpp"
#include "store/log.hpp"
#include "store/slice.hpp"
#include "store/status.hpp"

namespace souk::store {

class LogView {
 public:
  virtual ~LogView() = default;

  virtual const Identity& identity() const = 0;

  // Offset of the partition's last record; kNoOffset: it has none. Of a log whose last batch is
  // damaged: as far as the key of that batch says (its first record); corruption if not even that
  // can be read.
  virtual Result<Offset> last(PartitionId partition) const = 0;

  // The partition's records from `from` on, in whole batches: at least one if there is one, and no
  // more than `bytes_max` bytes of them otherwise. Empty if `from` is beyond the last record. What
  // stands before a damaged or missing batch it gives; damage at `from` is corruption, whose
  // message names the partition and the offset.
  virtual Result<Slice> read(PartitionId partition, Offset from, std::size_t bytes_max) const = 0;

  // The partition's batches from the one that holds `from` on, up to the last one that the view
  // shows now. The fastest way through it. The view must outlive the walk.
  virtual std::unique_ptr<BatchWalk> walk(PartitionId partition, Offset from) const;

  // The first offset of the first batch whose key is greater than `after`; kNoOffset: there is
  // none. For going on behind damage: nothing of the batch itself is looked at. Where the damage is
  // the file's, so that keys cannot be read, the first of those behind it that can.
  virtual Result<Offset> next_batch(PartitionId partition, Offset after) const = 0;

  // Where a stream ends; an empty head if the log has no record of it.
  virtual Result<Head> head(PartitionId partition, std::string_view stream) const = 0;

  // The stream's saved snapshot, of whatever version, ahead of its head or not. Nothing if there is
  // none; corruption if it is damaged.
  virtual Result<std::optional<Snapshot>> snapshot(PartitionId partition,
                                                   std::string_view stream) const = 0;

  // What the node noted under the name. Nothing if there is no such note, or if the view cannot see
  // any: a node over HTTP does not show its own.
  virtual Result<std::optional<std::string>> note(std::string_view name) const;

  // From now on shows what has been written up to this call.
  virtual Status refresh() = 0;
};

// The partition of an aggregate. The identity must have the service.
PartitionId partition_of(const Identity& identity, Service service, std::string_view id);

// All of the identity's partitions, in their order.
std::vector<PartitionId> partitions_of(const Identity& identity);

}  // namespace souk::store
