// Where a page of a listing ended, as an opaque token for the client: the last row's key.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/sql_rows.hpp"

namespace souk::gateway {

// A column that a listing is ordered by. Values are whole numbers, or texts in the alphabet of ids,
// which holds the times of the tables as well.
struct KeyColumn {
  std::string_view name;
  bool number = false;
};

// base64url (RFC 4648, 5; unpadded) of "<listing>|<value>|<value>".
std::string write_cursor(std::string_view listing, std::span<const SqlValue> key);

// The key's values. Throws a Problem (400) for a cursor that write_cursor did not make for this
// listing.
std::vector<SqlValue> read_cursor(std::string_view cursor, std::string_view listing,
                                  std::span<const KeyColumn> key);

}  // namespace souk::gateway
