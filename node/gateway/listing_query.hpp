// From a request's parameters to the SQL of one page.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "events/ids.hpp"
#include "events/sql_rows.hpp"
#include "node/gateway/listing.hpp"
#include "node/gateway/target.hpp"

namespace souk::gateway {

// What asks for one page, and a row more: whether there is another page.
struct PageQuery {
  std::string sql;
  SqlParameters parameters;
  std::size_t limit = 0;    // rows of the page; the SQL gives at most one more
  bool everything = false;  // neither a filter nor a cursor was given
};

// `id` is the path's, of a listing of one resource. Throws a Problem for a parameter that does not
// fit. The SQL uses the models' indexes: equal columns first, then the key, compared as a row.
PageQuery page_query(const Listing& listing, const std::string& id, const Query& query, Time now);

// A parameter's value as a time: RFC 3339, or a date, which is its first moment in UTC. Throws a
// Problem.
Time read_time(const std::string& text, std::string_view parameter);

// What the tables say for a parameter's value. Throws a Problem that lists the words.
std::string_view read_word(std::span<const Word> words, const std::string& text,
                           std::string_view parameter);

// A time as the tables write it: always with six decimals, so that text compares as time does.
std::string to_table_time(Time time);

}  // namespace souk::gateway
