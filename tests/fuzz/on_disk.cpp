#include "tests/fuzz/on_disk.hpp"

#include "store/batch.hpp"
#include "store/keys.hpp"

namespace souk::fuzz {

using store::Column;
using store::Offset;
using store::RecordView;

Stood stood(const RecordView& view) { return {view.offset, view.previous, record_of(view)}; }

Contents contents_of(const store::MemoryDisk& disk) {
  Contents contents;
  for (std::size_t column = 0; column < contents.size(); ++column)
    contents[column] = disk.contents(static_cast<Column>(column));
  return contents;
}

std::shared_ptr<store::MemoryDisk> disk_with(const Contents& contents) {
  auto disk = std::make_shared<store::MemoryDisk>();
  for (std::size_t column = 0; column < contents.size(); ++column)
    for (const auto& [key, value] : contents[column])
      disk->overwrite(static_cast<Column>(column), key, value);
  return disk;
}

Records readable(const store::MemoryDisk::Map& log, PartitionId partition) {
  Records records;
  Offset next = 1;
  for (const auto& [key, value] : log) {
    // What stands before the first offset is no part of the log.
    if (!store::is_of(partition, key) || key < store::log_key(partition, 1)) continue;
    const auto batch = store::BatchView::parse(partition, key, value);
    if (!batch.ok() || batch->first_offset() != next) return records;
    for (; next != batch->end_offset(); ++next) {
      RecordView view;
      if (!parse_record(batch->record(next), view).ok()) return records;
      view.offset = next;
      records.push_back(stood(view));
    }
  }
  return records;
}

}  // namespace souk::fuzz
