// What any thread may ask, beside the writer. Nothing here shows a record before it is durable.
#include <map>

#include "store/batch_cursor.hpp"
#include "store/keys.hpp"
#include "store/log_impl.hpp"
#include "store/saved.hpp"
#include "store/values.hpp"

namespace souk::store {

bool Log::Impl::surely_new(PartitionId id, std::string_view stream) const {
  Partition* partition = find(id);
  if (partition == nullptr) return false;
  {
    std::lock_guard lock(mutex);
    if (!partition->heads_known) return false;
    if (auto held = partition->streams.find(stream)) return held->tip_.sequence == 0;
  }
  return !kv->may_exist(Column::heads, stream_key(id, stream));
}

Result<Head> Log::Impl::saved_head(PartitionId id, std::string_view stream) const {
  return store::saved_head(*kv, id, stream);
}

Result<std::shared_ptr<Stream>> Log::Impl::open_stream(PartitionId id, std::string_view stream) {
  Partition* partition = find(id);
  if (partition == nullptr) return no_such(id);
  if (stream.empty()) return Status(Code::invalid, "A stream's id cannot be empty.");
  std::unique_lock lock(mutex);
  for (;;) {
    if (!partition->heads_known) return partition->stopped;
    if (auto held = partition->streams.find(stream)) return held;
    const std::uint64_t saves = partition->heads_saved;
    lock.unlock();
    auto saved = saved_head(id, stream);
    if (!saved.ok()) return note_damage(*partition, saved.status());
    lock.lock();
    if (auto held = partition->streams.find(stream)) return held;
    // If heads were saved meanwhile, the one that was read may be the one before.
    if (partition->heads_saved == saves) return partition->streams.add(id, stream, *saved);
  }
}

Result<Head> Log::Impl::head(PartitionId id, std::string_view stream) const {
  Partition* partition = find(id);
  if (partition == nullptr) return no_such(id);
  std::unique_lock lock(mutex);
  for (;;) {
    if (!partition->heads_known) return partition->stopped;
    if (auto held = partition->streams.find(stream)) return held->head_;
    const std::uint64_t saves = partition->heads_saved;
    lock.unlock();
    auto saved = saved_head(id, stream);
    if (!saved.ok()) return note_damage(*partition, saved.status());
    lock.lock();
    if (partition->heads_saved == saves && partition->streams.find(stream) == nullptr) return saved;
  }
}

std::optional<std::string> Log::Impl::waiting_snapshot(const std::string& key) const {
  std::lock_guard lock(mutex);
  auto waiting = snapshots.find(key);
  return waiting == snapshots.end() ? std::nullopt : std::optional(waiting->second);
}

Result<std::optional<std::string>> Log::Impl::snapshot_value(const std::string& key) const {
  if (auto waiting = waiting_snapshot(key)) return waiting;
  auto value = kv->get(Column::snapshots, key);
  if (!value.ok() && value.status().code() == Code::corruption)
    return std::optional<std::string>("");
  return value;
}

Result<std::optional<Snapshot>> Log::Impl::snapshot(PartitionId id, std::string_view stream,
                                                    std::uint32_t version) const {
  using Found = std::optional<Snapshot>;
  const std::string key = stream_key(id, stream);
  // The snapshot first: then a head that is behind it is behind it for good.
  auto value = snapshot_value(key);
  if (!value.ok()) return value.status();
  auto end = head(id, stream);
  if (!end.ok()) return end.status();
  if (!*value) return Found();
  Found found = parse_snapshot(key, **value);
  if (!found)
    options.warn("Partition " + display(id) + ": the snapshot of stream " + std::string(stream) +
                 " is damaged and was ignored; the stream is read from its records instead.");
  if (!found || found->version != version || found->offset > end->offset) return Found();
  return found;
}

Result<std::optional<Snapshot>> Log::Impl::any_snapshot(PartitionId id,
                                                        std::string_view stream) const {
  if (find(id) == nullptr) return no_such(id);
  const std::string key = stream_key(id, stream);
  if (const auto waiting = waiting_snapshot(key)) return parse_snapshot(key, *waiting);
  return saved_snapshot(*kv, id, stream);
}

// Two walks: back, to learn the offsets, which costs eight bytes a record; then forward.
Status Log::Impl::read_stream(PartitionId id, std::string_view stream, Offset after,
                              const std::function<void(const RecordView&)>& f) const {
  auto end = head(id, stream);
  if (!end.ok()) return end.status();
  Partition& partition = *find(id);
  BatchCursor cursor(*kv, id);
  RecordView record;
  std::vector<Offset> path;
  Sequence sequence = end->sequence;
  for (Offset at = end->offset; at > after; at = record.previous, --sequence) {
    Status status = cursor.read(at, record);
    if (!status.ok()) return note_damage(partition, status);
    bool is_first = record.previous == kNoOffset;
    if (record.stream != stream || record.sequence != sequence || record.previous >= at ||
        is_first != (sequence == 1))
      return note_damage(
          partition,
          corruption_at(id, at, "the record is not the next of stream " + std::string(stream)));
    path.push_back(at);
  }
  for (auto at = path.rbegin(); at != path.rend(); ++at) {
    Status status = cursor.read(*at, record);
    if (!status.ok()) return note_damage(partition, status);
    f(record);
  }
  return {};
}

Status Log::Impl::scan(PartitionId id, Offset from,
                       const std::function<bool(const RecordView&)>& f) const {
  Partition* partition = find(id);
  if (partition == nullptr) return no_such(id);
  Offset end;
  Status damage;  // what a start found at the end; what is before it can be read
  {
    std::lock_guard lock(mutex);
    end = partition->next_offset;
    if (!partition->heads_known) damage = partition->stopped;
  }
  BatchCursor cursor(*kv, id);
  RecordView record;
  for (Offset at = std::max<Offset>(from, 1); at < end; ++at) {
    Status status = cursor.read(at, record);
    if (!status.ok()) return note_damage(*partition, status);
    if (!f(record)) return {};
  }
  return damage;
}

Result<std::vector<std::string>> Log::Impl::open_streams(PartitionId id) const {
  Partition* partition = find(id);
  if (partition == nullptr) return no_such(id);
  std::map<std::string, bool> unsaved;  // looked up before the saved ones, or a save may hide some
  {
    std::lock_guard lock(mutex);
    if (!partition->heads_known) return partition->stopped;
    partition->streams.for_each_unsaved(
        [&](const Stream& stream) { unsaved.insert_or_assign(stream.id(), stream.head_.open); });
  }
  std::vector<std::string> ids;
  auto cursor = kv->cursor(Column::open);
  for (cursor->seek(partition_key(id)); cursor->valid() && is_of(id, cursor->key());
       cursor->next()) {
    std::string stream(cursor->key().substr(kPartitionKeyBytes));
    if (!unsaved.contains(stream)) ids.push_back(std::move(stream));
  }
  if (!cursor->status().ok()) {
    Status status = cursor->status();
    if (status.code() == Code::corruption)
      status = {Code::corruption, "Partition " + display(id) +
                                      " is damaged: its list of open streams cannot be read (" +
                                      status.message() + ")."};
    return note_damage(*partition, status);
  }
  for (const auto& [stream, open] : unsaved)
    if (open) ids.push_back(stream);
  return ids;
}

}  // namespace souk::store
