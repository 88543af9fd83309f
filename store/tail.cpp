#include "store/tail.hpp"

#include <algorithm>
#include <utility>

namespace souk::store {

void Tail::add(std::size_t partition, Offset first, Offset end, Value value,
               std::vector<Value>& gone) {
  bytes_ += value->size();
  batches_[partition].push_back({first, end, std::move(value)});
  order_.push_back(partition);
  while (bytes_ > bytes_max_) {
    std::deque<Batch>& oldest = batches_[order_.front()];
    order_.pop_front();
    bytes_ -= oldest.front().value->size();
    gone.push_back(std::move(oldest.front().value));
    oldest.pop_front();
  }
}

bool Tail::reaches(std::size_t partition, Offset from, Offset end) const {
  const std::deque<Batch>& batches = batches_[partition];
  return from == end || (from < end && !batches.empty() && batches.front().first <= from);
}

void Tail::read(std::size_t partition, std::size_t bytes_max, Slice& slice) const {
  const std::deque<Batch>& batches = batches_[partition];
  auto at = std::upper_bound(batches.begin(), batches.end(), slice.from,
                             [](Offset from, const Batch& batch) { return from < batch.end; });
  for (; at != batches.end(); ++at) {
    if (!slice.fits(at->value->size(), bytes_max)) return;
    slice.add(at->value, at->end);
  }
}

}  // namespace souk::store
