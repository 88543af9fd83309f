// `souk-replay stats`: what a log is made of.
//
// Live and dead bytes. A record is dead if no aggregate will read it again to decide:
//   superseded  a snapshot of today's version is saved of its stream that has it folded in
//   ended       its stream has ended: an order that is confirmed or cancelled, a checkout that has
//               ended, a coupon that is used or has lapsed. All records of such a stream are dead,
//               those before the end and those after it (repeated commands).
// One that is both counts as superseded. Everything else is live. Dead records are history all the
// same: nothing removes them. (What their streams' receipts are needed for ends within a day.)
//
// Memory: 40 bytes for each stream of a partition that can end and has not, and for each snapshot
// of the partition; the sketches of the hottest streams; all times the threads. And 60 bytes an
// hour.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/log_view.hpp"
#include "tools/replay/payload_names.hpp"
#include "tools/shared/progress.hpp"

namespace souk::replay {

struct StatsOptions {
  unsigned threads = 1;
  std::size_t top = 10;                 // hottest streams that are wanted
  std::size_t sketch_counters = 1'024;  // a partition; more make bounds tighter
};

// How many there are, and how many bytes they have in the log.
struct Amount {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  void add(std::uint64_t size) {
    ++count;
    bytes += size;
  }
  void add(const Amount& other) {
    count += other.count;
    bytes += other.bytes;
  }
  bool operator==(const Amount&) const = default;
};

struct PartitionStats {
  PartitionId partition;
  Amount records;  // bytes: of the records alone, not of what batches add
  std::uint64_t events = 0;
  std::uint64_t refusals = 0;
  std::uint64_t streams = 0;
  Amount batches;                // bytes: of the values, as they are before compression
  std::uint64_t live_bytes = 0;  // of the records
  std::uint64_t ended_bytes = 0;
  std::uint64_t superseded_bytes = 0;
  Time first;  // of the first record, not set: there is none
  Time last;   // of the last one
};

// A kind of command or event.
struct TypeKey {
  Service service = Service::order;
  PayloadKind kind = PayloadKind::command;
  std::uint16_t tag = 0;
  auto operator<=>(const TypeKey&) const = default;
};

struct RefusalKey {
  Service service = Service::order;
  std::uint16_t refusal = 0;
  auto operator<=>(const RefusalKey&) const = default;
};

struct HotStream {
  PartitionId partition;
  std::string stream;
  std::uint64_t at_least = 0;
  std::uint64_t at_most = 0;
};

struct HourStats {
  Amount records;
  std::uint64_t events = 0;
};

// What stands beside the log, and what all of it takes on the disk. Of a directory only.
struct DirectoryStats {
  Amount heads;                         // bytes: of keys and values
  Amount snapshots;                     // likewise
  std::uint64_t table_bytes = 0;        // RocksDB's tables
  std::uint64_t write_ahead_bytes = 0;  // its write-ahead logs: what is not in tables yet
};

struct Stats {
  store::Identity identity;
  std::vector<PartitionStats> partitions;  // in their order, the empty ones too
  std::map<TypeKey, Amount> types;         // bytes: of the payloads
  std::map<RefusalKey, std::uint64_t> refusals;
  std::map<std::int64_t, HourStats> hours;  // hours since 1970, in UTC
  std::vector<HotStream> by_records;        // the hottest first
  std::vector<HotStream> by_bytes;
  std::optional<DirectoryStats> directory;
  bool interrupted = false;  // `stop` was set: everything else is as far as it came
};

// Reads the whole log once. Throws Failure if it is damaged.
Stats collect_stats(const store::LogView& view, const StatsOptions& options,
                    cli::Progress& progress, const std::atomic<bool>* stop);

// All partitions together, or those of one service.
PartitionStats sum_of(const Stats& stats, std::optional<Service> service = {});

// For people; and one JSON object.
std::string stats_text(const Stats& stats);
std::string stats_json(const Stats& stats);

}  // namespace souk::replay
