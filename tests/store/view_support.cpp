#include "view_support.hpp"

namespace souk::store {

std::vector<std::string> walked(const LogView& view, PartitionId partition, Offset from,
                                Offset to) {
  std::vector<std::string> lines;
  Offset expected = from;
  Status status =
      walk_partition(view, partition, from, to, [&](const RecordView& record, const Place& place) {
        EXPECT_EQ(record.offset, expected++);
        EXPECT_EQ(place.partition, partition);
        lines.push_back(show(record));
        return true;
      });
  if (!status.ok()) lines.push_back(status.message());
  return lines;
}

std::vector<std::string> walked_stream(const LogView& view, PartitionId partition,
                                       const std::string& id, Offset after, Offset up_to) {
  std::vector<std::string> lines;
  Status status = walk_stream(view, partition, id, after, up_to,
                              [&](const RecordView& record) { lines.push_back(show(record)); });
  if (!status.ok()) lines.push_back(status.message());
  return lines;
}

std::vector<std::string> read_through(const LogView& view, PartitionId partition,
                                      std::size_t bytes_max) {
  std::vector<std::string> lines;
  for (Offset at = 1;;) {
    auto slice = view.read(partition, at, bytes_max);
    if (!slice.ok()) {
      lines.push_back(slice.status().message());
      return lines;
    }
    if (slice->empty()) return lines;
    EXPECT_TRUE(slice->bytes <= bytes_max || slice->batches.size() == 1);
    expect_ok(slice->for_each([&](const RecordView& record) {
      EXPECT_EQ(record.offset, at++);
      lines.push_back(show(record));
      return true;
    }));
    EXPECT_EQ(at, slice->next);
  }
}

std::unique_ptr<DirectoryView> view_over(std::unique_ptr<Kv> kv) {
  auto view = DirectoryView::over(std::move(kv));
  EXPECT_TRUE(view.ok()) << view.status().message();
  return view.ok() ? std::move(*view) : nullptr;
}

std::unique_ptr<DirectoryView> view_of(const std::string& path) {
  auto view = DirectoryView::open(path);
  EXPECT_TRUE(view.ok()) << view.status().message();
  return view.ok() ? std::move(*view) : nullptr;
}

}  // namespace souk::store
