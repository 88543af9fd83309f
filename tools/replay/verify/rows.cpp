#include "tools/replay/verify/rows.hpp"

#include <cstring>
#include <sqlite3.h>
#include <type_traits>

#include <fmt/format.h>

#include "actors/history/models.hpp"
#include "events/rfc3339.hpp"

namespace souk::replay {
namespace {

using read_models::ForEachRow;
using store::Status;
using store::sql::Database;

template <class Row>
using Type = std::type_identity<Row>;
using Rows = ForEachRow<Type>;

// Calls `f.operator()<Row, index>()` for each table.
template <class F>
void for_each_table(F&& f) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (f.template operator()<typename std::tuple_element_t<I, Rows>::type, I>(), ...);
  }
  (std::make_index_sequence<kTableCount>{});
}

// Rows that many streams add to.
template <class Row>
inline constexpr bool kIsSum = std::is_same_v<Row, read_models::SalesHourRow> ||
                               std::is_same_v<Row, read_models::DailyRevenueRow>;

// --- a row as bytes to be hashed: a letter for the kind of each value, then the value ----------

void put_number(std::string& out, char kind, std::int64_t number) {
  char bytes[9];
  bytes[0] = kind;
  std::memcpy(bytes + 1, &number, 8);
  out.append(bytes, 9);
}
void put_text(std::string& out, std::string_view text) {
  put_number(out, 't', static_cast<std::int64_t>(text.size()));
  out.append(text);
}
void put(std::string& out, const std::string& text, bool in_key) {
  if (text.empty() && !in_key)
    out += 'n';
  else
    put_text(out, text);
}
void put(std::string& out, std::int64_t number, bool) { put_number(out, 'i', number); }
void put(std::string& out, const std::optional<std::int64_t>& number, bool) {
  if (number)
    put_number(out, 'i', *number);
  else
    out += 'n';
}
void put(std::string& out, Time time, bool) {
  if (time.is_set())
    put_number(out, 'T', time.micros);
  else
    out += 'n';
}

// The same of a column that SQLite has, whatever is in it.
void put_column(std::string& out, sqlite3_stmt* statement, int at, bool is_time) {
  const auto text = [&] {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, at));
    return std::string_view(bytes == nullptr ? "" : bytes,
                            static_cast<std::size_t>(sqlite3_column_bytes(statement, at)));
  };
  switch (sqlite3_column_type(statement, at)) {
    case SQLITE_NULL: out += 'n'; return;
    case SQLITE_INTEGER: put_number(out, 'i', sqlite3_column_int64(statement, at)); return;
    case SQLITE_TEXT:
      if (const auto time = is_time ? parse_iso(text()) : std::nullopt)
        put_number(out, 'T', time->micros);
      else
        put_text(out, text());
      return;
    default: out += 'x'; put_text(out, text());
  }
}

template <class Row>
std::size_t put_row(std::string& out, const Row& row) {
  std::size_t key_bytes = 0, at = 0;
  const auto one = [&](const auto& column) {
    put(out, row.*column.member, at < Row::kKeyColumns);
    if (++at == Row::kKeyColumns) key_bytes = out.size();
  };
  std::apply([&](const auto&... column) { (one(column), ...); }, Row::columns());
  return key_bytes;
}

// --- a row for people -------------------------------------------------------------------------

std::string text_of(const std::string& text) { return text.empty() ? "NULL" : text; }
std::string text_of(std::int64_t number) { return std::to_string(number); }
std::string text_of(const std::optional<std::int64_t>& number) {
  return number ? std::to_string(*number) : "NULL";
}
std::string text_of(Time time) {
  if (!time.is_set()) return "NULL";
  const IsoTime iso = to_iso(time);
  return {iso.data(), iso.size()};
}

template <class Row>
std::vector<std::string> texts_of(const Row& row) {
  std::vector<std::string> texts;
  std::apply([&](const auto&... column) { (texts.push_back(text_of(row.*column.member)), ...); },
             Row::columns());
  return texts;
}

std::vector<std::string> texts_of(sqlite3_stmt* statement) {
  std::vector<std::string> texts;
  for (int at = 0; at < sqlite3_column_count(statement); ++at) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, at));
    texts.emplace_back(text == nullptr ? "NULL" : text);
  }
  return texts;
}

template <class Row>
void name_columns(RowTexts& texts) {
  if (!texts.columns.empty()) return;
  std::apply([&](const auto&... column) { (texts.columns.emplace_back(column.name), ...); },
             Row::columns());
}

// Hands a row, as bytes whose first `key_bytes` are its key, to the sink.
template <class Row, std::size_t Index, class Texts>
void hand_over(RowSink& sink, std::string_view bytes, std::size_t key_bytes, Texts&& texts) {
  const std::uint64_t key = BucketSums::hash(bytes.substr(0, key_bytes));
  ++sink.rows;
  if (sink.bad != nullptr) {
    if ((*sink.bad)[Index].is_zero(key)) return;
    auto& interesting = (*sink.interesting)[Index];
    name_columns<Row>(interesting);
    std::vector<std::string> row = texts();
    std::string name = row.front();
    for (std::size_t i = 1; i < Row::kKeyColumns; ++i) name.append(" ").append(row[i]);
    interesting.rows.insert_or_assign(std::move(name), std::move(row));
    return;
  }
  const std::uint64_t content = BucketSums::hash(bytes);
  if (sink.from_file)
    (*sink.sums)[Index].take(key, content);
  else
    (*sink.sums)[Index].add(key, content);
}

