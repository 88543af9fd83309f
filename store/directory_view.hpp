// A data directory as a LogView, and what only a directory has: saved heads, all snapshots.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "store/kv.hpp"
#include "store/log_view.hpp"

namespace souk::store {

class DirectoryView : public LogView {
 public:
  // Opens the directory as it is now: in milliseconds, plus the time to read the write-ahead logs
  // again (they are short after a clean stop). A node that has it open is not disturbed; files that
  // it replaces meanwhile are read again, a few times. Fails with not_found, newer_format,
  // corruption, io_error.
  static Result<std::unique_ptr<DirectoryView>> open(const std::string& path);

  // The same over an open database (tests).
  static Result<std::unique_ptr<DirectoryView>> over(std::unique_ptr<Kv> kv);

  // Calls `f(stream, head)` for each saved head of the partition, in the order of the ids; a head
  // that is damaged is an empty one with offset kOffsetMax. Saved heads are complete up to
  // `heads_through`, and never ahead of the log.
  virtual Status for_each_saved_head(
      PartitionId partition, const std::function<void(std::string_view, const Head&)>& f) const = 0;
  virtual Result<Offset> heads_through(PartitionId partition) const = 0;

  // Calls `f(stream, snapshot)` for each snapshot of the partition, in the order of the ids;
  // without a snapshot if it is damaged.
  virtual Status for_each_snapshot(
      PartitionId partition,
      const std::function<void(std::string_view, const std::optional<Snapshot>&)>& f) const = 0;

  // Calls `f` for each stream that is listed as open (has work left) by the saved heads.
  virtual Status for_each_open(PartitionId partition,
                               const std::function<void(std::string_view)>& f) const = 0;

  virtual const std::string& path() const = 0;  // "" if made `over` a database
};

}  // namespace souk::store
