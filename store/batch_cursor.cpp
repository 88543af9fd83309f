#include "store/batch_cursor.hpp"

#include <string>

#include "store/keys.hpp"

namespace souk::store {

Status BatchCursor::seek(Offset offset) {
  cursor_->seek_for_prev(log_key(partition_, offset));
  return parse_here(offset);
}

Status BatchCursor::seek_first(Offset offset) {
  const std::string key = log_key(partition_, offset);
  cursor_->seek(key);
  return cursor_->valid() && cursor_->key() == key ? parse_here(offset) : seek(offset);
}

Status BatchCursor::next() {
  const Offset wanted = batch_.end_offset();
  cursor_->next();
  Status status = parse_here(wanted);
  if (!status.ok() || batch_.first_offset() == wanted) return status;
  batch_ = {};
  return corruption_at(partition_, wanted, "the batch that holds it begins within another one");
}

Status BatchCursor::parse_here(Offset wanted) {
  batch_ = {};
  if (!cursor_->valid()) {
    Status status = cursor_->status();
    if (status.ok()) return corruption_at(partition_, wanted, "no batch holds it");
    if (status.code() == Code::corruption)
      return corruption_at(partition_, wanted, status.message());
    return {status.code(), "Partition " + display(partition_) + " cannot be read at offset " +
                               std::to_string(wanted) + ": " + status.message() + '.'};
  }
  if (!is_of(partition_, cursor_->key()))
    return corruption_at(partition_, wanted, "no batch holds it");
  auto parsed = BatchView::parse(partition_, cursor_->key(), cursor_->value());
  if (!parsed.ok()) return parsed.status();
  if (!parsed->holds(wanted)) return corruption_at(partition_, wanted, "no batch holds it");
  batch_ = *parsed;
  return {};
}

Status BatchCursor::read(Offset offset, RecordView& view) {
  if (!batch_.holds(offset)) {
    bool follows = batch_.count() != 0 && offset == batch_.end_offset();
    Status status = follows ? next() : seek(offset);
    if (!status.ok()) return status;
  }
  Status status = parse_record(batch_.record(offset), view);
  view.offset = offset;
  if (!status.ok()) return corruption_at(partition_, offset, status.message());
  return {};
}

}  // namespace souk::store
