// Records as `events` shows them.
#pragma once

#include <memory>
#include <string>

#include "store/log_walk.hpp"
#include "tools/replay/options.hpp"
#include "tools/shared/console.hpp"

namespace souk::replay {

// Takes records one after the other and writes them. What fits into memory easily goes through the
// pager, more is written as it comes. One thread.
class EventPrinter {
 public:
  virtual ~EventPrinter() = default;
  virtual void add(const store::RecordView& record, const store::Place& place) = 0;

  // Writes out what has been added so far: for somebody who looks on.
  virtual void flush() = 0;

  // After the last one.
  virtual void end() = 0;
};

// `may_page`: nobody waits for the first line while the last one is still to come.
std::unique_ptr<EventPrinter> make_event_printer(Format format, const cli::Console& console,
                                                 bool may_page);

// One line without its end: time, stream, what came of it, who asked.
std::string event_line(const store::RecordView& record, PartitionId partition);

}  // namespace souk::replay
