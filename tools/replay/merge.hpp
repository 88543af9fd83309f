// The records of some partitions in the order in which they were written: by group, as one log
// numbers its synced writes; over several logs by time, which their nodes' clocks agree upon but
// for some milliseconds.
#pragma once

#include <memory>
#include <vector>

#include "events/positions.hpp"
#include "store/log_walk.hpp"

namespace souk::replay {

// One thread's. The view must outlive it.
class Merge {
 public:
  // From these offsets on (a partition that is not named: from its first).
  Merge(const store::LogView& view, const std::vector<PartitionId>& partitions,
        const Positions& from = {});
  ~Merge();

  // The next record; false if there is none any more (after the view's refresh there may be). The
  // record's views hold until the next call.
  store::Result<bool> next(store::RecordView& record, store::Place& place);

 private:
  struct Source;
  static bool is_later(const Source* a, const Source* b);
  // Moves a source to its next record, and puts it among those that have one.
  store::Status advance(Source& source);
  store::Status begin_again();

  const store::LogView& view_;
  std::unique_ptr<store::Timeline> one_log_;  // null: there are several
  std::vector<std::unique_ptr<Source>> sources_;
  std::vector<Source*> heap_;  // at a record; the earliest is at the front
  Source* given_ = nullptr;    // whose record was given last
};

}  // namespace souk::replay
