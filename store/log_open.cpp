// What a start does: whose directory is this, where does every partition end, is the end whole, and
// which heads were not saved yet.
#include <algorithm>

#include <xxhash.h>

#include "store/batch_cursor.hpp"
#include "store/keys.hpp"
#include "store/log_impl.hpp"
#include "store/saved.hpp"
#include "store/values.hpp"

namespace souk::store {
namespace {

Result<std::uint64_t> load_counter(const Kv& kv, const std::string& key, const std::string& name) {
  auto value = kv.get(Column::meta, key);
  if (!value.ok()) return value.status();
  if (!*value) return std::uint64_t{0};
  auto counter = parse_counter(key, **value);
  if (!counter)
    return Status(Code::corruption, "The data directory is damaged: its saved " + name +
                                        " is not what was written; restore it from a copy.");
  return *counter;
}

Status wrong_cluster(const std::string& what) {
  return {Code::wrong_cluster,
          "The data directory " + what + "; choose another --data or correct the configuration."};
}

// Every service of the directory must be there with as many partitions. It may lack some that the
// configuration has: they are new.
Status check_partitions(const Identity& saved, const Identity& wanted) {
  for (auto [service, count] : saved.partitions) {
    auto at = wanted.partitions.find(service);
    std::string has = "has " + std::to_string(count) + " partitions of service " +
                      std::string(name_of(service)) + ", and ";
    if (at == wanted.partitions.end()) return wrong_cluster(has + "the configuration has none");
    if (at->second != count)
      return wrong_cluster(has + "the configuration says " + std::to_string(at->second));
  }
  return {};
}

}  // namespace

// A partition's last batch that does not check out.
struct Log::Impl::DamagedEnd {
  Partition* partition;
  Offset first_offset;
  std::uint64_t claimed_group;
  Status why;
  Status before;      // of the batch before it
  std::string looks;  // where it is, and a hash of its bytes: what a note may say of it
};

Status Log::Impl::recover(const Identity& wanted) {
  if (Status status = check_identity(wanted); !status.ok()) return status;
  lay_out_partitions();
  if (Status status = load_counters(); !status.ok()) return status;

  std::vector<DamagedEnd> damaged;
  for (Partition& partition : partitions)
    if (Status status = find_end(partition, damaged); !status.ok()) return status;
  WriteBatch cuts;
  for (const DamagedEnd& end : damaged)
    if (Status status = cut_or_stop(end, cuts); !status.ok()) return status;
  for (Partition& partition : partitions)
    if (Status status = rebuild_heads(partition); !status.ok()) return status;

  if (cuts.changes.empty()) return {};
  // The number of a group that was cut is not given to another one.
  cuts.put(Column::meta, meta_key(MetaKind::group),
           encode_counter(meta_key(MetaKind::group), ++group));
  return kv->write(cuts, true);
}

Status Log::Impl::check_identity(const Identity& wanted) {
  auto saved = read_identity(*kv);
  if (!saved.ok()) return saved.status();
  identity = wanted;
  if (*saved) {
    const Identity& found = **saved;
    if (found.cluster_id != wanted.cluster_id)
      return wrong_cluster("belongs to cluster \"" + found.cluster_id + "\", not to \"" +
                           wanted.cluster_id + '"');
    if (Status status = check_partitions(found, wanted); !status.ok()) return status;
    if (found == wanted) return {};
  } else {
    auto any = kv->cursor(Column::log);
    any->seek({});
    if (any->valid())
      return {Code::corruption,
              "The data directory is damaged: it has a log but no identity; restore it from a "
              "copy."};
  }
  WriteBatch batch;
  const std::string key = meta_key(MetaKind::identity);
  batch.put(Column::meta, key, encode_identity(key, wanted));
  return kv->write(batch, true);
}

void Log::Impl::lay_out_partitions() {
  for (auto [service, count] : identity.partitions) {
    first_of[static_cast<std::uint8_t>(service)] = partitions.size();
    for (int number = 0; number < count; ++number)
      partitions.emplace_back(PartitionId{service, static_cast<std::uint16_t>(number)});
  }
  tail.lay_out(partitions.size());
}

Status Log::Impl::load_counters() {
  auto newest = load_counter(*kv, meta_key(MetaKind::group), "group number");
  if (!newest.ok()) return newest.status();
  group = *newest;
  for (Partition& partition : partitions) {
    auto through = load_counter(*kv, heads_through_key(partition.id),
                                "cursor of the heads of partition " + display(partition.id));
    if (!through.ok()) return through.status();
    partition.heads_through = *through;
  }
  return {};
}

// Sets next_offset. A last batch that does not check out goes to `damaged`; damage of another kind
// stops the partition. Fails only if the disk does.
Status Log::Impl::find_end(Partition& partition, std::vector<DamagedEnd>& damaged) {
  auto cursor = kv->cursor(Column::log);
  cursor->seek_for_prev(log_key(partition.id, kOffsetMax));
  const bool is_there = cursor->valid() && is_of(partition.id, cursor->key());
  if ((!cursor->valid() && cursor->status().code() == Code::corruption) ||
      (is_there && offset_of_log_key(cursor->key()) == kNoOffset)) {
    // The database cannot tell the end, or what stands there is no offset: walk as far as it can be
    // read, to name the place.
    partition.next_offset = kOffsetMax;
    return rebuild_heads(partition);
  }
  if (!cursor->valid() && !cursor->status().ok()) return cursor->status();
  if (!is_there) {
    if (partition.heads_through > 0)
      stop_at_start(partition, corruption_at(partition.id, 1, "its log is gone"));
    return {};
  }
  const Offset first_offset = offset_of_log_key(cursor->key());
  auto last = BatchView::parse(partition.id, cursor->key(), cursor->value());
  if (last.ok()) {
    partition.next_offset = last->end_offset();
    group = std::max(group, last->group());
    if (partition.heads_through >= partition.next_offset)
      stop_at_start(partition, corruption_at(partition.id, partition.next_offset,
                                             "the log ends before heads that were saved"));
  } else if (last.status().code() == Code::corruption) {
    partition.next_offset = first_offset;
    BatchCursor before(*kv, partition.id);
    Status status = first_offset > 1 ? before.seek(first_offset - 1) : Status();
    if (!status.ok() && status.code() != Code::corruption) return status;
    if (status.ok() && first_offset > 1 && before.batch().end_offset() != first_offset) {
      partition.next_offset = before.batch().end_offset();
      status = corruption_at(partition.id, first_offset, "a batch there begins within another one");
    }
    group = std::max(group, before.batch().group());
    const std::string_view value = cursor->value();
    damaged.push_back({&partition, first_offset, BatchView::claimed_group(value), last.status(),
                       status,
                       std::to_string(first_offset) + '/' +
                           std::to_string(XXH3_64bits(value.data(), value.size()))});
  } else {
    return last.status();
  }
  return {};
}

// The last batch of a partition may be torn if it belonged to the very last group that was written.
// Then it was never acknowledged, and goes. If anything proves that it was once synced (a later
// group, heads that were saved after it), if its group's number is none that was given (a torn
// batch lacks its end: what it has is right), or if what is before it is damaged too, the partition
// stops. If only the last is so, a note keeps what it looked like: once what is before it is
// restored, groups that others wrote meanwhile prove nothing about it.
Status Log::Impl::cut_or_stop(const DamagedEnd& end, WriteBatch& cuts) {
  Partition& partition = *end.partition;
  const std::string note = "torn-end/" + display(partition.id);
  const auto noted = saved_note(*kv, note);
  if (!noted.ok() && noted.status().code() != Code::corruption) return noted.status();
  const bool is_known = noted.ok() && *noted == end.looks;
  const bool is_readable = end.claimed_group != BatchView::kNoGroup;
  const bool never_given = is_readable && end.claimed_group > group + 1;
  const bool was_synced =
      (end.claimed_group < group && !is_known) || partition.heads_through >= end.first_offset;
  if (was_synced || never_given || !end.before.ok()) {
    stop_at_start(partition, end.before.ok() ? end.why : end.before);
    if (!was_synced && !never_given && !is_known)
      cuts.put(Column::meta, note_key(note), encode_note(note_key(note), end.looks));
    return {};
  }
  cuts.erase(Column::log, log_key(partition.id, end.first_offset));
  if (noted.ok() && *noted) cuts.erase(Column::meta, note_key(note));
  options.warn("Partition " + display(partition.id) + ": the last batch, at offset " +
               std::to_string(end.first_offset) +
               ", was torn by a crash before anything in it was acknowledged; it was cut off.");
  return {};
}

// Reads the records whose heads may not have been saved. Damage stops the partition; fails only if
// the disk does.
Status Log::Impl::rebuild_heads(Partition& partition) {
  if (!partition.stopped.ok()) return {};
  BatchCursor cursor(*kv, partition.id);
  RecordView record;
  for (Offset at = partition.heads_through + 1; at < partition.next_offset; ++at) {
    Status status = cursor.read(at, record);
    if (status.ok()) status = replay(partition, record);
    if (status.code() == Code::corruption) {
      const BatchView& batch = cursor.batch();
      if (partition.next_offset == kOffsetMax)
        partition.next_offset = batch.holds(at) ? batch.end_offset() : std::max<Offset>(at, 1);
      stop_at_start(partition, status);
      return {};
    }
    if (!status.ok()) return status;
  }
  return {};
}

Status Log::Impl::replay(Partition& partition, const RecordView& record) {
  auto stream = partition.streams.find(record.stream);
  if (stream == nullptr) {
    auto saved = saved_head(partition.id, record.stream);
    if (!saved.ok()) return saved.status();
    stream = partition.streams.add(partition.id, record.stream, *saved);
  }
  const Head& head = stream->head_;
  if (record.sequence != head.sequence + 1 || record.previous != head.offset)
    return corruption_at(partition.id, record.offset,
                         "the record does not follow the one before in stream " + stream->id());
  stream->head_ = {record.offset, record.sequence, (record.flags & kRecordOpen) != 0};
  stream->tip_ = stream->head_;
  if (partition.streams.mark_dirty(stream)) ++dirty_heads;
  return {};
}

void Log::Impl::stop_at_start(Partition& partition, Status why) {
  dirty_heads -= partition.streams.dirty();
  partition.streams = {};
  partition.heads_known = false;
  partition.stopped = std::move(why);
  options.warn(partition.stopped.message());
}

}  // namespace souk::store
