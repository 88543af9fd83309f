#include "tools/replay/merge.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "tools/replay/joined_view.hpp"

namespace souk::replay {

struct Merge::Source {
  PartitionId partition;
  store::Offset next = 1;  // the record to be read next
  std::unique_ptr<store::BatchWalk> walk;
  store::BatchView batch;
  bool has_batch = false;
  store::RecordView record;
};

bool Merge::is_later(const Source* a, const Source* b) {
  return std::tuple(a->record.time, a->partition) > std::tuple(b->record.time, b->partition);
}

Merge::Merge(const store::LogView& view, const std::vector<PartitionId>& partitions,
             const Positions& from)
    : view_(view) {
  if (!has_several_logs(view)) {
    one_log_ = std::make_unique<store::Timeline>(view, partitions, from);
    return;
  }
  for (const PartitionId partition : partitions) {
    auto& source = sources_.emplace_back(std::make_unique<Source>());
    source->partition = partition;
    if (const auto at = from.find(partition); at != from.end())
      source->next = std::max<store::Offset>(at->second, 1);
  }
}
Merge::~Merge() = default;

store::Result<bool> Merge::next(store::RecordView& record, store::Place& place) {
  if (one_log_ != nullptr) return one_log_->next(record, place);
  if (given_ != nullptr)
    if (store::Status status = advance(*std::exchange(given_, nullptr)); !status.ok())
      return status;
  if (heap_.empty())
    if (store::Status status = begin_again(); !status.ok()) return status;
  if (heap_.empty()) return false;
  std::pop_heap(heap_.begin(), heap_.end(), is_later);
  given_ = heap_.back();
  heap_.pop_back();
  record = given_->record;
  place = {given_->partition, given_->batch.group()};
  return true;
}

store::Status Merge::advance(Source& source) {
  if (!source.has_batch || source.next == source.batch.end_offset()) {
    const auto more = source.walk->next(source.batch);
    if (!more.ok()) return more.status();
    source.has_batch = *more;
    if (!*more) return {};
    source.next = std::max(source.next, source.batch.first_offset());
  }
  store::Status status = store::parse_record(source.batch.record(source.next), source.record);
  if (!status.ok()) return store::corruption_at(source.partition, source.next, status.message());
  source.record.offset = source.next++;
  heap_.push_back(&source);
  std::push_heap(heap_.begin(), heap_.end(), is_later);
  return {};
}

store::Status Merge::begin_again() {
  for (const auto& source : sources_) {
    source->walk = view_.walk(source->partition, source->next);
    source->has_batch = false;
    if (store::Status status = advance(*source); !status.ok()) return status;
  }
  return {};
}

}  // namespace souk::replay
