// For those who follow a partition from an offset on: slices of it, from the tail in memory or from
// the disk. Nothing here shows a record before it is durable.
#include <algorithm>

#include "store/batch_cursor.hpp"
#include "store/keys.hpp"
#include "store/log_impl.hpp"

namespace souk::store {

std::optional<Slice> Log::Impl::read_tail(PartitionId id, Offset from,
                                          std::size_t bytes_max) const {
  Partition* partition = find(id);
  if (partition == nullptr) return std::nullopt;
  from = std::max<Offset>(from, 1);
  std::lock_guard lock(mutex);
  if (!partition->heads_known) return std::nullopt;
  Slice slice{id, from, from, partition->next_offset, {}, 0};
  if (!tail.reaches(index_of(*partition), from, slice.end)) return std::nullopt;
  if (from < slice.end) tail.read(index_of(*partition), bytes_max, slice);
  return slice;
}

Result<Slice> Log::Impl::read(PartitionId id, Offset from, std::size_t bytes_max) const {
  if (auto slice = read_tail(id, from, bytes_max)) return std::move(*slice);
  Partition* partition = find(id);
  if (partition == nullptr) return no_such(id);
  from = std::max<Offset>(from, 1);
  Slice slice{id, from, from, from, {}, 0};
  Status damage;  // what a start found at the end; what is before it can be read
  {
    std::lock_guard lock(mutex);
    slice.end = partition->next_offset;
    if (!partition->heads_known) damage = partition->stopped;
  }
  if (from >= slice.end && !damage.ok()) return damage;
  if (from == slice.end) return slice;
  if (from > slice.end)
    return Status(Code::invalid, "Partition " + display(id) + " ends at offset " +
                                     std::to_string(slice.end - 1) + ", and a reader of it is at " +
                                     std::to_string(from - 1) +
                                     " already: it has read another log; build it anew.");
  const Status status = read_batches(*partition, bytes_max, slice);
  if (slice.empty() && !status.ok()) return note_damage(*partition, status);
  return slice;
}

// Adds batches from the disk to an empty slice. A Status that is not ok says what is at
// `slice.next`; it is no failure if something was read before it.
Status Log::Impl::read_batches(const Partition& partition, std::size_t bytes_max,
                               Slice& slice) const {
  const bool is_long = bytes_max >= 256u << 10;  // leaves the cache to the aggregates
  BatchCursor cursor(is_long ? kv->long_cursor(Column::log) : kv->cursor(Column::log),
                     partition.id);
  Status status = cursor.seek(slice.from);
  while (status.ok() && slice.fits(cursor.batch().bytes().size(), bytes_max)) {
    slice.add(std::make_shared<const std::string>(cursor.batch().bytes()),
              cursor.batch().end_offset());
    if (slice.next >= slice.end) break;
    status = cursor.next();
  }
  return status;
}

}  // namespace souk::store
