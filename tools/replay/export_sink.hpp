// Where an export goes: a file that can be gone on with, or a stream.
//
// A file is FILE.partial until it is whole. FILE.cursor beside it says how many of its bytes are
// sure to be there and what they hold: whatever comes after them is cut off by the next run, which
// goes on from there. Both are flushed to the disk in that order, so that a cursor never vouches
// for more than the file has.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "events/positions.hpp"

namespace souk::replay {

// How far an export has come.
struct ExportState {
  Positions reached;          // the last record of each partition that was looked at
  std::uint64_t records = 0;  // that were looked at
  std::uint64_t lines = 0;    // records, or CSV's rows, that were written
  bool operator==(const ExportState&) const = default;
};

// One thread's. Throws Failure if something cannot be written.
class ExportSink {
 public:
  virtual ~ExportSink() = default;
  virtual ExportState begin() = 0;  // call first: how far an earlier run came
  virtual void write(std::string_view text) = 0;
  virtual void reached(const ExportState& state) = 0;  // all that was written so far stands for it
  virtual void stop() = 0;                             // the export is to be gone on with later
  virtual void finish() = 0;                           // it is whole
};

// Writes `first`, then what it is given.
std::unique_ptr<ExportSink> sink_to(std::FILE* out, std::string first);

// The same to a file, which must not exist. A FILE.partial that has been begun with the same
// `first` and the same `what` is gone on with; one of another export is left alone and said, unless
// `restart`. The cursor is saved at most every `vouch_every`.
std::unique_ptr<ExportSink> sink_to(const std::string& path, std::string first, std::string what,
                                    bool restart, std::chrono::milliseconds vouch_every);

}  // namespace souk::replay
