#include "tests/models/support.hpp"

#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include "store/record.hpp"
#include "store/sql/database.hpp"
#include "store/sql/row_store.hpp"
#include "tests/support/shop_history.hpp"

namespace souk::test {

using store::sql::Database;
using store::sql::Mode;

Directory::Directory() {
  path_ = (std::filesystem::temp_directory_path() / "souk-models-XXXXXX").string();
  if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no directory for the test");
}
Directory::~Directory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

namespace {

void check(const store::Status& status) {
  if (status.ok()) return;
  ADD_FAILURE() << status.message();
  throw std::runtime_error(status.message());
}

template <class T>
T value_of(store::Result<T> result) {
  check(result.status());
  return std::move(*result);
}

}  // namespace

// --- a log ------------------------------------------------------------------------------------

std::unique_ptr<store::Log> open_log(std::shared_ptr<store::MemoryDisk> disk) {
  store::Identity identity;
  identity.cluster_id = kCluster;
  for (const Service service : kServices) identity.partitions[service] = kPartitions;
  return value_of(store::Log::open(std::make_unique<store::MemoryKv>(std::move(disk)), identity));
}

void Appender::add(PartitionId partition, store::Record record) {
  store::Append append;
  append.stream = value_of(log_->open_stream(partition, record.stream));
  append.sequence = record.sequence = ++sequences_[{partition, record.stream}];
  store::encode_record(record, append.bytes);
  group_.push_back(std::move(append));
}

store::Offset Appender::flush() {
  if (group_.empty()) return store::kNoOffset;
  std::vector<store::Offset> offsets;
  for (const store::Status& status : log_->append(group_, offsets)) check(status);
  group_.clear();
  return offsets.back();
}

store::Offset Appender::append(PartitionId partition, const std::string& stream,
                               std::vector<store::Payload> events) {
  now_ = now_ + seconds(1);
  store::Record record;
  record.stream = stream;
  record.time = now_;
  record.correlation_id = "request-of-" + stream;
  record.events = std::move(events);
  add(partition, std::move(record));
  return flush();
}

void Appender::append(const std::vector<HistoryRecord>& records, std::mt19937_64& random) {
  for (const HistoryRecord& one : records) {
    store::Record record;
    record.stream = one.stream;
    record.time = one.time;
    record.correlation_id = one.correlation_id;
    std::visit(
        [&](const auto& events) {
          for (const auto& event : events) record.events.push_back(stored(event));
        },
        one.events);
    add(one.partition, std::move(record));
    if (random() % 4 == 0) flush();
  }
  flush();
}

store::Payload placed(int lines) {
  order::Placed event;
  event.customer_id = CustomerId("ann");
  for (int i = 0; i < lines; ++i) event.lines.push_back({Sku("mug"), {2}, {}});
  return stored(order::Event(event));
}

store::Payload confirmed(int lines) {
  order::Totals totals;
  totals.currency = currency("GBP");
  totals.unit_prices_minor.assign(static_cast<std::size_t>(lines), 250);
  totals.subtotal_minor = totals.total_minor = 500 * lines;
  return stored(order::Event(order::Confirmed{totals}));
}

store::Payload charged(std::int64_t minor) {
  return stored(wallet::Event(wallet::Charged{ChargeId("c"), gbp(minor)}));
}
store::Payload held(std::int64_t minor) {
  return stored(wallet::Event(wallet::Held{HoldId("h"), gbp(minor)}));
}

History::History(std::uint64_t seed, int things) {
  Shop shop(seed);
  shop.live(things, false);
  records = shop.records();
  std::mt19937_64 random(seed);
  Appender(*log).append(records, random);
}

std::vector<PartitionId> partitions_of(const store::Log& log) {
  std::vector<PartitionId> partitions;
  for (const auto& [service, count] : log.identity().partitions)
    for (std::uint16_t number = 0; number < count; ++number)
      partitions.push_back({service, number});
  return partitions;
}

// --- models -----------------------------------------------------------------------------------

std::unique_ptr<Models> create_models(const std::string& path, BulkLoad bulk,
                                      ModelsOptions options) {
  return value_of(Models::create(path, kCluster, kNow, bulk, std::move(options)));
}

std::unique_ptr<Models> open_models(const std::string& path, ModelsOptions options) {
  return value_of(Models::open(path, kCluster, std::move(options)));
}

history::ReadLog reading(const store::Log& log) {
  return [&log](PartitionId partition, store::Offset from, std::size_t bytes_max) {
    return log.read(partition, from, bytes_max);
  };
}

store::Status apply(Models& models, const store::Log& log, PartitionId partition,
                    std::size_t bytes_max) {
  return models.apply(value_of(log.read(partition, models.next(partition), bytes_max)));
}

void follow(Models& models, const store::Log& log) {
  for (const PartitionId partition : partitions_of(log))
    while (models.next(partition) < log.next_offset(partition))
      check(apply(models, log, partition));
  check(models.commit());
}

namespace {

std::string text_of(const SqlValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  return value.index() == 0 ? "NULL" : "a fraction";
}

std::string rows_of(Database& database, const std::string& sql) {
  auto statement = value_of(database.prepare(sql));
  std::string text;
  while (value_of(statement.step())) {
    for (int i = 0; i < statement.columns(); ++i) text += text_of(statement.value(i)) + "|";
    text += "\n";
  }
  return text;
}

std::string table(Database& database, const std::string& name) {
  const int columns = value_of(database.prepare("SELECT * FROM " + name)).columns();
  std::string order = "1";
  for (int i = 2; i <= columns; ++i) order += ", " + std::to_string(i);
  const std::string which = name == "about" ? " WHERE name <> 'built_at'" : "";
  return name + "\n" + rows_of(database, "SELECT * FROM " + name + which + " ORDER BY " + order);
}

template <class... Row>
std::string tables(Database& database, const std::tuple<store::sql::RowStore<Row>...>*) {
  return (table(database, std::string(Row::kTable.name)) + ...);
}

using RowStores = read_models::ForEachRow<store::sql::RowStore>;

template <class Row>
void write(Database& database, MemoryModels& models) {
  check(database.execute(store::sql::create_table_sql<Row>()));
  store::sql::RowStore<Row> store(database);
  for (const Row& row : models.rows<Row>()) check(store.insert(row));
}

template <class... Row>
void write_all(Database& database, MemoryModels& models,
               const std::tuple<store::sql::RowStore<Row>...>*) {
  (write<Row>(database, models), ...);
}

}  // namespace

std::string dump(const std::string& path) {
  Database database = value_of(Database::open(path, Mode::read_only));
  std::string text = rows_of(
      database,
      "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2");
  auto names =
      value_of(database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT "
                                "LIKE 'sqlite_%' ORDER BY name"));
  while (value_of(names.step())) text += table(database, std::string(names.text(0)));
  return text;
}

