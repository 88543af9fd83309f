// Rows of the read models, to JSON.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/sql_rows.hpp"
#include "node/gateway/json_writer.hpp"
#include "node/gateway/listing.hpp"

namespace souk::gateway {

// NULL is null; texts that are not UTF-8 get U+FFFD where they are not. Numbers are finite.
void write_value(JsonWriter& out, const SqlValue& value);

// An object: the row's values by the columns' names; what is NULL is left out.
void write_row(JsonWriter& out, std::span<const ListColumn> columns,
               const std::vector<SqlValue>& row);

// {"orders": [...], "next": "..."}: at most `limit` rows; `next` if there are more. A listing of
// one resource begins with its id.
std::string render_page(const Listing& listing, const std::string& id, const SqlRows& rows,
                        std::size_t limit);

}  // namespace souk::gateway
