// The writer's side: a group of appends becomes one batch a partition and one synced write. Heads
// and snapshots ride along with later groups, so that they cost no sync of their own.
#include <algorithm>
#include <utility>

#include "store/bytes.hpp"
#include "store/keys.hpp"
#include "store/log_impl.hpp"
#include "store/record_layout.hpp"
#include "store/values.hpp"

namespace souk::store {
namespace {

constexpr std::size_t kGroupBytesMax = 1u << 30;  // positions in a batch are u32; RocksDB's too

// True if the bytes are of the record that the append says they are of.
bool matches(const Append& append) {
  const std::string& bytes = append.bytes;
  if (append.stream == nullptr || bytes.size() < kRecordHeaderBytes) return false;
  bool open = (static_cast<std::uint8_t>(bytes[kFlagsAt]) & kRecordOpen) != 0;
  return load<Sequence>(bytes.data() + kSequenceAt) == append.sequence && open == append.open &&
         Reader(std::string_view(bytes).substr(kRecordHeaderBytes)).take_bytes() ==
             append.stream->id();
}

Status stale(const Stream& stream, Sequence got, Sequence expected) {
  return {Code::stale_sequence, "Stream " + stream.id() + " in partition " +
                                    display(stream.partition()) + " expects record " +
                                    std::to_string(expected) + ", not " + std::to_string(got) +
                                    "; load it again."};
}

Status after(const Status& reason) {
  return {Code::stopped, "Stopped after an earlier failure: " + reason.message()};
}

}  // namespace

std::vector<Status> Log::Impl::append(std::span<Append> appends, std::vector<Offset>& offsets) {
  std::vector<Status> statuses(appends.size());
  offsets.assign(appends.size(), kNoOffset);
  WriteBatch changes;
  std::vector<HeadSave> saves;
  std::unordered_map<std::string, std::string> saved_snapshots;
  {
    std::lock_guard lock(mutex);
    in_group.clear();
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < appends.size(); ++i)
      statuses[i] = admit(appends[i], offsets[i], bytes);
    if (in_group.empty()) return statuses;
    saves = choose_heads();
    saved_snapshots.swap(snapshots);
  }

  ++group;
  changes.changes.reserve(in_group.size() + saved_snapshots.size());
  build_batches(appends, offsets, changes);
  put_heads(saves, changes);
  for (auto& [key, value] : saved_snapshots) changes.put(Column::snapshots, key, std::move(value));
  Status written = write(changes);
  std::vector<Tail::Value> batches;  // in the end those that have left the tail; freed unlocked
  if (written.ok()) batches = take_batches(changes);

  std::lock_guard lock(mutex);
  for (std::size_t i = 0; i < appends.size(); ++i) {
    if (offsets[i] == kNoOffset) continue;
    if (written.ok()) {
      appends[i].stream->head_ = {offsets[i], appends[i].sequence, appends[i].open};
    } else {
      statuses[i] = written;
      offsets[i] = kNoOffset;
    }
  }
  if (!written.ok()) return statuses;
  publish_batches(batches);
  publish_heads(saves);
  return statuses;
}

// Gives the append its offset and moves its stream's tip, under the mutex; or says why not, and
// then has changed nothing.
Status Log::Impl::admit(Append& append, Offset& offset, std::size_t& group_bytes) {
  if (!matches(append))
    return {Code::invalid, "The append's bytes are not those of the record that it announces."};
  Stream& stream = *append.stream;
  Partition* partition = find(stream.partition());
  if (partition == nullptr) return no_such(stream.partition());
  if (!failed.ok()) return after(failed);
  if (!partition->stopped.ok()) return after(partition->stopped);
  if (append.sequence != stream.tip_.sequence + 1)
    return stale(stream, append.sequence, stream.tip_.sequence + 1);
  if (append.bytes.size() > kGroupBytesMax - group_bytes)
    return {Code::invalid, "The group has more than 1 GiB of records; append fewer at once."};

  group_bytes += append.bytes.size();
  if (partition->batch.count() == 0) {
    in_group.push_back(partition);
    partition->group_end = partition->next_offset;
  }
  partition->batch.expect(append.bytes.size());
  offset = partition->group_end++;
  set_previous(append.bytes, stream.tip_.offset);
  stream.tip_ = {offset, append.sequence, append.open};
  if (partition->streams.mark_dirty(append.stream)) ++dirty_heads;
  return {};
}

void Log::Impl::build_batches(std::span<Append> appends, const std::vector<Offset>& offsets,
                              WriteBatch& changes) {
  std::ranges::sort(in_group, {}, &Partition::id);  // so that the same group has the same bytes
  for (std::size_t i = 0; i < in_group.size(); ++i) {
    const PartitionId next = in_group[(i + 1) % in_group.size()]->id;
    in_group[i]->batch.begin(in_group[i]->id, in_group[i]->next_offset, {group, next});
  }
  for (std::size_t i = 0; i < appends.size(); ++i)
    if (offsets[i] != kNoOffset) find(appends[i].stream->partition())->batch.add(appends[i].bytes);
  for (Partition* partition : in_group) {
    auto& change = changes.changes.emplace_back(WriteBatch::Change{Column::log, false, {}, {}});
    partition->batch.finish(change.key, change.value);
  }
}

