#include <array>

#include <fmt/format.h>

#include "actors/history/models.hpp"
#include "tools/replay/verify/neighbours.hpp"
#include "tools/replay/verify/row_tables.hpp"
#include "tools/replay/verify/table_indexes.hpp"

namespace souk::replay {
namespace {

using store::Status;
using store::sql::Database;

Status broken(const std::string& what) { return {store::Code::corruption, what}; }

}  // namespace

store::Result<std::unique_ptr<RowsFile>> RowsFile::open(const std::string& path) {
  auto file = std::make_unique<RowsFile>();
  auto database = Database::open(path, store::sql::Mode::read_only);
  if (!database.ok()) return database.status();
  file->database_ = std::move(*database);
  if (Status status = file->database_.execute("BEGIN"); !status.ok()) return status;
  auto about = file->database_.prepare("SELECT name, value FROM about");
  if (!about.ok()) return about.status();
  std::string version;
  for (auto more = about->step();; more = about->step()) {
    if (!more.ok()) return more.status();
    if (!*more) break;
    if (about->text(0) == "cluster") file->cluster_id_ = about->text(1);
    if (about->text(0) == "version") version = about->text(1);
  }
  if (version != history::models_version())
    return Status(store::Code::newer_format,
                  "they were made by another version of souk, so a start builds them anew");
  if (Status status = file->read_bookkeeping(); !status.ok()) return status;
  return file;
}

Status RowsFile::read_bookkeeping() {
  const auto each = [&](std::string_view sql, auto&& f) -> Status {
    auto rows = database_.prepare(sql);
    if (!rows.ok()) return rows.status();
    for (auto more = rows->step();; more = rows->step()) {
      if (!more.ok()) return more.status();
      if (!*more) return {};
      const auto service = parse_service(rows->text(0));
      if (!service) return broken("they name an unknown service: " + std::string(rows->text(0)));
      f(PartitionId{*service, static_cast<std::uint16_t>(rows->integer(1))},
        static_cast<store::Offset>(rows->integer(2)), *rows);
    }
  };
  Status status = each(
      "SELECT service, partition, position FROM positions",
      [&](PartitionId partition, store::Offset offset, auto&) { positions_[partition] = offset; });
  if (status.ok())
    status = each(
        "SELECT service, partition, min(record_offset), stream FROM parked_records GROUP BY 1, 2, "
        "4",
        [&](PartitionId partition, store::Offset offset, auto& row) {
          parked_[{partition, std::string(row.text(3))}] = offset;
        });
  if (status.ok())
    status = each("SELECT service, partition, record_offset FROM skipped_records",
                  [&](PartitionId partition, store::Offset offset, auto&) {
                    skipped_.emplace(partition, offset);
                  });
  return status;
}

bool RowsFile::leaves_out(PartitionId partition, const store::RecordView& record) const {
  if (!leaves_out_any()) return false;
  if (skipped_.contains({partition, record.offset})) return true;
  const auto parked = parked_.find({partition, std::string(record.stream)});
  return parked != parked_.end() && record.offset >= parked->second;
}

namespace {

template <class Row>
std::vector<std::string_view> columns_of() {
  std::vector<std::string_view> names;
  std::apply([&](const auto&... column) { (names.push_back(column.name), ...); }, Row::columns());
  return names;
}

// The rows of one table, in the order of the b-tree that holds them.
template <class Row, std::size_t Index>
Status read_table(Database& database, RowSink& sink, std::vector<RowsFault>* faults) {
  constexpr std::string_view kTable = Row::kTable.name;
  auto indexes = TableIndexes::of(database, kTable, columns_of<Row>());
  if (!indexes.ok()) return indexes.status();
  auto statement = database.prepare(indexes->rows_sql());
  if (!statement.ok()) return statement.status();
  RowBytes row;
  std::array<std::size_t, kColumnCountOf<Row>> ends;
  Neighbours neighbours(/*unique=*/true);
  for (auto more = statement->step();; more = statement->step()) {
    if (!more.ok()) return more.status();
    if (!*more) break;
    row.clear();
    for (std::size_t i = 0; i < ends.size(); ++i) {
      put_column(row, statement->handle(), static_cast<int>(i));
      ends[i] = row.size();
    }
    const std::size_t key_bytes = ends[Row::kKeyColumns - 1];
    hand_over<Row, Index>(sink, row, key_bytes);
    if (faults == nullptr) continue;
    neighbours.next(row.part(0, key_bytes));
    indexes->take_row(row, ends);
  }
  if (faults == nullptr) return {};
  if (neighbours.wrong() > 0) faults->push_back({std::string(kTable), neighbours.sentence()});
  return indexes->check(database, *faults);
}

}  // namespace

Status RowsFile::read(RowSink& sink, std::vector<RowsFault>* faults) {
  Status status;
  for_each_table([&]<class Row, std::size_t I>() {
    if (status.ok()) status = read_table<Row, I>(database_, sink, faults);
  });
  return status;
}

// SQLite's quick_check looks at every page and at every value's type, but neither at the order of
// keys nor into indexes: `read` does that. To SQLite's slower check are left the small tables of
// bookkeeping, and models with indexes of a kind that souk does not make.
store::Result<std::vector<RowsFault>> RowsFile::structure_faults() {
  std::vector<RowsFault> faults;
  if (Status status = run_check("PRAGMA quick_check(20)", "", faults); !status.ok()) return status;
  std::vector<std::string> tables;
  auto names = database_.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'");
  if (!names.ok()) return names.status();
  for (auto more = names->step();; more = names->step()) {
    if (!more.ok()) return more.status();
    if (!*more) break;
    tables.emplace_back(names->text(0));
  }
  Status status;
  for_each_table([&]<class Row, std::size_t I>() {
    if (!status.ok()) return;
    const auto indexes = TableIndexes::of(database_, Row::kTable.name, columns_of<Row>());
    if (!indexes.ok())
      status = indexes.status();
    else if (!indexes->has_others())
      std::erase(tables, Row::kTable.name);
  });
  for (const std::string& table : tables)
    if (status.ok())
      status =
          run_check(fmt::format("PRAGMA integrity_check({})", quoted_name(table)), table, faults);
  if (!status.ok()) return status;
  return faults;
}

Status RowsFile::run_check(const std::string& pragma, const std::string& subject,
                           std::vector<RowsFault>& faults) {
  auto check = database_.prepare(pragma);
  if (!check.ok()) return check.status();
  for (auto more = check->step();; more = check->step()) {
    if (!more.ok()) return more.status();
    if (!*more) return {};
    if (check->text(0) != "ok") faults.push_back({subject, std::string(check->text(0))});
  }
}

}  // namespace souk::replay
