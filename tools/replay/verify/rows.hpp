// Read models against a fresh fold: the rows that the projections make of the log, and the rows in
// the file, as two multisets of hashes.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "actors/read_models/project.hpp"
#include "actors/read_models/tables.hpp"
#include "events/positions.hpp"
#include "store/log_view.hpp"
#include "store/record.hpp"
#include "store/sql/database.hpp"
#include "tools/replay/verify/sums.hpp"
#include "tools/replay/verify/table_indexes.hpp"

namespace souk::replay {

inline constexpr std::size_t kTableCount =
    std::tuple_size_v<read_models::ForEachRow<std::type_identity_t>>;

// One side of the comparison, or the difference of both: sums by table.
using RowSums = std::array<BucketSums, kTableCount>;

// Rows of bad buckets, to be shown: by table, then by key; a row is its columns' texts.
struct RowTexts {
  std::vector<std::string> columns;  // "name", filled once a table
  std::map<std::string, std::vector<std::string>> rows;
};
using RowsOfInterest = std::array<RowTexts, kTableCount>;

// Rows of which a proof can say nothing, since it has not seen the records that make them.
class RowScope {
 public:
  RowScope(const store::Identity& identity, std::set<PartitionId> not_seen)
      : identity_(identity), not_seen_(std::move(not_seen)) {}

  bool leaves_out(Service service, std::string_view id) const {
    return not_seen_.contains(store::partition_of(identity_, service, id));
  }
  // A sum over all streams of a service lacks something if any of its partitions was not seen.
  bool leaves_out_sums_of(Service service) const {
    const auto at = not_seen_.lower_bound({service, 0});
    return at != not_seen_.end() && at->service == service;
  }

 private:
  store::Identity identity_;
  std::set<PartitionId> not_seen_;
};

// Where rows go: into sums, or, of the buckets that do not add up, into texts.
struct RowSink {
  RowSums* sums = nullptr;
  const RowScope* scope = nullptr;        // null: all rows
  bool from_file = false;                 // taken away instead of added
  const RowSums* bad = nullptr;           // set: only rows of buckets that are not zero there ...
  RowsOfInterest* interesting = nullptr;  // ... go here
  std::uint64_t rows = 0;
  std::uint64_t rows_left_out = 0;
};

// The fold of some partitions. One thread.
class RowsFold {
 public:
  explicit RowsFold(RowSink sink);
  ~RowsFold();

  // Projects a record's events; "" or why they do not fit. Then nothing more of that stream may be
  // given.
  template <class Event>
  std::string project(const read_models::RecordInfo& record, const std::vector<Event>& events) {
    try {
      for (const Event& event : events) read_models::project(record, event, *tables_);
      return {};
    } catch (const read_models::Unprojectable& why) {
      return why.what();
    }
  }

  // The rows of the streams so far are final, but for sums over many streams.
  void streams_ended();

  // Adds the other's sums (sales by hour, revenue by day) to this one's.
  void take_sums(RowsFold& other);
  void all_ended();

  std::uint64_t rows() const { return sink_.rows; }

 private:
  struct Sources;
  std::unique_ptr<Sources> sources_;
  std::unique_ptr<read_models::Tables> tables_;
  RowSink sink_;
};

// The read models' file of a data directory, in one transaction, so that all of it is of one
// moment. One thread.
class RowsFile {
 public:
  // Fails with not_found, newer_format (made by another version), corruption, io_error. Beside a
  // running node: before the log is opened, which is then not behind the rows.
  static store::Result<std::unique_ptr<RowsFile>> open(const std::string& path);

  const std::string& cluster_id() const { return cluster_id_; }
  const Positions& positions() const { return positions_; }
  // Whether the record was left out of the rows: parked or skipped.
  bool leaves_out(PartitionId partition, const store::RecordView& record) const;
  bool leaves_out_any() const { return !parked_.empty() || !skipped_.empty(); }

  // What is wrong with the file's structure: its pages, its tables of bookkeeping.
  store::Result<std::vector<RowsFault>> structure_faults();

  // Hands all rows to the sink. `faults`, if given, gets what is wrong with the order of rows and
  // with indexes.
  store::Status read(RowSink& sink, std::vector<RowsFault>* faults);

 private:
  store::Status read_bookkeeping();
  store::Status run_check(const std::string& pragma, const std::string& subject,
                          std::vector<RowsFault>& faults);
  store::sql::Database database_;
  std::string cluster_id_;
  Positions positions_;
  std::map<std::pair<PartitionId, std::string>, store::Offset> parked_;  // from this offset on
  std::set<std::pair<PartitionId, store::Offset>> skipped_;
};

// The names of the tables, by index.
std::array<std::string_view, kTableCount> table_names();

}  // namespace souk::replay
