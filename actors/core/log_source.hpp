// Where the read models get records from: the log of this node, or, in a cluster, the logs of all.
#pragma once

#include "store/log.hpp"

namespace souk::core {

// Thread-safe. Everything but `read` answers at once, from memory.
class LogSource {
 public:
  virtual ~LogSource() = default;

  // Whose records these are, and how many partitions each service has.
  virtual const store::Identity& identity() const = 0;

  // True if another node has the partition: what is known of it may be a while old.
  virtual bool is_remote(PartitionId partition) const = 0;

  // The offset that the partition's next record will get, as far as is known here. A remote one may
  // have come further; kNoOffset: nothing has been heard of it yet, or there is no such partition.
  virtual store::Offset next_offset(PartitionId partition) const = 0;

  // As store::Log::read. Waits for the disk, and of a remote partition for its node, a few seconds
  // at most: only for actors that are detached. Of its log then speak `invalid` and `corruption`;
  // anything else says that the node does not answer now.
  virtual store::Result<store::Slice> read(PartitionId partition, store::Offset from,
                                           std::size_t bytes_max) const = 0;
};

// A node's own log.
class LocalSource final : public LogSource {
 public:
  explicit LocalSource(const store::Log& log) : log_(log) {}

  const store::Identity& identity() const override { return log_.identity(); }
  bool is_remote(PartitionId) const override { return false; }
  store::Offset next_offset(PartitionId partition) const override {
    return log_.next_offset(partition);
  }
  store::Result<store::Slice> read(PartitionId partition, store::Offset from,
                                   std::size_t bytes_max) const override {
    return log_.read(partition, from, bytes_max);
  }

 private:
  const store::Log& log_;
};

}  // namespace souk::core
