#include "tests/fuzz/log_check.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "store/keys.hpp"
#include "store/log.hpp"
#include "store/log_view.hpp"
#include "store/log_walk.hpp"
#include "store/partition_end.hpp"
#include "store/record.hpp"
#include "store/saved.hpp"
#include "tests/fuzz/log_input.hpp"
#include "tests/fuzz/on_disk.hpp"
#include "tests/fuzz/require.hpp"

namespace souk::fuzz {

using store::Code;
using store::Column;
using store::Offset;
using store::RecordView;

namespace {

bool begins(const Records& whole, const Records& front) {
  return front.size() <= whole.size() && std::equal(front.begin(), front.end(), whole.begin());
}

// What was written is damaged, or a newer souk's.
void require_unreadable(const store::Status& status) {
  require_told(status, Code::corruption, Code::newer_format);
}

// The log through the interface that is read from outside.
class View final : public store::LogView {
 public:
  explicit View(const store::Log& log) : log_(log) {}
  const store::Identity& identity() const override { return log_.identity(); }
  store::Result<Offset> last(PartitionId partition) const override {
    return log_.next_offset(partition) - 1;
  }
  store::Result<store::Slice> read(PartitionId partition, Offset from,
                                   std::size_t bytes_max) const override {
    return log_.read(partition, from, bytes_max);
  }
  store::Result<Offset> next_batch(PartitionId partition, Offset after) const override {
    return log_.next_batch(partition, after);
  }
  store::Result<store::Head> head(PartitionId partition, std::string_view stream) const override {
    return log_.head(partition, stream);
  }
  store::Result<std::optional<store::Snapshot>> snapshot(PartitionId partition,
                                                         std::string_view stream) const override {
    return log_.any_snapshot(partition, stream);
  }
  store::Status refresh() override { return {}; }

 private:
  const store::Log& log_;
};

// One open log and everything that can be asked of it.
class Check {
 public:
  // `disk`: what lies below `kv` and `log`.
  Check(const Contents& disk, const store::Kv& kv, const store::Log& log)
      : disk_(disk), kv_(kv), log_(log), view_(log) {}

  void all() {
    for (const PartitionId partition : partitions_of(log_.identity())) {
      scan(partition);
      slices(partition);
      walks(partition);
      batches(partition);
      streams(partition);
    }
    timeline();
  }

 private:
  const store::MemoryDisk::Map& column_of(Column column) const {
    return disk_[static_cast<std::size_t>(column)];
  }

  // It runs, and all of it can be read.
  bool is_whole(PartitionId partition) const {
    return log_.stopped(partition).ok() && scanned_.at(partition).ok();
  }

  // Whether the records are those that a scan gave. A slice begins where it is asked to, and need
  // not know what is wrong between it and the one before: so there may be more than a scan gave
  // before it met damage.
  bool agrees(PartitionId partition, const Records& read) const {
    const Records& scanned = shown_.at(partition);
    return is_whole(partition) ? read == scanned : begins(read, scanned);
  }

  // No key that is no offset stands between its batches, where a reader need not come by.
  bool has_batches_only(PartitionId partition) const {
    for (const auto& entry : column_of(Column::log))
      if (store::is_of(partition, entry.first) &&
          store::offset_of_log_key(entry.first) == store::kNoOffset)
        return false;
    return true;
  }

  // Nothing was saved beside the log: every head is made from its records.
  bool has_no_saved_heads(PartitionId partition) const {
    for (const Column column : {Column::heads, Column::open})
      for (const auto& entry : column_of(column))
        if (store::is_of(partition, entry.first)) return false;
    return !column_of(Column::meta).contains(store::heads_through_key(partition));
  }

  void scan(PartitionId partition) {
    Records& records = shown_[partition];
    const auto status = log_.scan(partition, 1, [&](const RecordView& record) {
      records.push_back(stood(record));
      return true;
    });
    scanned_[partition] = status;
    const Records expected = readable(column_of(Column::log), partition);
    if (status.ok()) {
      require(records.size() == log_.next_offset(partition) - 1, "a scan ends early");
      require(begins(expected, records) && records.size() == expected.size(),
              "a scan gives other records than the log has");
      return;
    }
    require_unreadable(status);
    require(status.code() != Code::corruption || !log_.stopped(partition).ok(),
            "a damaged partition has not stopped");
    require(begins(expected, records), "before damage, a scan gives what the log has not");
  }

