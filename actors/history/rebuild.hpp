// The read models of a data directory, built anew while no node has it open. (A node that runs
// builds its own: actors/core/read_models.)
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "events/ids.hpp"
#include "store/log_view.hpp"
#include "store/status.hpp"

namespace souk::history {

struct RebuildOptions {
  Time now;
  std::function<void(std::uint64_t records, std::uint64_t total)> progress = [](std::uint64_t,
                                                                                std::uint64_t) {};
  const std::atomic<bool>* cancelled = nullptr;  // true: stop soon, with timed_out
};

struct Rebuilt {
  std::string file;
  std::uint64_t records = 0;
  std::uint64_t parked = 0;  // records that the projections could not take
  bool slowly = false;       // a row was refused, so it was built a second time, record by record
};

// Builds a new file from all of `view`, the log in the directory `data`, takes over what operators
// have skipped, and makes it the current one once it is whole and on the disk. If it fails, the
// file is removed and the one before stays. The caller sees to it that nobody else has the
// directory.
store::Result<Rebuilt> rebuild(const store::LogView& view, const std::string& data,
                               const RebuildOptions& options);

}  // namespace souk::history
