// A record that is kept after its batch is gone, with its place.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/log_walk.hpp"
#include "store/record.hpp"

namespace souk::replay {

// Regular value.
struct Entry {
  PartitionId partition;
  std::uint64_t group = 0;  // 0: not known
  store::Offset offset = store::kNoOffset;
  store::Offset previous = store::kNoOffset;
  store::Record record;
};

Entry entry_of(const store::RecordView& record, const store::Place& place);

// The same to be read; its views point into `entry`.
store::RecordView view_of(const Entry& entry);

}  // namespace souk::replay
