// What the tests of views and walks share: looking at all of a log through either door.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "store/directory_view.hpp"
#include "store/log_walk.hpp"
#include "support.hpp"

namespace souk::store {

// Records as in `scanned`, and a status that is not ok as one more line.
std::vector<std::string> walked(const LogView& view, PartitionId partition, Offset from = 1,
                                Offset to = kOffsetMax);
std::vector<std::string> walked_stream(const LogView& view, PartitionId partition,
                                       const std::string& id, Offset after = kNoOffset,
                                       Offset up_to = kOffsetMax);

// The same by `read`, this many bytes at a time.
std::vector<std::string> read_through(const LogView& view, PartitionId partition,
                                      std::size_t bytes_max);

std::unique_ptr<DirectoryView> view_over(std::unique_ptr<Kv> kv);
std::unique_ptr<DirectoryView> view_of(const std::string& path);

// A view that has nothing but what LogView asks for: walks over it go by slices, as over a node.
class PlainView final : public LogView {
 public:
  explicit PlainView(const LogView& view) : view_(view) {}
  const Identity& identity() const override { return view_.identity(); }
  Result<Offset> last(PartitionId partition) const override { return view_.last(partition); }
  Result<Slice> read(PartitionId partition, Offset from, std::size_t bytes_max) const override {
    return view_.read(partition, from, std::min(bytes_max, bytes_max_));
  }
  Result<Offset> next_batch(PartitionId partition, Offset after) const override {
    return view_.next_batch(partition, after);
  }
  Result<Head> head(PartitionId partition, std::string_view stream) const override {
    return view_.head(partition, stream);
  }
  Result<std::optional<Snapshot>> snapshot(PartitionId partition,
                                           std::string_view stream) const override {
    return view_.snapshot(partition, stream);
  }
  Status refresh() override { return {}; }

  std::size_t bytes_max_ = 1000;  // so that a walk takes several reads

 private:
  const LogView& view_;
};

}  // namespace souk::store
