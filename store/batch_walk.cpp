#include "store/batch_walk.hpp"

#include <algorithm>
#include <optional>

#include "store/keys.hpp"
#include "store/log_view.hpp"
#include "store/log_walk.hpp"

namespace souk::store {
namespace {

class SliceWalk final : public BatchWalk {
 public:
  SliceWalk(const LogView& view, PartitionId partition, Offset from)
      : view_(view), last_(view.last(partition)), at_(std::max<Offset>(from, 1)) {
    slice_.partition = partition;
  }

  Result<bool> next(BatchView& batch) override {
    if (!last_.ok() && last_.status().code() != Code::corruption) return last_.status();
    if (taken_ == slice_.batches.size()) {
      if (last_.ok() && at_ > *last_) return false;
      auto slice = view_.read(slice_.partition, at_, kWalkBytes);
      if (!slice.ok()) return slice.status();
      slice_ = std::move(*slice);
      taken_ = 0;
      if (slice_.empty()) return missing();
    }
    const std::string& value = *slice_.batches[taken_];
    const Offset first = holds_start_ ? at_ : BatchView::claimed_first_offset(value);
    auto parsed = BatchView::parse(slice_.partition, log_key(slice_.partition, first), value);
    if (!parsed.ok()) return parsed.status();
    if (!parsed->holds(at_)) return missing();
    batch = *parsed;
    at_ = batch.end_offset();
    holds_start_ = true;
    ++taken_;
    return true;
  }

 private:
  Status missing() const { return corruption_at(slice_.partition, at_, "no batch holds it"); }

  const LogView& view_;
  Result<Offset> last_;
  Offset at_;                 // the next record's
  bool holds_start_ = false;  // whether a batch must begin there
  Slice slice_;
  std::size_t taken_ = 0;  // of the slice's batches
};

}  // namespace

std::unique_ptr<BatchWalk> walk_by_slices(const LogView& view, PartitionId partition, Offset from) {
  return std::make_unique<SliceWalk>(view, partition, from);
}

}  // namespace souk::store
