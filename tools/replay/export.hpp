// `souk-replay export`: the log, or what a filter leaves of it, as text.
//
// NDJSON: a header line (export_frame.hpp), then one line a record (record_json.hpp) in the order
// in which they were written: by group, and within a group by partition; then an end line. One that
// has no filter can be imported, and gives an equal log. CSV: see csv_rows.hpp.
//
// Memory: some 3 MiB a thread, and a cursor a partition.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include "store/log_view.hpp"
#include "tools/replay/export_piece.hpp"
#include "tools/replay/filter.hpp"
#include "tools/shared/progress.hpp"

namespace souk::replay {

struct ExportOptions {
  ExportFormat format = ExportFormat::ndjson;
  Filter filter;
  std::string path;      // a file that is not there yet; "" or "-": the stream
  bool restart = false;  // begin a file anew, whatever an earlier run has left of it
  unsigned threads = 1;  // that encode; one more reads and writes, if there are several
  std::size_t piece_bytes = 1u << 20;            // of batches, encoded at once
  std::chrono::milliseconds vouch_every{2'000};  // how often a file's cursor is saved
};

struct Exported {
  std::uint64_t records = 0;     // that were looked at, those of earlier runs among them
  std::uint64_t lines = 0;       // records, or CSV's rows, that were written
  std::uint64_t resumed_at = 0;  // records that an earlier run had looked at
  bool interrupted = false;      // `stop` was set: the same call goes on with it later
};

// Exports what the view shows (a node's view is refreshed once, so that all partitions are shown at
// one moment). `out` is used if no file is named. Throws Failure: a filter that makes no sense, a
// file that cannot be written or belongs to another export, a log that is damaged (what was written
// before stays, and can be gone on with once the damage is mended).
Exported export_log(store::LogView& view, const ExportOptions& options, std::FILE* out,
                    cli::Progress& progress, const std::atomic<bool>* stop);

}  // namespace souk::replay
