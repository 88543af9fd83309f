// The insides of Models, shared by models.cpp (files), models_apply.cpp (records in, rows out) and
// models_parked.cpp (what an operator decides about parked records).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "actors/history/models.hpp"
#include "actors/read_models/bookkeeping_rows.hpp"
#include "actors/read_models/project.hpp"
#include "actors/read_models/tables.hpp"
#include "store/sql/row_store.hpp"

namespace souk::history {

// A failure of the database on its way through the projections, which only know exceptions.
struct StoreFailure : std::runtime_error {
  explicit StoreFailure(store::Status why) : std::runtime_error(why.message()), status(why) {}
  store::Status status;
};
inline void check(const store::Status& status) {
  if (!status.ok()) throw StoreFailure(status);
}

// A row is in the database already that is to be inserted, or is not there that is to be changed:
// the fault of one record, or of somebody who wrote into the file.
struct RowRefused : StoreFailure {
  using StoreFailure::StoreFailure;
};
template <RowType Row>
RowRefused row_refused(const Row& row, std::string_view why) {
  std::string text(Row::kTable.name);
  const auto add = [&]<class Part>(const Part& part) {
    if constexpr (std::is_same_v<Part, std::int64_t>)
      text.append(" ").append(std::to_string(part));
    else
      text.append(" ").append(part);
  };
  std::apply([&](const auto&... part) { (add(part), ...); }, key_of(row));
  return RowRefused({store::Code::invalid, text.append(why)});
}

// The log's bytes make no sense: not the fault of the models' file.
struct LogFailure : std::runtime_error {
  explicit LogFailure(store::Status why) : std::runtime_error(why.message()), status(why) {}
  store::Status status;
};
inline void check_log(const store::Status& status) {
  if (!status.ok()) throw LogFailure(status);
}

// Rows of one type: a projection's table, over the database's.
template <class Row>
class SqlSource final : public read_models::RowSource<Row> {
 public:
  using row_type = Row;
  explicit SqlSource(store::sql::Database& database) : rows_(database) {}

  bool load(const KeyOf<Row>& key, Row& row) override {
    const auto found = rows_.load(key, row);
    check(found.status());
    return *found;
  }

  // Writes what `table` has changed.
  void write(read_models::Table<Row>& table) {
    table.for_each_change([this](read_models::Change change, const Row& row) {
      if (change == read_models::Change::inserted) check_fits(rows_.insert(row), row);
      if (change == read_models::Change::updated) check_fits(rows_.update(row), row);
      if (change == read_models::Change::erased) check_fits(rows_.erase(key_of(row)), row);
    });
  }

 private:
  // Tells a row that is there already, or is not there, from a database that does not work.
  void check_fits(const store::Status& status, const Row& row) {
    if (status.ok()) return;
    if (status.code() == store::Code::not_found) throw row_refused(row, " is not there");
    Row present;
    if (status.code() == store::Code::invalid && load(key_of(row), present))
      throw row_refused(row, " exists already");
    throw StoreFailure(status);
  }

  store::sql::RowStore<Row> rows_;
};

template <class... Source>
std::tuple<Source...> make_sources(store::sql::Database& database, std::tuple<Source...>*) {
  return {Source(database)...};
}

struct Models::Impl {
  Impl(std::string path_in, store::sql::Database database_in, BulkLoad bulk_in,
       ModelsOptions options_in);

  // --- models.cpp
  void create_schema(const std::string& cluster_id, Time now);
  void create_indexes();
  void check_identity(const std::string& cluster_id);
  void load_bookkeeping();
  void skip_as_in(const std::map<std::pair<PartitionId, store::Offset>, read_models::SkippedRow>&);

  // --- models_apply.cpp
  struct Applied {  // a slice, and how far of it has been applied
    store::Slice slice;
    store::Offset end;
  };
  struct Cursor {
    store::Offset applied = store::kNoOffset;
    store::Offset committed = store::kNoOffset;
    Time at;  // of the record at `applied`
  };
  struct Misfit {  // a record that could not be taken
    store::Offset offset = store::kNoOffset;
    std::string reason;
  };
  store::Status apply(const store::Slice& slice);
  Misfit take(const store::Slice& slice, store::Offset end);
  void take(const store::RecordView& record, PartitionId partition);
  void park_at(const store::Slice& slice, const Misfit& misfit);
  void park_first(const store::RecordView& record, PartitionId partition,
                  const std::string& reason);
  void advance(const store::RecordView& record, PartitionId partition);
  void park(const store::RecordView& record, PartitionId partition, const std::string& reason);
  void replay();
  void write_positions();
  void write();
  void commit();
  void commit_one_by_one();
  void discard();
  store::Offset next(PartitionId partition) const;

  // --- models_parked.cpp
  using StreamKey = std::pair<PartitionId, std::string>;
  std::vector<read_models::ParkedStream> parked_streams();
  std::vector<read_models::ParkedRow> parked_rows(const StreamKey& stream);
  store::Status take_parked(const StreamKey& stream, const ReadLog& read);
  void take_what_fits(const StreamKey& stream, const ReadLog& read);
  store::Status still_parked(const read_models::ParkedRow& row, const std::string& reason);
  void take_parked(const read_models::ParkedRow& row, const StreamKey& stream, const ReadLog& read);
  store::Status skip(const StreamKey& stream, const std::string& reason, Time now,
                     const ReadLog& read);

  // Runs `f`, and turns its failure into a Status; everything uncommitted is then forgotten.
  template <class F>
  store::Status guarded(F&& f) {
    log_is_damaged = false;
    try {
      f();
      return {};
    } catch (const LogFailure& failure) {
      discard();
      log_is_damaged = true;
      return failure.status;
    } catch (const StoreFailure& failure) {
      discard();
      // Our own SQL is only wrong for a file that somebody has changed. Without a journal what was
      // half written stays half written.
      file_is_damaged |= failure.status.code() == store::Code::corruption ||
                         failure.status.code() == store::Code::invalid || bulk == BulkLoad::yes;
      return failure.status;
    } catch (const std::exception& failure) {
      discard();
      return {store::Code::io_error,
              "The read models in " + path + " cannot go on: " + failure.what()};
    }
  }

  std::string path;
  store::sql::Database database;  // before everything that has statements
  ModelsOptions options;
  BulkLoad bulk;
  bool file_is_damaged = false;
  bool log_is_damaged = false;

  read_models::ForEachRow<SqlSource> sources;
  read_models::Tables tables;
  SqlSource<read_models::PositionRow> position_source{database};
  SqlSource<read_models::ParkedRow> parked_source{database};
  SqlSource<read_models::SkippedRow> skipped_source{database};
  read_models::Table<read_models::PositionRow> position_table{position_source};
  read_models::Table<read_models::ParkedRow> parked_table{parked_source};
  read_models::Table<read_models::SkippedRow> skipped_table{skipped_source};

  std::map<PartitionId, Cursor> cursors;
  Positions positions;  // the committed ones
  std::vector<Applied> uncommitted;
  std::uint64_t records = 0;  // applied since the last commit
  std::set<StreamKey> parked;
  std::set<StreamKey> parked_committed;
  std::map<std::pair<PartitionId, store::Offset>, read_models::SkippedRow> skipped;
};

}  // namespace souk::history
