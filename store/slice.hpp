// A slice: consecutive records of one partition, as a reader of the log gets them. Holds the
// batches that they stand in, which may be shared with other readers. Regular value.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "events/service.hpp"
#include "store/record.hpp"
#include "store/status.hpp"

namespace souk::store {

struct Slice {
  PartitionId partition;
  Offset from = 1;  // the first record that was asked for
  Offset next = 1;  // one past the last record in here; == from: there is none
  Offset end = 1;   // one past the partition's last durable record, when this was read
  std::vector<std::shared_ptr<const std::string>> batches;  // values of the log; the first may
                                                            // begin before `from`
  std::size_t bytes = 0;                                    // of the batches

  bool empty() const { return next == from; }

  // Calls `f` for the records `from` to `next` - 1, in order, while it returns true. Every batch's
  // checksum is looked at here, once more: values may have lain in memory for long, and it costs a
  // hundredth of what a reader does with them. Corruption if the bytes are not what was written;
  // `f` may have seen the records before. The views hold as long as the slice.
  Status for_each(const std::function<bool(const RecordView&)>& f) const;

  // For those who fill it: true if it may take a value of this size, as it may always take the
  // first; and take one, which ends before `value_end`.
  bool fits(std::size_t value_bytes, std::size_t bytes_max) const;
  void add(std::shared_ptr<const std::string> value, Offset value_end);
};

}  // namespace souk::store