  // By slices of every size, from the beginning and from the middle.
  void slices(PartitionId partition) {
    const Records& records = shown_[partition];
    for (const std::size_t bytes_max : {std::size_t{1}, std::size_t{300}, std::size_t{1} << 20}) {
      Records read;
      Offset at = 1;
      while (true) {
        const auto slice = log_.read(partition, at, bytes_max);
        if (!slice.ok()) {
          require_unreadable(slice.status());
          break;
        }
        require(slice->from == at && slice->next >= at && slice->next <= slice->end,
                "a slice has no order");
        const auto status = slice->for_each([&](const RecordView& record) {
          read.push_back(stood(record));
          return true;
        });
        if (!status.ok()) {
          require_unreadable(status);
          break;
        }
        if (slice->empty()) {
          require(at == slice->end, "a slice is empty before the end");
          break;
        }
        at = slice->next;
      }
      require(agrees(partition, read), "slices give other records than a scan");
    }
    if (records.empty() || !is_whole(partition)) return;
    const auto slice = log_.read(partition, 1 + records.size() / 2, 1);
    require(slice.ok() && !slice->empty(), "what was scanned cannot be read by itself");
    const auto status = slice->for_each([&](const RecordView& record) {
      require(stood(record) == records[record.offset - 1],
              "a slice from the middle gives other records");
      return true;
    });
    require(status.ok(), "a slice from the middle is damaged alone");
  }

  void walks(PartitionId partition) {
    Records walked;
    const auto status = walk_partition(view_, partition, 1, store::kOffsetMax,
                                       [&](const RecordView& record, const store::Place& place) {
                                         require(place.partition == partition, "a walk strays");
                                         walked.push_back(stood(record));
                                         return true;
                                       });
    if (!status.ok()) require_unreadable(status);
    require(agrees(partition, walked), "a walk gives other records than a scan");
    for (const std::uint64_t group : {0, 1, 2, 5}) {
      const auto at = seek_group(view_, partition, group);
      if (!at.ok()) require_unreadable(at.status());
      require(!at.ok() || (*at >= 1 && *at <= log_.next_offset(partition)), "a group is nowhere");
    }
  }

  void batches(PartitionId partition) {
    std::size_t found = 0;
    Offset at = store::kNoOffset;
    while (true) {
      const auto next = log_.next_batch(partition, at);
      require(next.ok(), "a disk in memory cannot be read");
      if (*next == store::kNoOffset) break;
      require(*next > at, "the next batch is not behind the one before");
      at = *next;
      ++found;
    }
    require(found <= column_of(Column::log).size(), "there are more batches than entries");
  }

  void streams(PartitionId partition) {
    std::map<std::string, Records> by_stream;
    for (const Stood& one : shown_[partition]) by_stream[one.record.stream].push_back(one);
    const store::PartitionEnd outside(kv_, partition);
    if (!outside.last().ok()) require_unreadable(outside.last().status());
    if (is_whole(partition) && has_batches_only(partition))
      require(outside.last().ok() && *outside.last() + 1 == log_.next_offset(partition),
              "a partition ends elsewhere if it is seen from outside");
    for (const auto& [id, records] : by_stream) stream(partition, id, records, outside);
    open_ones(partition, by_stream);
  }

  void stream(PartitionId partition, const std::string& id, const Records& records,
              const store::PartitionEnd& outside) {
    const bool honest = is_whole(partition) && has_no_saved_heads(partition);
    const auto head = log_.head(partition, id);
    Records read;
    const auto status =
        log_.read_stream(partition, id, store::kNoOffset,
                         [&](const RecordView& view) { read.push_back(stood(view)); });
    if (!status.ok() || !head.ok()) {
      require_unreadable(status.ok() ? head.status() : status);
      require(!honest, "a stream cannot be read, and its log is whole");
      return;
    }
    require(read.size() == head->sequence, "a stream has other records than its head says");
    require(read.empty() || read.back().offset == head->offset, "a stream ends beside its head");
    for (std::size_t i = 0; i < read.size(); ++i)
      require(read[i].record.stream == id && read[i].record.sequence == i + 1 &&
                  read[i].previous == (i == 0 ? store::kNoOffset : read[i - 1].offset),
              "a stream's records do not follow each other");
    require(!honest || read == records, "a stream lacks records that the log has");
    if (honest) {
      const auto seen = outside.head(id);
      require(seen.ok() && *seen == *head, "a stream ends elsewhere if it is seen from outside");
    }
    Records walked;
    const auto walk = walk_stream(view_, partition, id, store::kNoOffset, store::kOffsetMax,
                                  [&](const RecordView& view) { walked.push_back(stood(view)); });
    require(walk.ok() && walked == read, "a walk along a stream gives other records");
    snapshot(partition, id, *head);
  }

