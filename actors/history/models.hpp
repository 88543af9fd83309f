// The read models in one file: takes in slices of the log, and commits rows and positions together.
//
//   log -> apply(slice) -> rows in memory -> commit -> one SQLite transaction
//
// Records that were applied before are passed over, so repeated slices change nothing; a slice that
// begins beyond the next record is refused, so none is left out. A record that the projections
// cannot take, or whose rows the database refuses, is parked with everything behind it in its
// stream; the rest goes on.
//
// Belongs to one thread. After a failed call everything since the last commit is forgotten:
// `next` says from where on to read the log again.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "actors/read_models/info.hpp"
#include "events/ids.hpp"
#include "events/positions.hpp"
#include "store/log.hpp"
#include "store/slice.hpp"

namespace souk::history {

// What stands in a file's table `about` under "version": of files that today's code made.
std::string models_version();

enum class BulkLoad : bool { no, yes };

struct ModelsOptions {
  // Named steps, called before each: a test dies there.
  std::function<void(std::string_view)> step = [](std::string_view) {};
  // True: stop what takes long, with an error. Looked at now and then.
  const std::atomic<bool>* cancelled = nullptr;
};

// Reads the log again, as store::Log::read does: from a record on, so many bytes.
using ReadLog = std::function<store::Result<store::Slice>(PartitionId, store::Offset, std::size_t)>;

class Models {
 public:
  // Opens what was built before. Fails with not_found, wrong_cluster, newer_format (any other
  // version than today's: build it anew), corruption, io_error.
  static store::Result<std::unique_ptr<Models>> open(const std::string& path,
                                                     const std::string& cluster_id,
                                                     ModelsOptions options = {});

  // Makes a new file with empty tables. For a bulk load it is neither safe against a crash nor fit
  // for readers until `finish_bulk_load`, and whatever fails before, the file is lost: `invalid`
  // says that a row was refused, and that only a file that is not made for a bulk load can park
  // the record.
  static store::Result<std::unique_ptr<Models>> create(const std::string& path,
                                                       const std::string& cluster_id, Time now,
                                                       BulkLoad bulk, ModelsOptions options = {});
  ~Models();

  // Leaves out the records that an operator has skipped in `older`. Before anything is applied.
  store::Status skip_as_in(const Models& older);
  // The same from a file that `open` does not take, because of its version or some damage. It must
  // be of this cluster, and of this log.
  store::Status skip_as_in(const std::string& older_path);

  // Makes the indexes, and the file safe and whole on the disk. Nothing is left to do if the models
  // were not made for a bulk load.
  store::Status finish_bulk_load();

  // --- in -----------------------------------------------------------------------------------

  // Takes in the slice's records from `next` on. `invalid` if it begins beyond, and then nothing
  // is forgotten; corruption, io_error: see log_is_damaged and file_is_damaged.
  store::Status apply(const store::Slice& slice);

  // Writes the rows and positions of everything applied, in one transaction.
  store::Status commit();

  // How much there is to commit: records applied, and rows that have changed.
  std::uint64_t records_to_commit() const;
  std::size_t rows_to_commit() const;

  // The next record that is wanted of a partition.
  store::Offset next(PartitionId partition) const;

  // Up to where everything is committed. A partition without any is not in it.
  const Positions& positions() const;

  // --- parked records -----------------------------------------------------------------------

  // What is committed, oldest first.
  std::vector<read_models::ParkedStream> parked() const;

  // Takes the stream's parked records again, oldest first, with what has become of the projections
  // since. `invalid` if one still does not fit: it and those behind it stay parked; `not_found` if
  // the stream has none; what `read` fails with, if it does. Commits.
  store::Status retry(PartitionId partition, std::string_view stream, const ReadLog& read);

  // Leaves the stream's oldest parked record out for good, then takes as many of those behind it as
  // fit. `reason` is the operator's. Ok once it is left out, whatever stands behind it, and even if
  // that cannot be read now; `not_found` if the stream has none. Commits.
  store::Status skip(PartitionId partition, std::string_view stream, const std::string& reason,
                     Time now, const ReadLog& read);

  const std::string& path() const;

  // Forgets the rows that are kept in memory. Nothing may be uncommitted.
  void forget_rows();

  // True once the file was found to be damaged: only building it anew helps.
  bool file_is_damaged() const;

  // True if the last `apply` failed because of what the slice holds: it is not the models' fault.
  bool log_is_damaged() const;

 private:
  struct Impl;
  explicit Models(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace souk::history
