// Files: how the read models' database is made, opened and checked.
#include "actors/history/models.hpp"

#include <cstdio>

#include <xxhash.h>

#include "actors/history/generations.hpp"
#include "actors/history/models_impl.hpp"
#include "actors/read_models/schema.hpp"
#include "events/rfc3339.hpp"
#include "store/sql/tuning.hpp"

namespace souk::history {
namespace {

using read_models::AboutRow;
using store::sql::create_table_sql;
using store::sql::Database;

template <class... Source>
std::string tables_sql(const std::tuple<Source...>*) {
  std::string sql;
  ((sql += create_table_sql<typename Source::row_type>() + ";\n\n"), ...);
  return sql;
}

// What a file of today's code consists of. A file that was made from another text is built anew,
// even if nobody thought of raising the version.
std::string schema_sql() {
  using Sources = read_models::ForEachRow<SqlSource>;
  std::string sql = tables_sql(static_cast<const Sources*>(nullptr));
  sql += create_table_sql<read_models::PositionRow>() + ";\n\n";
  sql += create_table_sql<read_models::ParkedRow>() + ";\n\n";
  sql += create_table_sql<read_models::SkippedRow>() + ";\n\n";
  sql += create_table_sql<AboutRow>() + ";\n\n";
  for (const read_models::View& view : read_models::views())
    sql += read_models::create_view_sql(view) + ";\n\n";
  return sql;
}

// What must not change between the code that made a file and the code that goes on with it.
std::string fingerprint() {
  std::string sql = schema_sql();
  for (const std::string_view index : read_models::indexes()) sql.append(index);
  char hash[17];
  std::snprintf(hash, sizeof hash, "%016llx",
                static_cast<unsigned long long>(XXH3_64bits(sql.data(), sql.size())));
  return std::to_string(read_models::kReadModelsVersion) + "-" + hash;
}

template <class... Source>
void add_tables(std::set<std::string>& names, const std::tuple<Source...>*) {
  (names.emplace(Source::row_type::kTable.name), ...);
}

// Everything that today's code needs in a file, by name.
std::set<std::string> schema_names() {
  std::set<std::string> names;
  add_tables(names, static_cast<const read_models::ForEachRow<SqlSource>*>(nullptr));
  for (const TableText table : {read_models::PositionRow::kTable, read_models::ParkedRow::kTable,
                                read_models::SkippedRow::kTable, AboutRow::kTable})
    names.emplace(table.name);
  for (const auto& view : read_models::views()) names.emplace(view.name);
  for (const auto& index : read_models::index_descriptions()) names.emplace(index.name);
  return names;
}

// Throws if somebody has taken a table, view or index away.
void check_schema(Database& database, const std::string& path) {
  std::set<std::string> missing = schema_names();
  auto statement = database.prepare("SELECT name FROM sqlite_schema");
  check(statement.status());
  for (auto more = statement->step();; more = statement->step()) {
    check(more.status());
    if (!*more) break;
    missing.erase(std::string(statement->text(0)));
  }
  if (!missing.empty())
    throw StoreFailure({store::Code::corruption, "The read models in " + path + " lack " +
                                                     *missing.begin() + "; they are built anew."});
}

// Calls `f(partition, row)` for each row of a query whose first columns are service and partition.
template <class F>
void for_each_of_partition(Database& database, std::string_view sql, F&& f) {
  auto statement = database.prepare(sql);
  check(statement.status());
  while (true) {
    const auto more = statement->step();
    check(more.status());
    if (!*more) return;
    const auto service = parse_service(statement->text(0));
    if (!service)
      throw StoreFailure({store::Code::corruption,
                          "The read models name an unknown service; they are built anew."});
    f(PartitionId{*service, static_cast<std::uint16_t>(statement->integer(1))}, *statement);
  }
}

using Skipped = std::map<std::pair<PartitionId, store::Offset>, read_models::SkippedRow>;

Skipped skipped_in(Database& database) {
  Skipped skipped;
  for_each_of_partition(
      database,
      "SELECT service, partition, record_offset, stream, error, reason, skipped_at "
      "FROM skipped_records",
      [&](PartitionId partition, const store::sql::Statement& row) {
        const auto text = [&](int at) { return std::string(row.text(at)); };
        skipped[{partition, static_cast<store::Offset>(row.integer(2))}] = {
            text(0),
            row.integer(1),
            row.integer(2),
            text(3),
            text(4),
            text(5),
            parse_iso(row.text(6)).value_or(Time{})};
      });
  return skipped;
}

// Empty if it does not say.
std::string about(Database& database, std::string_view name) {
  store::sql::RowStore<AboutRow> rows(database);
  AboutRow row;
  check(rows.load({name}, row).status());
  return row.value;
}

}  // namespace

std::string models_version() { return fingerprint(); }

Models::Impl::Impl(std::string path_in, Database database_in, BulkLoad bulk_in,
                   ModelsOptions options_in)
    : path(std::move(path_in)),
      database(std::move(database_in)),
      options(std::move(options_in)),
      bulk(bulk_in),
      sources(make_sources(database, static_cast<read_models::ForEachRow<SqlSource>*>(nullptr))),
      tables(std::apply([](auto&... source) { return read_models::Tables(source...); }, sources)) {}

void Models::Impl::create_schema(const std::string& cluster_id, Time now) {
  check(database.execute("BEGIN"));
  check(database.execute(schema_sql()));
  store::sql::RowStore<AboutRow> about(database);
  check(about.insert({"cluster", cluster_id}));
  check(about.insert({"version", fingerprint()}));
  check(about.insert({"built_at", to_rfc3339(now)}));
  options.step("schema written");
  check(database.execute("COMMIT"));
}

void Models::Impl::create_indexes() {
  for (const std::string_view index : read_models::indexes()) {
    options.step("index");
    check(database.execute(index));
  }
}

void Models::Impl::check_identity(const std::string& cluster_id) {
  if (const std::string cluster = about(database, "cluster"); cluster != cluster_id)
    throw StoreFailure({store::Code::wrong_cluster, "The read models in " + path +
                                                        " are of cluster '" + cluster + "', not '" +
                                                        cluster_id + "'; they are built anew."});
  if (about(database, "version") != fingerprint())
    throw StoreFailure({store::Code::newer_format,
                        "The read models in " + path +
                            " were made by another version of souk; they are built anew."});
  check_schema(database, path);
}

void Models::Impl::load_bookkeeping() {
  for_each_of_partition(
      database, "SELECT service, partition, position, at FROM positions",
      [&](PartitionId partition, const store::sql::Statement& row) {
        const auto offset = static_cast<store::Offset>(row.integer(2));
        cursors[partition] = {offset, offset, parse_iso(row.text(3)).value_or(Time{})};
        positions[partition] = offset;
      });
  for_each_of_partition(database, "SELECT DISTINCT service, partition, stream FROM parked_records",
                        [&](PartitionId partition, const store::sql::Statement& row) {
                          parked.emplace(partition, std::string(row.text(2)));
                        });
  parked_committed = parked;
  skipped = skipped_in(database);
}

void Models::Impl::skip_as_in(const Skipped& older) {
  for (const auto& [place, row] : older) skipped_table.insert(row);
  commit();
  skipped = older;
}

Models::Models(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Models::~Models() = default;

store::Result<std::unique_ptr<Models>> Models::open(const std::string& path,
                                                    const std::string& cluster_id,
                                                    ModelsOptions options) {
  auto database = Database::open(path, store::sql::Mode::read_write);
  if (!database.ok()) return database.status();
  auto impl = std::make_unique<Impl>(path, std::move(*database), BulkLoad::no, std::move(options));
  const store::Status status = impl->guarded([&] {
    check(store::sql::tune_writer(impl->database));
    impl->check_identity(cluster_id);
    impl->load_bookkeeping();
  });
  if (!status.ok()) return status;
  return std::unique_ptr<Models>(new Models(std::move(impl)));
}

store::Result<std::unique_ptr<Models>> Models::create(const std::string& path,
                                                      const std::string& cluster_id, Time now,
                                                      BulkLoad bulk, ModelsOptions options) {
  auto database = Database::open(path, store::sql::Mode::create);
  if (!database.ok()) return database.status();
  auto impl = std::make_unique<Impl>(path, std::move(*database), bulk, std::move(options));
  const store::Status status = impl->guarded([&] {
    const bool at_once = bulk == BulkLoad::no;
    if (impl->options.cancelled != nullptr) impl->database.interrupt_when(*impl->options.cancelled);
    check(at_once ? store::sql::tune_writer(impl->database)
                  : store::sql::tune_bulk_load(impl->database));
    impl->create_schema(cluster_id, now);
    if (at_once) impl->create_indexes();
  });
  if (!status.ok()) return status;
  return std::unique_ptr<Models>(new Models(std::move(impl)));
}

store::Status Models::skip_as_in(const Models& older) {
  return impl_->guarded([&] { impl_->skip_as_in(older.impl_->skipped); });
}

store::Status Models::skip_as_in(const std::string& older_path) {
  Skipped skipped;
  try {
    auto older = Database::open(older_path, store::sql::Mode::read_only);
    check(older.status());
    skipped = skipped_in(*older);
  } catch (const StoreFailure& failure) {
    return failure.status;
  }
  return impl_->guarded([&] { impl_->skip_as_in(skipped); });
}

store::Status Models::finish_bulk_load() {
  if (impl_->bulk == BulkLoad::no) return {};
  return impl_->guarded([&] {
    impl_->options.step("bulk load ends");
    impl_->create_indexes();
    check(store::sql::finish_bulk_load(impl_->database));
    check(sync_folder_of(impl_->path));
    check(store::sql::tune_writer(impl_->database));
    impl_->bulk = BulkLoad::no;
    impl_->options.step("bulk load ended");
  });
}

store::Status Models::apply(const store::Slice& slice) { return impl_->apply(slice); }

store::Status Models::commit() {
  if (impl_->records == 0) return {};
  return impl_->guarded([&] { impl_->commit(); });
}

std::uint64_t Models::records_to_commit() const { return impl_->records; }

std::size_t Models::rows_to_commit() const {
  std::size_t rows = 0;
  impl_->tables.for_each([&](const auto& table) { rows += table.changes(); });
  return rows;
}

store::Offset Models::next(PartitionId partition) const { return impl_->next(partition); }
const Positions& Models::positions() const { return impl_->positions; }
void Models::forget_rows() {
  impl_->tables.for_each([](auto& table) { table.discard(); });
}
const std::string& Models::path() const { return impl_->path; }
bool Models::file_is_damaged() const { return impl_->file_is_damaged; }
bool Models::log_is_damaged() const { return impl_->log_is_damaged; }

}  // namespace souk::history