  void snapshot(PartitionId partition, const std::string& id, const store::Head& head) {
    const auto any = log_.any_snapshot(partition, id);
    if (!any.ok()) require_unreadable(any.status());
    const std::uint32_t version = any.ok() && *any ? (*any)->version : 1;
    const auto found = log_.snapshot(partition, id, version);
    require(found.ok(), "a snapshot makes its stream fail");
    if (!*found) return;
    require((*found)->version == version && (*found)->offset <= head.offset,
            "a snapshot is ahead of its stream");
  }

  void open_ones(PartitionId partition, const std::map<std::string, Records>& by_stream) {
    const bool honest = is_whole(partition) && has_no_saved_heads(partition);
    const auto open = log_.open_streams(partition);
    if (!open.ok()) return require_unreadable(open.status());
    const std::set<std::string> ids(open->begin(), open->end());
    require(ids.size() == open->size(), "a stream is open twice");
    if (!honest) return;
    for (const auto& [id, records] : by_stream)
      require(ids.contains(id) == ((records.back().record.flags & store::kRecordOpen) != 0),
              "a stream's record says that it is open, and its head does not, or the other way");
  }

  // All partitions together: each one's records in their order, none left out.
  void timeline() {
    std::map<PartitionId, Records> told;
    store::Timeline timeline(view_, partitions_of(log_.identity()));
    RecordView record;
    store::Place place;
    while (true) {
      const auto more = timeline.next(record, place);
      if (!more.ok()) return require_unreadable(more.status());
      if (!*more) break;
      told[place.partition].push_back(stood(record));
    }
    for (const auto& [partition, records] : shown_)
      require(agrees(partition, told[partition]), "the timeline gives other records than scans");
  }

  const Contents& disk_;
  const store::Kv& kv_;
  const store::Log& log_;
  const View view_;
  std::map<PartitionId, Records> shown_;          // what a scan of each partition gave
  std::map<PartitionId, store::Status> scanned_;  // and how it ended
};

store::Result<std::unique_ptr<store::Log>> open(const std::shared_ptr<store::MemoryDisk>& disk) {
  return store::Log::open(std::make_unique<store::MemoryKv>(disk), log_identity(),
                          {.warn = [](const std::string& sentence) {
                            require(!sentence.empty(), "a warning says nothing");
                          }});
}

constexpr std::string_view kNewStream = "fuzz-appends";

// A partition that has not stopped takes a record. Its offset; kNoOffset if it is not asked to.
Offset append(store::Log& log, PartitionId partition) {
  constexpr std::uint64_t kFarAway = std::uint64_t{1} << 60;  // where only forged numbers lead to
  if (!log.stopped(partition).ok() || log.next_offset(partition) > kFarAway)
    return store::kNoOffset;
  auto stream = log.open_stream(partition, kNewStream);
  auto head = log.head(partition, kNewStream);
  if (!stream.ok() || !head.ok() || head->sequence > kFarAway) return store::kNoOffset;
  store::Record record;
  record.stream = kNewStream;
  record.sequence = head->sequence + 1;
  store::Append one{*stream, record.sequence, false, {}};
  encode_record(record, one.bytes);
  const Offset expected = log.next_offset(partition);
  std::vector<Offset> offsets;
  const auto statuses = log.append({&one, 1}, offsets);
  require(statuses[0].ok() && offsets[0] == expected, "a partition that runs takes no record");
  return expected;
}

}  // namespace

void check_log(const std::shared_ptr<store::MemoryDisk>& disk) {
  auto opened = open(disk);
  if (!opened.ok())
    return require_told(opened.status(), Code::wrong_cluster, Code::newer_format,
                        Code::older_format, Code::corruption);
  const Contents contents = contents_of(*disk);
  const store::MemoryKv kv(disk_with(contents));  // a second one on `disk` would stop the first
  Check(contents, kv, **opened).all();

  std::map<PartitionId, Offset> appended;
  for (const PartitionId partition : partitions_of((*opened)->identity()))
    if (const Offset at = append(**opened, partition); at != store::kNoOffset)
      appended[partition] = at;
  if (appended.empty()) return;
  opened->reset();
  opened = open(disk);
  require(opened.ok(), "a log that was appended to does not open any more");
  for (const auto& [partition, at] : appended) {
    const auto slice = (*opened)->read(partition, at, 1);
    require(slice.ok() && !slice->empty(), "what was appended cannot be read after a restart");
    const auto status = slice->for_each([at = at](const RecordView& record) {
      require(record.offset == at && record.stream == kNewStream,
              "what was appended is something else after a restart");
      return true;
    });
    require(status.ok(), "what was appended is damaged after a restart");
  }
}

}  // namespace souk::fuzz
