#include "store/partition_end.hpp"

#include "store/batch_cursor.hpp"
#include "store/keys.hpp"
#include "store/saved.hpp"

namespace souk::store {

const Result<Offset>& PartitionEnd::last() const {
  std::call_once(last_once_, [this] { last_ = find_last(); });
  return last_;
}

Result<Head> PartitionEnd::head(std::string_view stream) const {
  std::call_once(tail_once_, [this] { tail_ = read_tail(); });
  if (!tail_.ok()) return tail_;
  if (auto at = heads_.find(stream); at != heads_.end()) return at->second;
  return saved_head(kv_, partition_, stream);
}

Result<Offset> PartitionEnd::find_last() const {
  auto cursor = kv_.cursor(Column::log);
  cursor->seek_for_prev(log_key(partition_, kOffsetMax));
  if (!cursor->valid()) {
    Status status = cursor->status();
    if (status.ok()) return kNoOffset;
    return Status(status.code(), "Partition " + display(partition_) +
                                     " cannot be read at its end: " + status.message() + '.');
  }
  if (!is_of(partition_, cursor->key())) return kNoOffset;
  auto batch = BatchView::parse(partition_, cursor->key(), cursor->value());
  if (batch.ok()) return batch->end_offset() - 1;
  const Offset first_offset = offset_of_log_key(cursor->key());
  if (batch.status().code() == Code::corruption && first_offset != kNoOffset) return first_offset;
  return batch.status();
}

Status PartitionEnd::read_tail() const {
  auto through = saved_heads_through(kv_, partition_);
  if (!through.ok()) return through.status();
  if (!last().ok()) return last().status();
  BatchCursor cursor(kv_, partition_);
  RecordView record;
  for (Offset at = *through + 1; at <= *last(); ++at) {
    if (Status status = cursor.read(at, record); !status.ok()) return status;
    const Head head{at, record.sequence, (record.flags & kRecordOpen) != 0};
    if (auto known = heads_.find(record.stream); known != heads_.end()) {
      known->second = head;
    } else {
      heads_.emplace(record.stream, head);
    }
  }
  return {};
}

}  // namespace souk::store
