#include "store/log_walk.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "store/keys.hpp"

namespace souk::store {
namespace {

Status parse_at(const BatchView& batch, PartitionId partition, Offset at, RecordView& record) {
  Status status = parse_record(batch.record(at), record);
  record.offset = at;
  if (!status.ok()) return corruption_at(partition, at, status.message());
  return {};
}

// Single batches by offset, each read on its own. Keeps what it read, up to kKeptBytes, for the way
// back. What it gave last holds until the next call.
class BatchReader {
 public:
  BatchReader(const LogView& view, PartitionId partition) : view_(view), partition_(partition) {}

  Status read(Offset offset, BatchView& batch) {
    if (!batch_.holds(offset)) {
      batch_ = {};
      Status status = fetch(offset);
      if (!status.ok()) return status;
      const Offset first = BatchView::claimed_first_offset(*value_);
      auto parsed = BatchView::parse(partition_, log_key(partition_, first), *value_);
      if (!parsed.ok()) return parsed.status();
      if (!parsed->holds(offset)) return corruption_at(partition_, offset, "no batch holds it");
      batch_ = *parsed;
    }
    batch = batch_;
    return {};
  }

 private:
  static constexpr std::size_t kKeptBytes = 16u << 20;

  Status fetch(Offset offset) {
    if (auto at = kept_.upper_bound(offset);
        at != kept_.begin() && offset < std::prev(at)->second.end) {
      value_ = std::prev(at)->second.value;
      return {};
    }
    auto slice = view_.read(partition_, offset, 1);
    if (!slice.ok()) return slice.status();
    if (slice->empty()) return corruption_at(partition_, offset, "no batch holds it");
    value_ = std::move(slice->batches.front());
    if (kept_bytes_ + value_->size() > kKeptBytes) return {};
    kept_bytes_ += value_->size();
    kept_[BatchView::claimed_first_offset(*value_)] = {slice->next, value_};
    return {};
  }

  struct Kept {
    Offset end;
    std::shared_ptr<const std::string> value;
  };

  const LogView& view_;
  PartitionId partition_;
  std::shared_ptr<const std::string> value_;
  BatchView batch_;
  std::map<Offset, Kept> kept_;  // by their first offsets
  std::size_t kept_bytes_ = 0;
};

// By halves: the first batch for which `is_reached` is true, as it is for all that follow. Damaged
// batches are passed over.
Result<Offset> seek_batch(const LogView& view, PartitionId partition,
                          const std::function<Result<bool>(const BatchView&)>& is_reached) {
  auto last = view.last(partition);
  if (!last.ok()) return last.status();
  BatchReader reader(view, partition);
  BatchView batch;
  Offset low = 1;            // nothing before it is reached
  Offset found = *last + 1;  // this is, as far as it is known
  Offset high = found;       // what is between this and `found` is damaged
  while (low < high) {
    const Offset middle = low + (high - low) / 2;
    Offset at = middle;
    Status status = reader.read(at, batch);
    while (status.code() == Code::corruption) {
      auto next = view.next_batch(partition, at);
      if (!next.ok()) return next.status();
      if (*next == kNoOffset || *next >= high) break;
      at = *next;
      status = reader.read(at, batch);
    }
    if (status.code() == Code::corruption) {
      high = middle;
      continue;
    }
    if (!status.ok()) return status;
    auto reached = is_reached(batch);
    if (!reached.ok()) return reached.status();
    if (*reached) {
      found = batch.first_offset();
      high = std::min(middle, found);
    } else {
      low = batch.end_offset();
    }
  }
  return found;
}

}  // namespace

Status walk_partition(const LogView& view, PartitionId partition, Offset from, Offset to,
                      const std::function<bool(const RecordView&, const Place&)>& f) {
  from = std::max<Offset>(from, 1);
  if (from > to) return {};
  auto walk = view.walk(partition, from);
  BatchView batch;
  RecordView record;
  while (true) {
    auto more = walk->next(batch);
    if (!more.ok()) return more.status();
    if (!*more) return {};
    const Place place{partition, batch.group()};
    const Offset end = std::min(batch.end_offset() - 1, to);
    for (Offset at = std::max(from, batch.first_offset()); at <= end; ++at) {
      if (Status status = parse_at(batch, partition, at, record); !status.ok()) return status;
      if (!f(record, place)) return {};
    }
    if (end == to) return {};
  }
}

Status walk_stream(const LogView& view, PartitionId partition, std::string_view stream,
                   Offset after, Offset up_to, const std::function<void(const RecordView&)>& f) {
  auto head = view.head(partition, stream);
  if (!head.ok()) return head.status();
  BatchReader reader(view, partition);
  BatchView batch;
  RecordView record;
  std::vector<Offset> path;
  Sequence sequence = head->sequence;
  for (Offset at = head->offset; at > after; at = record.previous, --sequence) {
    Status status = reader.read(at, batch);
    if (status.ok()) status = parse_at(batch, partition, at, record);
    if (!status.ok()) return status;
    const bool is_first = record.previous == kNoOffset;
    if (record.stream != stream || record.sequence != sequence || record.previous >= at ||
        is_first != (sequence == 1))
      return corruption_at(partition, at,
                           "the record is not the next of stream " + std::string(stream));
    if (at <= up_to) path.push_back(at);
  }
  for (auto at = path.rbegin(); at != path.rend(); ++at) {
    Status status = reader.read(*at, batch);
    if (status.ok()) status = parse_at(batch, partition, *at, record);
    if (!status.ok()) return status;
    f(record);
  }
  return {};
}

Result<Offset> seek_group(const LogView& view, PartitionId partition, std::uint64_t group) {
  return seek_batch(view, partition,
                    [&](const BatchView& batch) -> Result<bool> { return batch.group() >= group; });
}

Result<Offset> seek_time(const LogView& view, PartitionId partition, Time time) {
  RecordView record;
  return seek_batch(view, partition, [&](const BatchView& batch) -> Result<bool> {
    Status status = parse_at(batch, partition, batch.first_offset(), record);
    if (!status.ok()) return status;
    return record.time >= time;
  });
}

// One partition's place in the timeline: its walk, and the record that comes next.
struct Timeline::Source {
  PartitionId partition;
  Offset at = 1;                    // the next record
  std::unique_ptr<BatchWalk> walk;  // null: it has come to its end
  BatchView batch;                  // holds `at`, if it is in the heap

