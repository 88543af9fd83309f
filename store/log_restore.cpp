#include "store/log_restore.hpp"

#include <utility>

#include "store/bytes.hpp"
#include "store/keys.hpp"
#include "store/record_layout.hpp"
#include "store/saved.hpp"
#include "store/values.hpp"

namespace souk::store {
namespace {

constexpr std::size_t kWriteBytes = 4u << 20;     // as much is handed to the database at once
constexpr std::size_t kGroupBytesMax = 1u << 30;  // positions in a batch are u32

Status invalid(std::string what) { return {Code::invalid, std::move(what)}; }

std::string number(std::uint64_t n) { return std::to_string(n); }

}  // namespace

Result<std::unique_ptr<LogRestore>> LogRestore::begin(std::unique_ptr<Kv> kv,
                                                      const Identity& identity,
                                                      std::size_t streams_max) {
  for (const Column column :
       {Column::log, Column::heads, Column::open, Column::snapshots, Column::meta}) {
    auto any = kv->cursor(column);
    any->seek({});
    if (any->valid()) return invalid("The data directory is not empty.");
    if (!any->status().ok()) return any->status();
  }
  const std::string key = meta_key(MetaKind::identity);
  WriteBatch batch;
  batch.put(Column::meta, key, encode_identity(key, identity));
  if (Status status = kv->write(batch, false); !status.ok()) return status;
  return std::unique_ptr<LogRestore>(new LogRestore(std::move(kv), identity, streams_max));
}

LogRestore::LogRestore(std::unique_ptr<Kv> kv, const Identity& identity, std::size_t streams_max)
    : kv_(std::move(kv)), streams_max_(streams_max) {
  for (const auto& [service, count] : identity.partitions)
    for (int n = 0; n < count; ++n)
      partitions_[PartitionId{service, static_cast<std::uint16_t>(n)}];
}

Offset LogRestore::last(PartitionId partition) const {
  const auto at = partitions_.find(partition);
  return at == partitions_.end() ? kNoOffset : at->second.last;
}

Status LogRestore::add(PartitionId id, std::uint64_t group, const std::optional<PartitionId>& next,
                       Offset offset, std::string_view bytes) {
  const auto at = partitions_.find(id);
  if (at == partitions_.end()) return invalid("There is no partition " + display(id) + '.');
  if (group < group_ || group == 0)
    return invalid("Group " + number(group) + " cannot follow group " + number(group_) + '.');
  if (group != group_) {
    if (Status status = end_group(); !status.ok()) return status;
    group_ = group;
  }
  if (bytes.size() > kGroupBytesMax - bytes_.size())
    return invalid("Group " + number(group) + " has more than 1 GiB of records.");
  Partition& partition = at->second;
  if (Status status = admit(id, partition, offset, bytes); !status.ok()) return status;
  if (partition.batch.count() == 0) partition.next = next;
  partition.batch.expect(bytes.size());
  lines_.push_back({&partition, bytes_.size(), bytes.size()});
  bytes_ += bytes;
  return {};
}

// Moves the ends of the partition and of the record's stream; or says why not, and then has changed
// nothing.
Status LogRestore::admit(PartitionId id, Partition& partition, Offset offset,
                         std::string_view bytes) {
  if (offset != partition.last + 1)
    return invalid("Partition " + display(id) + " goes on with offset " +
                   number(partition.last + 1) + ", not " + number(offset) + '.');
  if (bytes.size() < kRecordHeaderBytes) return invalid("The record is cut short.");
  const auto sequence = load<Sequence>(bytes.data() + kSequenceAt);
  const auto previous = load<Offset>(bytes.data() + kPreviousAt);
  const bool open = (static_cast<std::uint8_t>(bytes[kFlagsAt]) & kRecordOpen) != 0;
  const std::string_view name = Reader(bytes.substr(kRecordHeaderBytes)).take_bytes();
  auto known = stream(id, name);
  if (!known.ok()) return known.status();
  Head& head = (*known)->head;
  if (sequence != head.sequence + 1)
    return invalid("Stream " + std::string(name) + " in " + display(id) +
                   " goes on with sequence " + number(head.sequence + 1) + ", not " +
                   number(sequence) + '.');
  if (previous != head.offset)
    return invalid("The record before it in stream " + std::string(name) + " stands at offset " +
                   number(head.offset) + ", not " + number(previous) + '.');
  head = {offset, sequence, open};
  (*known)->is_saved = false;
  partition.last = offset;
  return {};
}

Result<LogRestore::Known*> LogRestore::stream(PartitionId partition, std::string_view id) {
  std::string key = stream_key(partition, id);
  if (const auto at = streams_.find(key); at != streams_.end()) return &at->second;
  if (streams_.size() >= streams_max_)
    if (Status status = save_heads(); !status.ok()) return status;
  Known known;
  if (heads_saved_ && kv_->may_exist(Column::heads, key)) {
    auto saved = saved_head(*kv_, partition, id);
    if (!saved.ok()) return saved.status();
    known = {*saved, saved->open, true};
  }
  return &streams_.emplace(std::move(key), known).first->second;
}

// Makes the group's batches. The ring is in the order of the partitions, as the log writes it.
Status LogRestore::end_group() {
  std::vector<std::pair<PartitionId, Partition*>> ring;
  for (auto& [id, partition] : partitions_)
    if (partition.batch.count() > 0) ring.emplace_back(id, &partition);
  for (std::size_t i = 0; i < ring.size(); ++i) {
    auto& [id, partition] = ring[i];
    const PartitionId follows = ring[(i + 1) % ring.size()].first;
    partition->batch.begin(id, partition->last - partition->batch.count() + 1,
                           {group_, partition->next.value_or(follows)});
  }
  for (const Line& line : lines_)
    line.partition->batch.add(std::string_view(bytes_).substr(line.at, line.size));
  for (auto& [id, partition] : ring) {
    auto& change = changes_.changes.emplace_back(WriteBatch::Change{Column::log, false, {}, {}});
    partition->batch.finish(change.key, change.value);
    change_bytes_ += change.key.size() + change.value.size();
  }
  lines_.clear();
  bytes_.clear();
  return change_bytes_ < kWriteBytes ? Status() : write(false);
}

Status LogRestore::write(bool sync) {
  Status status = kv_->write(changes_, sync);
  changes_.changes.clear();
  change_bytes_ = 0;
  return status;
}

// Saves the heads that the database does not have, and forgets all: what is needed again is read
// from there.
Status LogRestore::save_heads() {
  for (auto& [key, known] : streams_) {
    if (known.is_saved || known.head.sequence == 0) continue;
    if (known.head.open && !known.was_open) changes_.put(Column::open, key, {});
    if (!known.head.open && known.was_open) changes_.erase(Column::open, key);
    std::string value = encode_head(key, known.head);
    change_bytes_ += key.size() + value.size();
    changes_.put(Column::heads, key, std::move(value));
    if (change_bytes_ < kWriteBytes) continue;
    if (Status status = write(false); !status.ok()) return status;
  }
  streams_.clear();
  heads_saved_ = true;
  return write(false);
}

Status LogRestore::finish() {
  if (Status status = end_group(); !status.ok()) return status;
  if (Status status = save_heads(); !status.ok()) return status;
  for (const auto& [id, partition] : partitions_) {
    const std::string key = heads_through_key(id);
    if (partition.last != kNoOffset)
      changes_.put(Column::meta, key, encode_counter(key, partition.last));
  }
  const std::string key = meta_key(MetaKind::group);
  changes_.put(Column::meta, key, encode_counter(key, group_));
  if (Status status = write(true); !status.ok()) return status;
  return kv_->flush();
}

}  // namespace souk::store
