// How a row of a read model's table lists its columns, once: what the pure projections fill in,
// what the database stores, and what people read in its schema, all follow from it.
//
//   struct StockRow {
//     static constexpr TableText kTable{"stock_levels", "One row a SKU: what is there."};
//     static constexpr std::size_t kKeyColumns = 1;  // the first so many columns are the key
//     std::string sku; std::int64_t sold = 0;
//     bool operator==(const StockRow&) const = default;
//     static constexpr auto columns() {
//       return std::tuple{column("sku", &StockRow::sku, "the SKU"),
//                         column("sold", &StockRow::sold, "units sold")};
//     }
//   };
//
// Members are of these types, and stand in the database as
//   std::string    TEXT; an empty one is NULL, except in the key
//   std::int64_t   INTEGER
//   bool           INTEGER, 0 or 1
//   std::optional<std::int64_t>  INTEGER or NULL
//   Time           TEXT, ISO 8601 in UTC with six decimals (events/rfc3339.hpp); NULL if not set
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace souk {

struct TableText {
  std::string_view name;
  std::string_view comment;  // for people: what one row is; sentences, wrapped by who prints them
};

template <class Row, class Member>
struct Column {
  using member_type = Member;
  std::string_view name;
  Member Row::*member;
  std::string_view comment;  // for people: what it is, its unit, when it is NULL
};

template <class Row, class Member>
constexpr Column<Row, Member> column(std::string_view name, Member Row::*member,
                                     std::string_view comment) {
  return {name, member, comment};
}

template <class T>
concept RowType = std::regular<T> && requires {
  { T::kTable } -> std::convertible_to<TableText>;
  { T::kKeyColumns } -> std::convertible_to<std::size_t>;
  T::columns();
};

template <class Row>
inline constexpr std::size_t kColumnCountOf = std::tuple_size_v<decltype(Row::columns())>;

namespace detail {

inline std::string_view key_part(const std::string& text) { return text; }
inline std::int64_t key_part(std::int64_t number) { return number; }

template <class Row, std::size_t... I>
auto key_of(const Row& row, std::index_sequence<I...>) {
  constexpr auto columns = Row::columns();
  return std::tuple{key_part(row.*std::get<I>(columns).member)...};
}

}  // namespace detail

// A row's key: a tuple of std::string_view and std::int64_t. The views point into the row.
template <class Row>
auto key_of(const Row& row) {
  return detail::key_of(row, std::make_index_sequence<Row::kKeyColumns>());
}
template <class Row>
using KeyOf = decltype(key_of(std::declval<const Row&>()));

}  // namespace souk
