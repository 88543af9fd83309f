// A listing: a table of the read models that clients page through. What a listing shows, by what it
// can be filtered and how it is ordered is a row of data here; listing_query makes the SQL of it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "node/gateway/cursor.hpp"

namespace souk::gateway {

// One member of a row in the answer. It is left out where it is NULL.
struct ListColumn {
  std::string_view name;
  std::string_view sql = {};    // an expression; empty: the column of that name
  std::string_view group = {};  // it is a member of the object of this name; neighbours share it
  bool time = false;            // a time, shown as single resources show it: 2026-03-01T08:30:00Z
};

// A value that a filter takes, and what the tables say for it.
struct Word {
  std::string_view word;
  std::string_view stored;
};

enum class FilterKind : std::uint8_t {
  id,       // see valid_id
  word,     // one of `words`
  time,     // RFC 3339, or a date: its first moment in UTC
  day,      // a date
  integer,  // of min to max
  age,      // whole seconds; the SQL gets the moment that long ago
  yes,      // "true"; the SQL gets the moment now
};

// A query parameter. The condition stands in the WHERE only if the parameter is given, so that each
// combination of filters is planned for itself.
struct Filter {
  std::string_view name;
  FilterKind kind = FilterKind::id;
  std::string_view condition;  // with :<name>
  std::span<const Word> words = {};
  std::int64_t min = 0;
  std::int64_t max = 0;
};

// Regular data; lives as long as the program.
struct Listing {
  std::string_view name;  // of the array in the answer; marks cursors
  std::string_view from;  // the table or view
  std::span<const ListColumn> columns;
  std::span<const Filter> filters;
  std::span<const KeyColumn> key;  // total order of the rows; columns' names, never NULL
  bool descending = false;         // newest first
  std::span<const std::string_view> parameters;  // all that the path takes

  // A listing of what belongs to one resource, which the path names:
  std::string_view of = {};            // the column of its id
  std::string_view unknown_code = {};  // if there is nothing at all of it
  std::string_view unknown_detail = {};
};

inline constexpr std::int64_t kListLimitDefault = 100;
inline constexpr std::int64_t kListLimitMax = 1'000;

// listings.cpp
extern const Listing kOrderList;
extern const Listing kOrderHistory;
extern const Listing kWalletList;
extern const Listing kWalletStatement;
extern const Listing kStockList;
extern const Listing kCouponList;
extern const Listing kCampaignList;
extern const Listing kRevenueList;
extern const Listing kSagaList;

}  // namespace souk::gateway
