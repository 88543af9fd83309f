#include "store/stream_table.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace souk::store {

std::shared_ptr<Stream> StreamTable::find(std::string_view id) const {
  auto at = streams_.find(id);
  return at == streams_.end() ? nullptr : at->second.lock();
}

std::shared_ptr<Stream> StreamTable::add(PartitionId partition, std::string_view id,
                                         const Head& saved) {
  auto stream = std::make_shared<Stream>(partition, std::string(id), saved);
  stream->was_open_ = saved.open;
  if (streams_.size() >= sweep_at_) sweep();
  streams_.insert_or_assign(std::string(id), stream);
  return stream;
}

bool StreamTable::mark_dirty(const std::shared_ptr<Stream>& stream) {
  if (stream->dirty_) return false;
  stream->dirty_ = true;
  dirty_.push_back(stream);
  return true;
}

const std::vector<std::shared_ptr<Stream>>& StreamTable::begin_save() {
  assert(!is_saving());
  for (const auto& stream : dirty_) stream->dirty_ = false;
  saving_ = std::exchange(dirty_, {});
  return saving_;
}

// Runs when the table has doubled since the last time, so that each entry pays for one look or two.
void StreamTable::sweep() {
  std::erase_if(streams_, [](const auto& entry) { return entry.second.expired(); });
  sweep_at_ = std::max<std::size_t>(1024, 2 * streams_.size());
}

}  // namespace souk::store
