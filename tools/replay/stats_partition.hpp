// One partition's part of the statistics.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <unordered_map>

#include "store/directory_view.hpp"
#include "store/log_view.hpp"
#include "tools/replay/heavy_hitters.hpp"
#include "tools/replay/stats.hpp"

namespace souk::replay {

// One thread's.
class PartitionCount {
 public:
  PartitionCount(PartitionId partition, std::size_t sketch_counters);

  // Reads which records the partition's snapshots stand for. Before everything else.
  store::Status read_snapshots(const store::DirectoryView& directory);

  void add_batch(std::uint64_t bytes) { sums_.batches.add(bytes); }
  void add(const store::RecordView& record, std::uint64_t bytes);

  // Adds everything to `stats`, whose partition has its place there already.
  void merge_into(Stats& stats, std::size_t place);

  std::uint64_t records() const { return sums_.records.count; }

 private:
  void count_types(const store::RecordView& record);
  void count_bytes(const store::RecordView& record, std::uint64_t stream, std::uint64_t bytes);

  PartitionStats sums_;
  std::map<TypeKey, Amount> types_;
  std::map<RefusalKey, std::uint64_t> refusals_;
  std::map<std::int64_t, HourStats> hours_;
  HeavyHitters by_records_, by_bytes_;
  bool can_end_;  // streams of this service
  // By the hash of the stream's id (64 bits: that two of a million streams are taken for one has a
  // chance of one in 30 million).
  std::unordered_map<std::uint64_t, std::uint64_t> under_way_;  // live bytes of those not ended
  std::unordered_map<std::uint64_t, store::Offset> snapshots_;  // folded in up to here
  Amount snapshot_sizes_;
};

}  // namespace souk::replay
