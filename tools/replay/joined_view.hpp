// The data directories of a cluster's nodes as one log. Each node has the partitions that it owns
// in a directory of its own; this takes each partition from the directory that has its records.
//
// Each directory is shown as of one moment of its own. Groups (synced writes) and their numbers are
// a directory's: only `place_of` tells which of two partitions' may be compared.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/directory_view.hpp"
#include "tools/replay/placement.hpp"

namespace souk::replay {

// A partition whose records are in none of the directories, but should be somewhere.
struct NotSeen {
  std::string node;    // who owns it, if a note says so
  bool noted = false;  // false: guessed, because nothing at all is there of the whole service
};

// A partition of which more than one directory has something.
struct SplitPartition {
  PartitionId partition;
  std::vector<std::size_t> places;  // at least two, in order; the first is the one that is read
  bool records = true;              // false: the others have saved ends or snapshots only
};

class JoinedView final : public store::DirectoryView {
 public:
  // Joins directories, at least one. Fails with `invalid` if they do not belong together: the
  // message names the two, and what differs. `all_given`: false if there is another that could not
  // be opened: what has no records may then be there.
  static store::Result<std::unique_ptr<JoinedView>> join(
      std::vector<std::unique_ptr<store::DirectoryView>> parts, bool all_given = true);

  std::size_t size() const { return parts_.size(); }
  const store::DirectoryView& part(std::size_t place) const { return *parts_[place]; }
  // Which directory a partition is taken from; the first if none has records of it.
  std::size_t place_of(PartitionId partition) const;
  const std::map<PartitionId, NotSeen>& not_seen() const { return not_seen_; }
  const std::vector<SplitPartition>& splits() const { return splits_; }
  bool is_split(PartitionId partition) const;
  // The path of a directory, for people; "" if there is only one, which they know.
  std::string name_of(std::size_t place) const;

  const store::Identity& identity() const override { return parts_.front()->identity(); }
  store::Result<store::Offset> last(PartitionId partition) const override;
  store::Result<store::Slice> read(PartitionId partition, store::Offset from,
                                   std::size_t bytes_max) const override;
  std::unique_ptr<store::BatchWalk> walk(PartitionId partition, store::Offset from) const override;
  store::Result<store::Offset> next_batch(PartitionId partition,
                                          store::Offset after) const override;
  store::Result<store::Head> head(PartitionId partition, std::string_view stream) const override;
  store::Result<std::optional<store::Snapshot>> snapshot(PartitionId partition,
                                                         std::string_view stream) const override;
  store::Status refresh() override;

  store::Status for_each_saved_head(
      PartitionId partition,
      const std::function<void(std::string_view, const store::Head&)>& f) const override;
  store::Result<store::Offset> heads_through(PartitionId partition) const override;
  store::Status for_each_snapshot(
      PartitionId partition,
      const std::function<void(std::string_view, const std::optional<store::Snapshot>&)>& f)
      const override;
  store::Status for_each_open(PartitionId partition,
                              const std::function<void(std::string_view)>& f) const override;
  const std::string& path() const override { return path_; }  // "" if there are several

 private:
  JoinedView(std::vector<std::unique_ptr<store::DirectoryView>> parts, bool all_given);
  void place();
  void find_not_seen();
  const store::DirectoryView& of(PartitionId partition) const {
    return *parts_[place_of(partition)];
  }

  std::vector<std::unique_ptr<store::DirectoryView>> parts_;
  bool all_given_;
  std::string path_;
  std::map<PartitionId, std::size_t> places_;  // of those that have anything
  std::map<PartitionId, NotSeen> not_seen_;
  std::vector<SplitPartition> splits_;
};

// Whether the view's partitions are of several logs, so that their groups say nothing of each
// other; which of them a partition belongs to (0 of any other view).
bool has_several_logs(const store::LogView& view);
std::size_t log_of(const store::LogView& view, PartitionId partition);

}  // namespace souk::replay