  // Goes to the batch that holds `at`, if it is not there. False: there is none.
  Result<bool> load(const LogView& view) {
    if (batch.holds(at)) return true;
    batch = {};
    if (walk == nullptr) walk = view.walk(partition, at);
    auto more = walk->next(batch);
    if (more.ok() && *more) return true;
    walk = nullptr;
    return more;
  }
};

// The order of the heap: the one to come first is at its front.
bool Timeline::is_later(const Source* a, const Source* b) {
  return std::pair(a->batch.group(), a->partition) > std::pair(b->batch.group(), b->partition);
}

Timeline::Timeline(const LogView& view, const std::vector<PartitionId>& partitions,
                   const Positions& from)
    : view_(view) {
  for (PartitionId partition : partitions) {
    sources_.push_back(std::make_unique<Source>());
    sources_.back()->partition = partition;
    if (auto at = from.find(partition); at != from.end())
      sources_.back()->at = std::max<Offset>(at->second, 1);
    waiting_.push_back(sources_.back().get());
  }
}

Timeline::~Timeline() = default;

// Brings in the sources that are between two batches. They must all be known before the next record
// is: so an error leaves the ones that are left where they are.
Status Timeline::load_waiting() {
  while (!waiting_.empty()) {
    Source* source = waiting_.back();
    auto more = source->load(view_);
    if (!more.ok()) return more.status();
    waiting_.pop_back();
    if (*more) {
      heap_.push_back(source);
      std::push_heap(heap_.begin(), heap_.end(), is_later);
    } else {
      ended_.push_back(source);
    }
  }
  return {};
}

Result<bool> Timeline::next(RecordView& record, Place& place) {
  if (heap_.empty()) {
    waiting_.insert(waiting_.end(), ended_.begin(), ended_.end());
    ended_.clear();
  }
  if (Status status = load_waiting(); !status.ok()) return status;
  if (heap_.empty()) return false;
  Source& source = *heap_.front();
  Status status = parse_at(source.batch, source.partition, source.at, record);
  if (!status.ok()) return status;
  place = {source.partition, source.batch.group()};
  if (++source.at == source.batch.end_offset()) {
    std::pop_heap(heap_.begin(), heap_.end(), is_later);
    heap_.pop_back();
    waiting_.push_back(&source);
  }
  return true;
}

}  // namespace souk::store
