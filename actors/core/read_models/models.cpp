// Files: how the read models' database is made, opened and checked.
#include "actors/core/read_models/models.hpp"

#include <cstdio>

#include <xxhash.h>

#include "actors/core/read_models/models_impl.hpp"
#include "actors/read_models/schema.hpp"
#include "events/rfc3339.hpp"
#include "store/sql/tuning.hpp"

namespace souk::core {
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

}  // namespace

Models::Impl::Impl(std::string path_in, Database database_in, ModelsOptions options_in)
    : path(std::move(path_in)),
      database(std::move(database_in)),
      options(std::move(options_in)),
      sources(make_sources(database, static_cast<read_models::ForEachRow<SqlSource>*>(nullptr))),
      tables(std::apply([](auto&... source) { return read_models::Tables(source...); }, sources)) {}

void Models::Impl::create_schema(const std::string& cluster_id, Time now) {
  check(database.execute("BEGIN"));
  check(database.execute(schema_sql()));
  store::sql::RowStore<AboutRow> about(database);
  check(about.insert({"cluster", cluster_id}));
  check(about.insert({"version", fingerprint()}));
  check(about.insert({"built_at", to_rfc3339(now)}));
  check(database.execute("COMMIT"));
}

void Models::Impl::create_indexes() {
  for (const std::string_view index : read_models::indexes()) {
    options.step("index");
    check(database.execute(index));
  }
}

void Models::Impl::check_identity(const std::string& cluster_id) {
  store::sql::RowStore<AboutRow> about(database);
  const auto value_of = [&](std::string_view name) {
    AboutRow row;
    const auto found = about.load({name}, row);
    check(found.status());
    return row.value;
  };
  if (const std::string cluster = value_of("cluster"); cluster != cluster_id)
    throw StoreFailure({store::Code::wrong_cluster, "The read models in " + path +
                                                        " are of cluster '" + cluster + "', not '" +
                                                        cluster_id + "'; they are built anew."});
  if (value_of("version") != fingerprint())
    throw StoreFailure({store::Code::newer_format,
                        "The read models in " + path +
                            " were made by another version of souk; they are built anew."});
}

void Models::Impl::load_bookkeeping() {
  const auto for_each_row = [&](std::string_view sql, auto&& f) {
    auto statement = database.prepare(sql);
    check(statement.status());
    while (true) {
      const auto more = statement->step();
      check(more.status());
      if (!*more) return;
      const auto service = parse_service(statement->text(0));
      if (!service)
        throw StoreFailure({store::Code::corruption, path + " names an unknown service."});
      f(PartitionId{*service, static_cast<std::uint16_t>(statement->integer(1))}, *statement);
    }
  };
  for_each_row("SELECT service, partition, position, at FROM positions",
               [&](PartitionId partition, const auto& row) {
                 const auto offset = static_cast<store::Offset>(row.integer(2));
                 const auto at = parse_rfc3339(row.text(3));
                 cursors[partition] = {offset, offset, at.value_or(Time{})};
                 positions[partition] = offset;
               });
  for_each_row("SELECT DISTINCT service, partition, stream FROM parked_records",
               [&](PartitionId partition, const auto& row) {
                 parked.emplace(partition, std::string(row.text(2)));
               });
  parked_committed = parked;
  for_each_row("SELECT service, partition, record_offset FROM skipped_records",
               [&](PartitionId partition, const auto& row) {
                 skipped.emplace(partition, static_cast<store::Offset>(row.integer(2)));
               });
}

Models::Models(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Models::~Models() = default;

store::Result<std::unique_ptr<Models>> Models::open(const std::string& path,
                                                    const std::string& cluster_id,
                                                    ModelsOptions options) {
  auto database = Database::open(path, store::sql::Mode::read_write);
  if (!database.ok()) return database.status();
  auto impl = std::make_unique<Impl>(path, std::move(*database), std::move(options));
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
  auto impl = std::make_unique<Impl>(path, std::move(*database), std::move(options));
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

store::Status Models::skip_as_in(Models& older) {
  return impl_->guarded([&] {
    for (const auto& [partition, offset] : older.impl_->skipped) {
      read_models::SkippedRow row;
      const auto found = older.impl_->skipped_source.load(
          {name_of(partition.service), partition.number, static_cast<std::int64_t>(offset)}, row);
      if (!found) continue;
      impl_->skipped_table.insert(std::move(row));
      impl_->skipped.emplace(partition, offset);
    }
    impl_->commit();
  });
}

store::Status Models::finish_bulk_load() {
  return impl_->guarded([&] {
    impl_->options.step("bulk load ends");
    impl_->create_indexes();
    check(store::sql::finish_bulk_load(impl_->database));
    check(store::sql::tune_writer(impl_->database));
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
const std::string& Models::path() const { return impl_->path; }
bool Models::file_is_damaged() const { return impl_->file_is_damaged; }

}  // namespace souk::core
