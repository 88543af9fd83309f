// The read models over maps instead of a database: what projections make of records, with commits,
// restarts and a dump to compare.
#pragma once

#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "actors/read_models/project.hpp"
#include "actors/read_models/tables.hpp"
#include "tests/support/describe.hpp"

namespace souk::test {

// A record as projections see it, with its events.
struct HistoryRecord {
  using Events = std::variant<std::vector<order::Event>, std::vector<stock::Event>,
                              std::vector<wallet::Event>, std::vector<coupon::Event>,
                              std::vector<campaign::Event>, std::vector<checkout::Event>>;
  PartitionId partition;
  std::string stream;
  std::uint64_t sequence = 0;
  Time time;
  std::string correlation_id;
  Events events;  // empty ones too: a refusal's record
};

// --- rows ------------------------------------------------------------------------------------

inline std::string describe_value(const std::string& text) { return text.empty() ? "NULL" : text; }
inline std::string describe_value(std::int64_t number) { return std::to_string(number); }
inline std::string describe_value(Time time) { return std::to_string(time.micros); }
inline std::string describe_value(const std::optional<std::int64_t>& number) {
  return number ? std::to_string(*number) : "NULL";
}

// "orders order_id=o1 customer_id=ann ..."
template <class Row>
std::string describe_row(const Row& row) {
  std::string text(Row::kTable.name);
  const auto add = [&](const auto& column) {
    text.append(" ").append(column.name).append("=").append(describe_value(row.*(column.member)));
  };
  std::apply([&](const auto&... columns) { (add(columns), ...); }, Row::columns());
  return text;
}

}  // namespace souk::test

namespace souk::read_models {

// For GoogleTest's messages.
template <RowType Row>
void PrintTo(const Row& row, std::ostream* out) {
  *out << souk::test::describe_row(row);
}

}  // namespace souk::read_models

namespace souk::test {

// --- one table of the database -----------------------------------------------------------------

template <class Row>
class MemorySource : public read_models::RowSource<Row> {
 public:
  using row_type = Row;
  using Key = KeyOf<Row>;

  bool load(const Key& key, Row& row) override {
    ++loads;
    const auto found = rows.find(owned(key));
    if (found == rows.end()) return false;
    row = found->second;
    return true;
  }

  // As strict as a database: what is inserted must not be there, what is changed must.
  void write(read_models::Change change, const Row& row) {
    const auto key = owned(key_of(row));
    const bool fits = (change == read_models::Change::inserted) != rows.contains(key);
    if (!fits) throw std::logic_error("the change does not fit: " + describe_row(row));
    if (change == read_models::Change::erased)
      rows.erase(key);
    else
      rows[key] = row;
  }

  template <class Part>
  using Owned = std::conditional_t<std::is_same_v<Part, std::string_view>, std::string, Part>;
  static auto owned(const Key& key) {
    return std::apply(
        [](const auto&... part) {
          return std::tuple<Owned<std::remove_cvref_t<decltype(part)>>...>(
              Owned<std::remove_cvref_t<decltype(part)>>(part)...);
        },
        key);
  }

  std::map<decltype(owned(std::declval<Key>())), Row> rows;
  std::size_t loads = 0;  // how often the database was asked
};

// --- all of them -------------------------------------------------------------------------------

// Projects records one by one. Belongs to one thread.
class MemoryModels {
 public:
  MemoryModels() : tables_(make_tables()) {}
  MemoryModels(const MemoryModels&) = delete;

  // Projects all events of a record. Throws Unprojectable; the caller then discards.
  void apply(const HistoryRecord& record) {
    const read_models::RecordInfo info{.partition = record.partition,
                                       .stream = record.stream,
                                       .sequence = record.sequence,
                                       .time = record.time,
                                       .correlation_id = record.correlation_id};
    std::visit(
        [&](const auto& events) {
          for (const auto& event : events) read_models::project(info, event, tables_);
        },
        record.events);
  }

  void commit() {
    tables_.for_each([&]<class Row>(read_models::Table<Row>& table) {
      table.for_each_change(
          [&](read_models::Change change, const Row& row) { source<Row>().write(change, row); });
      table.committed();
    });
  }

  // Forgets what was not committed, as a crash does.
  void discard() {
    tables_.for_each([](auto& table) { table.discard(); });
  }
  void shrink(std::size_t rows_max) {
    tables_.for_each([&](auto& table) { table.shrink(rows_max); });
  }

  // The committed rows, by key.
  template <class Row>
  std::vector<Row> rows() {
    std::vector<Row> rows;
    for (const auto& [key, row] : source<Row>().rows) rows.push_back(row);
    return rows;
  }
  template <class Row>
  std::optional<Row> row(const KeyOf<Row>& key) {
    const auto found = source<Row>().rows.find(MemorySource<Row>::owned(key));
    if (found == source<Row>().rows.end()) return std::nullopt;
    return found->second;
  }
  template <class Row>
  MemorySource<Row>& source() {
    return std::get<MemorySource<Row>>(sources_);
  }
  read_models::Tables& tables() { return tables_; }

  // All committed rows, one a line.
  std::string dump() {
    std::string text;
    std::apply(
        [&](const auto&... source) {
          const auto add = [&](const auto& one) {
            for (const auto& [key, row] : one.rows) text += describe_row(row) + '\n';
          };
          (add(source), ...);
        },
        sources_);
    return text;
  }

 private:
  read_models::Tables make_tables() {
    return std::apply([](auto&... source) { return read_models::Tables(source...); }, sources_);
  }

  read_models::ForEachRow<MemorySource> sources_;
  read_models::Tables tables_;
};

}  // namespace souk::test