template <class Row>
class NoRows final : public read_models::RowSource<Row> {
 public:
  using row_type = Row;
  bool load(const KeyOf<Row>&, Row&) override { return false; }
};

template <class Row>
void add_numbers(Row& to, const Row& from) {
  std::size_t at = 0;
  const auto one = [&](const auto& column) {
    using Member = typename std::decay_t<decltype(column)>::member_type;
    if constexpr (std::is_same_v<Member, std::int64_t>)
      if (at >= Row::kKeyColumns) to.*column.member += from.*column.member;
    ++at;
  };
  std::apply([&](const auto&... column) { (one(column), ...); }, Row::columns());
}

Status broken(const std::string& what) { return {store::Code::corruption, what}; }

}  // namespace

std::array<std::string_view, kTableCount> table_names() {
  std::array<std::string_view, kTableCount> names;
  for_each_table([&]<class Row, std::size_t I>() { names[I] = Row::kTable.name; });
  return names;
}

// --- the fold ---------------------------------------------------------------------------------

struct RowsFold::Sources {
  ForEachRow<NoRows> all;
};

RowsFold::RowsFold(RowSink sink)
    : sources_(std::make_unique<Sources>()),
      tables_(std::apply([](auto&... one) { return std::make_unique<read_models::Tables>(one...); },
                         sources_->all)),
      sink_(sink) {}
RowsFold::~RowsFold() = default;

namespace {

template <class Row, std::size_t Index>
void drain(read_models::Tables& tables, RowSink& sink) {
  std::string bytes;
  tables.of<Row>().drain([&](const Row& row) {
    bytes.clear();
    const std::size_t key_bytes = put_row(bytes, row);
    hand_over<Row, Index>(sink, bytes, key_bytes, [&] { return texts_of(row); });
  });
}

}  // namespace

void RowsFold::streams_ended() {
  for_each_table([&]<class Row, std::size_t I>() {
    if constexpr (!kIsSum<Row>) drain<Row, I>(*tables_, sink_);
  });
}

void RowsFold::take_sums(RowsFold& other) {
  for_each_table([&]<class Row, std::size_t I>() {
    if constexpr (kIsSum<Row>)
      other.tables_->of<Row>().drain([&](const Row& row) {
        bool is_new = false;
        Row& sum = tables_->of<Row>().find_or_insert(key_of(row), [&] {
          is_new = true;
          return row;
        });
        if (!is_new) add_numbers(sum, row);
      });
  });
  sink_.rows += std::exchange(other.sink_.rows, 0);
}

void RowsFold::all_ended() {
  for_each_table([&]<class Row, std::size_t I>() {
    if constexpr (kIsSum<Row>) drain<Row, I>(*tables_, sink_);
  });
}

// --- the file ---------------------------------------------------------------------------------

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

store::Result<std::vector<std::string>> RowsFile::structure_faults() {
  auto check = database_.prepare("PRAGMA integrity_check(20)");
  if (!check.ok()) return check.status();
  std::vector<std::string> faults;
  for (auto more = check->step();; more = check->step()) {
    if (!more.ok()) return more.status();
    if (!*more) return faults;
    if (check->text(0) != "ok") faults.emplace_back(check->text(0));
  }
}

namespace {

template <class Row, std::size_t Index>
Status read_table(Database& database, RowSink& sink) {
  std::string sql = "SELECT ";
  std::array<bool, kColumnCountOf<Row>> is_time{};
  std::size_t at = 0;
  const auto one = [&](const auto& column) {
    using Member = typename std::decay_t<decltype(column)>::member_type;
    is_time[at] = std::is_same_v<Member, Time>;
    if (at++ > 0) sql += ", ";
    sql.append(column.name);
  };
  std::apply([&](const auto&... column) { (one(column), ...); }, Row::columns());
  auto statement = database.prepare(sql.append(" FROM ").append(Row::kTable.name));
  if (!statement.ok()) return statement.status();
  std::string bytes;
  sqlite3_stmt* const handle = statement->handle();
  for (auto more = statement->step();; more = statement->step()) {
    if (!more.ok()) return more.status();
    if (!*more) return {};
    bytes.clear();
    std::size_t key_bytes = 0;
    for (std::size_t i = 0; i < is_time.size(); ++i) {
      put_column(bytes, handle, static_cast<int>(i), is_time[i]);
      if (i + 1 == Row::kKeyColumns) key_bytes = bytes.size();
    }
    hand_over<Row, Index>(sink, bytes, key_bytes, [&] { return texts_of(handle); });
  }
}

}  // namespace

Status RowsFile::read(RowSink& sink) {
  Status status;
  for_each_table([&]<class Row, std::size_t I>() {
    if (status.ok()) status = read_table<Row, I>(database_, sink);
  });
  return status;
}

}  // namespace souk::replay
