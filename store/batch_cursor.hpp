// A walk over one partition's batches that believes nothing: every batch is checked when it is
// reached, and every step must land where the offsets say. Not thread-safe; sees the log as it was
// when the cursor was made.
#pragma once

#include <memory>

#include "store/batch.hpp"
#include "store/kv.hpp"

namespace souk::store {

class BatchCursor {
 public:
  BatchCursor(const Kv& kv, PartitionId partition)
      : BatchCursor(kv.cursor(Column::log), partition) {}

  // By a cursor of the log's column.
  BatchCursor(std::unique_ptr<Kv::Cursor> cursor, PartitionId partition)
      : cursor_(std::move(cursor)), partition_(partition) {}

  // Goes to the batch that holds `offset`, which must be in the log: corruption if none does.
  Status seek(Offset offset);

  // The same where `offset` is likely the first of its batch: what is before it in the file is then
  // not touched, however damaged it is.
  Status seek_first(Offset offset);

  // Goes to the batch that follows, whose first record must follow this one's last.
  Status next();

  const BatchView& batch() const { return batch_; }

  // Parses the record at `offset`, seeking its batch if this is another one. The views in `view`
  // hold until the next move.
  Status read(Offset offset, RecordView& view);

 private:
  Status parse_here(Offset wanted);

  std::unique_ptr<Kv::Cursor> cursor_;
  PartitionId partition_;
  BatchView batch_;  // empty until the first seek, and after a failed one
};

}  // namespace souk::store
