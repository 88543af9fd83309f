#include "store/directory_view.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "store/batch_cursor.hpp"
#include "store/keys.hpp"
#include "store/outside.hpp"
#include "store/partition_end.hpp"
#include "store/saved.hpp"
#include "store/values.hpp"

namespace souk::store {
namespace {

Status no_such(PartitionId partition) {
  return {Code::invalid,
          "There is no partition " + display(partition) + " in this data directory."};
}

// What the view shows until the next refresh. Walks keep the database alive beyond that.
struct Shown {
  std::shared_ptr<const Kv> kv;
  Identity identity;
  std::map<PartitionId, PartitionEnd> ends;
};

Result<std::unique_ptr<Shown>> show(std::shared_ptr<const Kv> kv) {
  auto identity = read_identity(*kv);
  if (!identity.ok()) return identity.status();
  auto shown = std::make_unique<Shown>();
  shown->kv = std::move(kv);
  if (*identity) shown->identity = **identity;  // else a node has made the directory just now
  for (PartitionId partition : partitions_of(shown->identity))
    shown->ends.try_emplace(partition, *shown->kv, partition);
  return shown;
}

// A walk by a cursor of its own: nothing is copied.
class CursorWalk final : public BatchWalk {
 public:
  CursorWalk(std::shared_ptr<const Kv> kv, PartitionId partition, Offset from, Result<Offset> last)
      : kv_(std::move(kv)),
        cursor_(kv_->long_cursor(Column::log), partition),
        at_(std::max<Offset>(from, 1)),
        last_(std::move(last)) {}

  Result<bool> next(BatchView& batch) override {
    if (!last_.ok() && last_.status().code() != Code::corruption) return last_.status();
    if (last_.ok() && at_ > *last_) return false;
    Status status = moving_ ? cursor_.next() : cursor_.seek_first(at_);
    moving_ = status.ok();
    if (!status.ok()) return status;
    batch = cursor_.batch();
    at_ = batch.end_offset();
    return true;
  }

 private:
  std::shared_ptr<const Kv> kv_;
  BatchCursor cursor_;
  Offset at_;            // the next record's
  bool moving_ = false;  // the cursor is at the batch before it
  Result<Offset> last_;
};

class Directory final : public DirectoryView {
 public:
  Directory(std::string path, std::unique_ptr<Shown> shown)
      : path_(std::move(path)), shown_(std::move(shown)) {}

  const Identity& identity() const override { return shown_->identity; }
  const std::string& path() const override { return path_; }

  Result<Offset> last(PartitionId partition) const override;
  Result<Slice> read(PartitionId partition, Offset from, std::size_t bytes_max) const override;
  std::unique_ptr<BatchWalk> walk(PartitionId partition, Offset from) const override;
  Result<Offset> next_batch(PartitionId partition, Offset after) const override;
  Result<Head> head(PartitionId partition, std::string_view stream) const override;
  Result<std::optional<Snapshot>> snapshot(PartitionId partition,
                                           std::string_view stream) const override;
  Result<std::optional<std::string>> note(std::string_view name) const override {
    return saved_note(*shown_->kv, name);
  }
  Status refresh() override;

  Status for_each_saved_head(
      PartitionId partition,
      const std::function<void(std::string_view, const Head&)>& f) const override;
  Result<Offset> heads_through(PartitionId partition) const override;
  Status for_each_snapshot(
      PartitionId partition,
      const std::function<void(std::string_view, const std::optional<Snapshot>&)>& f)
      const override;
  Status for_each_open(PartitionId partition,
                       const std::function<void(std::string_view)>& f) const override;

 private:
  const PartitionEnd* end_of(PartitionId partition) const {
    auto at = shown_->ends.find(partition);
    return at == shown_->ends.end() ? nullptr : &at->second;
  }
  using Visit = std::function<void(std::string_view key, std::string_view value)>;
  Status for_each(Column column, PartitionId partition, const char* what, const Visit& f) const;

