#include "tools/replay/verify/rows.hpp"

#include "tools/replay/verify/row_tables.hpp"

namespace souk::replay {
namespace {

using read_models::ForEachRow;

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

}  // namespace

std::array<std::string_view, kTableCount> table_names() {
  std::array<std::string_view, kTableCount> names;
  for_each_table([&]<class Row, std::size_t I>() { names[I] = Row::kTable.name; });
  return names;
}

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
  RowBytes bytes;
  tables.of<Row>().drain([&](const Row& row) {
    bytes.clear();
    const std::size_t key_bytes = put_row(bytes, row);
    hand_over<Row, Index>(sink, bytes, key_bytes);
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

}  // namespace souk::replay
