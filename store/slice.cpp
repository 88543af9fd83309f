#include "store/slice.hpp"

#include <utility>

#include "store/batch.hpp"
#include "store/keys.hpp"

namespace souk::store {

bool Slice::fits(std::size_t value_bytes, std::size_t bytes_max) const {
  return batches.empty() || (bytes < bytes_max && value_bytes <= bytes_max - bytes);
}

void Slice::add(std::shared_ptr<const std::string> value, Offset value_end) {
  bytes += value->size();
  next = value_end;
  batches.push_back(std::move(value));
}

Status Slice::for_each(const std::function<bool(const RecordView&)>& f) const {
  RecordView record;
  Offset at = from;
  for (const auto& value : batches) {
    const Offset first = at == from ? BatchView::claimed_first_offset(*value) : at;
    const auto batch = BatchView::parse(partition, log_key(partition, first), *value);
    if (!batch.ok()) return batch.status();
    if (!batch->holds(at)) return corruption_at(partition, at, "the batch read does not hold it");
    if (batch->end_offset() > next)
      return corruption_at(partition, next, "the batches read do not end before it");
    for (; at < batch->end_offset(); ++at) {
      Status status = parse_record(batch->record(at), record);
      if (!status.ok()) return corruption_at(partition, at, status.message());
      record.offset = at;
      if (!f(record)) return {};
    }
  }
  if (at != next) return corruption_at(partition, at, "the batches read end before it");
  return {};
}

}  // namespace souk::store