  std::string path_;
  std::unique_ptr<Shown> shown_;
};

Result<Offset> Directory::last(PartitionId partition) const {
  const PartitionEnd* end = end_of(partition);
  return end == nullptr ? no_such(partition) : end->last();
}

Result<Slice> Directory::read(PartitionId partition, Offset from, std::size_t bytes_max) const {
  from = std::max<Offset>(from, 1);
  auto end = last(partition);
  if (!end.ok() && end.status().code() != Code::corruption) return end.status();
  Slice slice{partition, from, from, end.ok() ? *end + 1 : kOffsetMax, {}, 0};
  if (from >= slice.end) return slice;
  const bool is_long = bytes_max >= 256u << 10;
  BatchCursor cursor(
      is_long ? shown_->kv->long_cursor(Column::log) : shown_->kv->cursor(Column::log), partition);
  Status status = is_long ? cursor.seek_first(from) : cursor.seek(from);
  if (status.code() == Code::corruption && !is_long) status = cursor.seek_first(from);
  while (status.ok() && slice.fits(cursor.batch().bytes().size(), bytes_max)) {
    slice.add(std::make_shared<const std::string>(cursor.batch().bytes()),
              cursor.batch().end_offset());
    if (slice.next >= slice.end) break;
    status = cursor.next();
  }
  if (slice.empty() && !status.ok()) return status;
  return slice;
}

std::unique_ptr<BatchWalk> Directory::walk(PartitionId partition, Offset from) const {
  return std::make_unique<CursorWalk>(shown_->kv, partition, from, last(partition));
}

Result<Offset> Directory::next_batch(PartitionId partition, Offset after) const {
  if (end_of(partition) == nullptr) return no_such(partition);
  return store::next_batch(*shown_->kv, partition, after);
}

Result<Head> Directory::head(PartitionId partition, std::string_view stream) const {
  const PartitionEnd* end = end_of(partition);
  if (end == nullptr) return no_such(partition);
  return end->head(stream);
}

Result<std::optional<Snapshot>> Directory::snapshot(PartitionId partition,
                                                    std::string_view stream) const {
  if (end_of(partition) == nullptr) return no_such(partition);
  return saved_snapshot(*shown_->kv, partition, stream);
}

Status Directory::refresh() {
  std::shared_ptr<const Kv> kv = shown_->kv;
  if (!path_.empty()) {
    auto opened = open_from_outside(path_);
    if (!opened.ok()) return opened.status();
    kv = std::move(*opened);
  }
  auto shown = show(std::move(kv));
  if (!shown.ok()) return shown.status();
  shown_ = std::move(*shown);
  return {};
}

Status Directory::for_each(Column column, PartitionId partition, const char* what,
                           const Visit& f) const {
  if (end_of(partition) == nullptr) return no_such(partition);
  auto cursor = shown_->kv->long_cursor(column);
  for (cursor->seek(partition_key(partition)); cursor->valid() && is_of(partition, cursor->key());
       cursor->next())
    f(cursor->key(), cursor->value());
  Status status = cursor->status();
  if (status.ok()) return {};
  return {status.code(), "Partition " + display(partition) + ": its " + what +
                             " cannot all be read: " + status.message() + '.'};
}

Status Directory::for_each_saved_head(
    PartitionId partition, const std::function<void(std::string_view, const Head&)>& f) const {
  return for_each(Column::heads, partition, "saved heads",
                  [&](std::string_view key, std::string_view value) {
                    auto head = parse_head(key, value);
                    f(key.substr(kPartitionKeyBytes), head ? *head : Head{kOffsetMax, 0, false});
                  });
}

Result<Offset> Directory::heads_through(PartitionId partition) const {
  if (end_of(partition) == nullptr) return no_such(partition);
  return saved_heads_through(*shown_->kv, partition);
}

Status Directory::for_each_snapshot(
    PartitionId partition,
    const std::function<void(std::string_view, const std::optional<Snapshot>&)>& f) const {
  return for_each(Column::snapshots, partition, "snapshots",
                  [&](std::string_view key, std::string_view value) {
                    f(key.substr(kPartitionKeyBytes), parse_snapshot(key, value));
                  });
}

Status Directory::for_each_open(PartitionId partition,
                                const std::function<void(std::string_view)>& f) const {
  return for_each(
      Column::open, partition, "list of open streams",
      [&](std::string_view key, std::string_view) { f(key.substr(kPartitionKeyBytes)); });
}

Result<std::unique_ptr<DirectoryView>> make_view(std::string path, std::unique_ptr<Kv> kv) {
  auto shown = show(std::move(kv));
  if (!shown.ok()) return shown.status();
  return std::unique_ptr<DirectoryView>(
      std::make_unique<Directory>(std::move(path), std::move(*shown)));
}

}  // namespace

Result<std::unique_ptr<DirectoryView>> DirectoryView::open(const std::string& path) {
  auto kv = open_from_outside(path);
  if (!kv.ok()) return kv.status();
  return make_view(path, std::move(*kv));
}

Result<std::unique_ptr<DirectoryView>> DirectoryView::over(std::unique_ptr<Kv> kv) {
  return make_view("", std::move(kv));
}

}  // namespace souk::store
