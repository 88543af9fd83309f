// The log's tail in memory: the values of its newest batches, for readers that follow the log
// closely. Of each partition it holds the last batches without a gap, so that "is it in the tail"
// is one comparison. The oldest batches leave first, whichever partition they are of. Not
// thread-safe: the log's mutex guards it. What readers got stays alive as long as they hold it.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "store/record.hpp"
#include "store/slice.hpp"

namespace souk::store {

class Tail {
 public:
  using Value = std::shared_ptr<const std::string>;

  explicit Tail(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Before anything is added: how many partitions there are. They go by index here.
  void lay_out(std::size_t partitions) { batches_.resize(partitions); }

  // Takes a durable batch, the next one of its partition, which holds `first` to `end` - 1. What
  // has to leave for it goes to `gone`, so that the caller can free it outside of the lock.
  void add(std::size_t partition, Offset first, Offset end, Value value, std::vector<Value>& gone);

  // True if it has all of the partition's records from `from` to `end` - 1, where the partition
  // ends.
  bool reaches(std::size_t partition, Offset from, Offset end) const;

  // Fills `slice`, whose `from`, `next` and `end` are set and reached: batches from `from` on, at
  // least one if there is one, but no more than `bytes_max` of them otherwise.
  void read(std::size_t partition, std::size_t bytes_max, Slice& slice) const;

  std::size_t bytes() const { return bytes_; }

 private:
  struct Batch {
    Offset first;
    Offset end;
    Value value;
  };

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::vector<std::deque<Batch>> batches_;  // by partition; oldest first
  std::deque<std::size_t> order_;           // the partition of every batch, oldest first
};

}  // namespace souk::store
