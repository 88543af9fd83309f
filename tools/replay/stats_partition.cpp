#include "tools/replay/stats_partition.hpp"

#include <algorithm>
#include <type_traits>

#include <xxhash.h>

#include "actors/history/snapshot.hpp"
#include "tools/replay/payload_types.hpp"

namespace souk::replay {
namespace {

constexpr std::int64_t kHourMicros = 3'600'000'000;

std::uint64_t hash_of(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

// The events after which a stream has no more of them.
template <class T>
inline constexpr bool kEnds =
    std::is_same_v<T, order::Confirmed> || std::is_same_v<T, order::Cancelled> ||
    std::is_same_v<T, checkout::Ended> || std::is_same_v<T, coupon::Settled> ||
    std::is_same_v<T, coupon::Lapsed>;

bool ends(Service service, const store::RecordView& record) {
  return std::ranges::any_of(record.events, [service](const store::PayloadView& event) {
    return for_payload(
        service, PayloadKind::event, event.tag, []<class T>(Type<T>) { return kEnds<T>; }, false);
  });
}

std::int64_t hour_of(Time time) {
  const std::int64_t hour = time.micros / kHourMicros;
  return time.micros % kHourMicros < 0 ? hour - 1 : hour;
}

std::uint32_t snapshot_version_of(Service service) {
  return for_service(
      service, []<class A>(Type<A>) { return history::snapshot_version<A>(); }, 0u);
}

// The bytes of a snapshot's key and value around the host's own.
constexpr std::size_t kSnapshotFrameBytes = 3 + 8 + 1 + 4 + 8 + 8 + 3;

}  // namespace

PartitionCount::PartitionCount(PartitionId partition, std::size_t sketch_counters)
    : by_records_(sketch_counters),
      by_bytes_(sketch_counters),
      can_end_(partition.service == Service::order || partition.service == Service::checkout ||
               partition.service == Service::coupon) {
  sums_.partition = partition;
}

store::Status PartitionCount::read_snapshots(const store::DirectoryView& directory) {
  const std::uint32_t version = snapshot_version_of(sums_.partition.service);
  return directory.for_each_snapshot(
      sums_.partition,
      [&](std::string_view stream, const std::optional<store::Snapshot>& snapshot) {
        if (!snapshot) return;
        snapshot_sizes_.add(kSnapshotFrameBytes + stream.size() + snapshot->bytes.size());
        if (snapshot->version == version) snapshots_[hash_of(stream)] = snapshot->offset;
      });
}

void PartitionCount::add(const store::RecordView& record, std::uint64_t bytes) {
  const std::uint64_t stream = hash_of(record.stream);
  if (sums_.records.count == 0) sums_.first = record.time;
  sums_.last = record.time;
  sums_.records.add(bytes);
  sums_.events += record.events.size();
  sums_.streams += record.sequence == 1;
  HourStats& hour = hours_[hour_of(record.time)];
  hour.records.add(bytes);
  hour.events += record.events.size();
  count_types(record);
  by_records_.add(record.stream, stream, 1);
  by_bytes_.add(record.stream, stream, bytes);
  count_bytes(record, stream, bytes);
}

void PartitionCount::count_types(const store::RecordView& record) {
  const Service service = sums_.partition.service;
  if (record.command)
    types_[{service, PayloadKind::command, record.command->tag}].add(record.command->bytes.size());
  for (const store::PayloadView& event : record.events)
    types_[{service, PayloadKind::event, event.tag}].add(event.bytes.size());
  if ((record.flags & store::kRecordRefused) == 0) return;
  ++sums_.refusals;
  ++refusals_[{service, record.refusal}];
}

// Bytes are live until the stream ends. A stream whose first record was seen is known until then:
// so one that is not known has ended.
void PartitionCount::count_bytes(const store::RecordView& record, std::uint64_t stream,
                                 std::uint64_t bytes) {
  const auto snapshot = snapshots_.find(stream);
  const bool superseded = snapshot != snapshots_.end() && snapshot->second >= record.offset;
  (superseded ? sums_.superseded_bytes : sums_.live_bytes) += bytes;
  if (!can_end_) return;
  const std::uint64_t live = superseded ? 0 : bytes;
  auto at = under_way_.find(stream);
  if (at == under_way_.end() && record.sequence == 1) at = under_way_.emplace(stream, 0).first;
  if (at == under_way_.end()) {
    sums_.live_bytes -= live;
    sums_.ended_bytes += live;
    return;
  }
  at->second += live;
  if (!ends(sums_.partition.service, record)) return;
  sums_.live_bytes -= at->second;
  sums_.ended_bytes += at->second;
  under_way_.erase(at);
}

void PartitionCount::merge_into(Stats& stats, std::size_t place) {
  stats.partitions[place] = sums_;
  for (const auto& [type, amount] : types_) stats.types[type].add(amount);
  for (const auto& [refusal, count] : refusals_) stats.refusals[refusal] += count;
  for (const auto& [hour, counted] : hours_) {
    stats.hours[hour].records.add(counted.records);
    stats.hours[hour].events += counted.events;
  }
  const auto merge = [this](const HeavyHitters& from, std::vector<HotStream>& into) {
    for (auto& counter : from.counters())
      into.push_back({sums_.partition, std::move(counter.key), counter.at_least(), counter.count});
  };
  merge(by_records_, stats.by_records);
  merge(by_bytes_, stats.by_bytes);
  if (stats.directory) stats.directory->snapshots.add(snapshot_sizes_);
}

}  // namespace souk::replay