std::string difference(const std::string& one, const std::string& other) {
  std::istringstream ones(one);
  std::istringstream others(other);
  std::string line;
  std::string wanted;
  while (true) {
    const bool more = static_cast<bool>(std::getline(ones, line));
    if (more != static_cast<bool>(std::getline(others, wanted)))
      return more ? "too much: " + line : "missing: " + wanted;
    if (!more) return {};
    if (line != wanted) return line + " instead of " + wanted;
  }
}

std::string dump_rows(const std::string& path) {
  Database database = value_of(Database::open(path, Mode::read_only));
  return tables(database, static_cast<const RowStores*>(nullptr));
}

std::string dump_rows(MemoryModels& models, const std::string& path) {
  {
    Database database = value_of(Database::open(path, Mode::create));
    check(database.execute("BEGIN"));
    write_all(database, models, static_cast<const RowStores*>(nullptr));
    check(database.execute("COMMIT"));
  }
  return dump_rows(path);
}

void run_sql(const std::string& path, const std::string& sql) {
  Database database = value_of(Database::open(path, Mode::read_write));
  check(database.execute(sql));
}

std::string ask_sql(const std::string& path, const std::string& sql) {
  Database database = value_of(Database::open(path, Mode::read_only));
  auto statement = value_of(database.prepare(sql));
  return value_of(statement.step()) ? text_of(statement.value(0)) : "";
}

}  // namespace souk::test