// Which heads to save with this group: of partitions whose saved heads lag too far behind, and, in
// turn, of as many others as it takes to have no more than dirty_heads_max waiting.
std::vector<HeadSave> Log::Impl::choose_heads() {
  std::vector<HeadSave> saves;
  for (Partition* partition : in_group)
    if (partition->group_end - partition->heads_through > options.heads_lag_max)
      saves.push_back(take_heads(*partition));
  for (std::size_t i = 0; i < partitions.size() && dirty_heads > options.dirty_heads_max; ++i) {
    next_to_save = (next_to_save + 1) % partitions.size();
    Partition& partition = partitions[next_to_save];
    if (partition.streams.dirty() > 0 && !partition.streams.is_saving())
      saves.push_back(take_heads(partition));
  }
  return saves;
}

// Takes the heads that are durable now. A stream of the group that is being written stays dirty.
HeadSave Log::Impl::take_heads(Partition& partition) {
  HeadSave save{&partition, partition.next_offset - 1, {}};
  dirty_heads -= partition.streams.dirty();
  const auto& streams = partition.streams.begin_save();
  save.heads.reserve(streams.size());
  for (const std::shared_ptr<Stream>& stream : streams) {
    if (stream->tip_ != stream->head_ && partition.streams.mark_dirty(stream)) ++dirty_heads;
    if (stream->head_.sequence > 0) save.heads.emplace_back(stream.get(), stream->head_);
  }
  return save;
}

void Log::Impl::put_heads(const std::vector<HeadSave>& saves, WriteBatch& changes) const {
  if (saves.empty()) return;
  for (const HeadSave& save : saves) {
    for (const auto& [stream, head] : save.heads) {
      std::string key = stream_key(stream->partition(), stream->id());
      if (head.open && !stream->was_open_) changes.put(Column::open, key, {});
      if (!head.open && stream->was_open_) changes.erase(Column::open, key);
      std::string value = encode_head(key, head);
      changes.put(Column::heads, std::move(key), std::move(value));
    }
    std::string key = heads_through_key(save.partition->id);
    std::string value = encode_counter(key, save.through);
    changes.put(Column::meta, std::move(key), std::move(value));
  }
  std::string key = meta_key(MetaKind::group);
  std::string value = encode_counter(key, group);
  changes.put(Column::meta, std::move(key), std::move(value));
}

// One synced write. If it fails, the store has stopped: what is on the disk is not known. The heads
// that were being saved stay in their tables for good, where they are still read.
Status Log::Impl::write(const WriteBatch& changes) {
  Status status = kv->write(changes, true);
  if (status.ok()) return status;
  status = {Code::io_error, "A write to the data directory failed (" + status.message() +
                                "); nothing of it was acknowledged. Free space or repair the disk, "
                                "then restart."};
  {
    std::lock_guard lock(mutex);
    failed = status;
  }
  options.warn(status.message());
  return status;
}

void Log::Impl::publish_heads(const std::vector<HeadSave>& saves) {
  for (const HeadSave& save : saves) {
    save.partition->heads_through = save.through;
    ++save.partition->heads_saved;
    for (const auto& [stream, head] : save.heads) stream->was_open_ = head.open;
    save.partition->streams.end_save();
  }
}

// The group's batches, moved out of what was written: one a partition of it, in its order.
std::vector<Tail::Value> Log::Impl::take_batches(WriteBatch& changes) const {
  std::vector<Tail::Value> batches;
  if (options.tail_bytes_max == 0) return batches;
  batches.reserve(in_group.size());
  for (std::size_t i = 0; i < in_group.size(); ++i)
    batches.push_back(std::make_shared<const std::string>(std::move(changes.changes[i].value)));
  return batches;
}

// Shows the group to readers. Leaves in `batches` what has left the tail for it.
void Log::Impl::publish_batches(std::vector<Tail::Value>& batches) {
  std::vector<Tail::Value> gone;
  for (std::size_t i = 0; i < in_group.size(); ++i) {
    Partition& partition = *in_group[i];
    const Offset first = std::exchange(partition.next_offset, partition.group_end);
    if (!batches.empty())
      tail.add(index_of(partition), first, partition.group_end, std::move(batches[i]), gone);
  }
  batches.swap(gone);
}

void Log::Impl::put_snapshot(const Stream& stream, const Snapshot& snapshot) {
  std::string key = stream_key(stream.partition(), stream.id());
  std::string value = encode_snapshot(key, snapshot);
  std::lock_guard lock(mutex);
  snapshots.insert_or_assign(std::move(key), std::move(value));
}

Status Log::Impl::flush() {
  Status status = save_waiting();
  if (!status.ok()) return status;
  status = kv->flush();
  if (status.ok()) return {};
  return {status.code(),
          "Everything is saved, but the next start has to read the write-ahead log "
          "again (" +
              status.message() + ")."};
}

Status Log::Impl::save_waiting() {
  WriteBatch changes;
  std::vector<HeadSave> saves;
  {
    std::lock_guard lock(mutex);
    if (!failed.ok()) return after(failed);
    for (Partition& partition : partitions)
      if (partition.streams.dirty() > 0) saves.push_back(take_heads(partition));
    for (auto& [key, value] : snapshots) changes.put(Column::snapshots, key, std::move(value));
    snapshots.clear();
  }
  if (saves.empty() && changes.changes.empty()) return {};
  ++group;  // so that no batch written before can be taken for a torn one
  put_heads(saves, changes);
  Status status = write(changes);
  if (!status.ok()) return status;
  std::lock_guard lock(mutex);
  publish_heads(saves);
  return {};
}

}  // namespace souk::store
