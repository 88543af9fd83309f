#include "tools/replay/group_walk.hpp"

#include <algorithm>
#include <utility>

#include "store/directory_view.hpp"
#include "tools/replay/joined_view.hpp"

namespace souk::replay {

// The order of the heap.
bool GroupWalk::is_later(const Source* a, const Source* b) {
  return std::pair(a->group, a->stretch.partition) > std::pair(b->group, b->stretch.partition);
}

GroupWalk::GroupWalk(const store::LogView& view, const std::vector<Stretch>& stretches,
                     std::uint64_t last_group)
    : last_group_(last_group) {
  const auto* joined = dynamic_cast<const JoinedView*>(&view);
  logs_ = joined == nullptr ? 1 : joined->size();
  for (const Stretch& stretch : stretches) {
    sources_.push_back(std::make_unique<Source>(Source{stretch,
                                                       view.walk(stretch.partition, stretch.from),
                                                       {},
                                                       log_of(view, stretch.partition),
                                                       0}));
    given_.push_back(sources_.back().get());
  }
}

store::Result<bool> GroupWalk::next(std::vector<GroupBatch>& group) {
  group.clear();
  while (!given_.empty()) {
    Source* const source = given_.back();
    const auto more = source->walk->next(source->batch);
    if (!more.ok()) return more.status();  // and stays where it is, so that it is met again
    given_.pop_back();
    if (!*more || source->batch.group() > last_group_ ||
        source->batch.first_offset() > source->stretch.to)
      continue;
    source->group = source->batch.group() * logs_ + source->log;
    heap_.push_back(source);
    std::push_heap(heap_.begin(), heap_.end(), is_later);
  }
  if (heap_.empty()) return false;
  const std::uint64_t number = heap_.front()->group;
  while (!heap_.empty() && heap_.front()->group == number) {
    std::pop_heap(heap_.begin(), heap_.end(), is_later);
    given_.push_back(heap_.back());
    group.push_back({heap_.back()->stretch.partition, number, heap_.back()->batch});
    heap_.pop_back();
  }
  return true;
}

store::Result<std::uint64_t> last_whole_group(store::LogView& view) {
  if (has_several_logs(view)) return UINT64_MAX;  // each is shown at one moment of its own
  std::uint64_t newest = 0;
  for (const PartitionId partition : store::partitions_of(view.identity())) {
    const auto last = view.last(partition);
    if (!last.ok()) return last.status();
    if (*last == store::kNoOffset) continue;
    store::BatchView batch;
    const auto walk = view.walk(partition, *last);
    const auto found = walk->next(batch);
    if (!found.ok()) return found.status();
    if (*found) newest = std::max(newest, batch.group());
  }
  // A group that has been seen is on the disk as a whole, and so is every one before it: whoever
  // looks again sees all of them. A directory shows all partitions at one moment.
  if (dynamic_cast<const store::DirectoryView*>(&view) != nullptr) return newest;
  if (store::Status status = view.refresh(); !status.ok()) return status;
  return newest;
}

}  // namespace souk::replay
