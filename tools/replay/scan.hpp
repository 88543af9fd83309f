// The ways through a log: the cheapest one that finds what is asked for.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "store/log_walk.hpp"
#include "tools/replay/selection.hpp"
#include "tools/shared/console.hpp"
#include "tools/shared/progress.hpp"

namespace souk::replay {

// Tells a person who waits how far a scan has come. One thread.
class ScanProgress {
 public:
  // Silent unless `enabled` and stderr is a terminal.
  ScanProgress(std::FILE* stream, bool enabled) : progress_(stream, enabled) {}

  void start(const char* label, std::uint64_t records) { progress_.start(label, records); }
  void passed() {
    if ((++records_ & 0x3fff) == 0) draw();
  }
  void clear() { progress_.clear(); }

 private:
  void draw();
  cli::Progress progress_;
  std::uint64_t records_ = 0;
  std::chrono::steady_clock::time_point drawn_{};
};

// Takes a record; false: enough.
using Sink = std::function<bool(const store::RecordView&, const store::Place&)>;

// The selected records in the order in which they were written. Streams that are named and not too
// long are read alone, everything else is read through. Throws Failure.
void scan(const store::LogView& view, const Selection& selection, ScanProgress& progress,
          const Sink& sink);

// The newest `count` of the selected records, in the order in which they were written. Reads no
// more of the log's end than it takes. Throws Failure.
void scan_newest(const store::LogView& view, const Selection& selection, std::size_t count,
                 ScanProgress& progress, const Sink& sink);

// The group of the batch that holds a record.
std::uint64_t group_of(const store::LogView& view, PartitionId partition, store::Offset offset);

// From which offsets on the selection has to be looked for.
Positions starts_of(const store::LogView& view, const Selection& selection);

}  // namespace souk::replay
