// The proof of a log: everything that must hold in it, checked record by record, and what does not,
// named. What is checked stands in tools/replay/README.md.
//
// Two passes at most. The first folds every partition, each on its own, and adds up what has to
// agree between partitions and with the read models (sums.hpp). Only if something does not add up,
// a second one looks at those few orders, groups and rows one by one.
//
// Memory: the state and the rows of `streams_max` streams a thread (some 1.5 kB each), 8 MiB of
// sums a thread, and the orders that are under way. Partitions with more streams take several
// passes.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/directory_view.hpp"
#include "store/log_view.hpp"
#include "tools/replay/verify/finding.hpp"

namespace souk::replay {

struct VerifyProgress {
  std::string label;  // "files", "records", "a second look"
  std::uint64_t done = 0;
  std::uint64_t total = 0;
};

struct VerifyOptions {
  unsigned threads = 1;
  bool files = true;        // of a directory: checksums of whole files
  bool read_models = true;  // of a directory, if it has any
  bool decisions = false;   // would today's code decide the same
  std::size_t streams_max = 200'000;
  const store::LogView* against = nullptr;              // another log that must be equal
  std::function<void(const VerifyProgress&)> progress;  // called some ten times a second
  const std::atomic<bool>* stop = nullptr;              // true: end soon, without a verdict
};

struct VerifyReport {
  Findings findings;
  std::string subject;                   // a directory or a URL
  std::vector<std::string> not_checked;  // one sentence each, and why
  std::uint64_t records = 0;
  std::uint64_t events = 0;
  std::uint64_t streams_under_way = 0;  // sagas that have not ended
  std::uint64_t rows = 0;               // of read models
  std::uint64_t rows_not_seen = 0;      // made of records that are elsewhere
  struct NotSeen {
    PartitionId partition;
    std::string node;         // its owner, if a note says so
    std::uint64_t facts = 0;  // that could not be proved without it
  };
  std::vector<NotSeen> not_seen;         // partitions whose records are elsewhere
  std::vector<std::string> directories;  // if several are proved together
  double seconds = 0;
  double cpu_seconds = 0;
  unsigned threads = 1;
  bool stopped = false;

  bool clean() const { return findings.found() == 0 && !stopped; }
};

// Proves a data directory. If it cannot even be opened, the report says so, and which file is at
// fault. `not_found` and `in_use`-like failures that are no damage are the Status.
store::Result<std::unique_ptr<VerifyReport>> verify_directory(const std::string& path,
                                                              const VerifyOptions& options);

// Proves the directories of a cluster's nodes together, at least one and at most 64. Each has the
// partitions that its node owns. Of partitions that none of them has, it says that they were not
// seen, and what therefore is not proved. `invalid` if they do not belong together: other clusters,
// other numbers of partitions, one twice.
store::Result<std::unique_ptr<VerifyReport>> verify_directories(
    const std::vector<std::string>& paths, const VerifyOptions& options);

// Proves what a node serves: no files, saved ends, snapshots, read models; and no sagas, since its
// partitions are not read at one moment.
std::unique_ptr<VerifyReport> verify_view(const store::LogView& view, std::string subject,
                                          const VerifyOptions& options);

// For people, with the verdict first; and one JSON object.
std::string report_text(const VerifyReport& report, bool colours);
std::string report_json(const VerifyReport& report);

}  // namespace souk::replay
