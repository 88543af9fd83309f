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
  std::size_t bytes = 0;  // of the batches

  bool empty() const { return next == from; }

  // Calls `f` for the records `from` to `next` - 1, in order, while it returns true. Corruption if
  // the bytes make no sense.
  Status for_each(const std::function<bool(const RecordView&)>& f) const;
};

}  // namespace souk::store
