// Runs SQL that somebody else wrote, without trusting it: it can read, and nothing else, for a
// limited time.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "events/sql_rows.hpp"
#include "store/sql/database.hpp"

namespace souk::store::sql {

struct ReadLimits {
  std::size_t rows_max = 10'000;      // then `truncated`
  std::size_t bytes_max = 16u << 20;  // of values; then `truncated`
  std::chrono::milliseconds time_max{10'000};
  const std::atomic<bool>* cancelled = nullptr;  // true: end at once, as if out of time
};

// Runs one SELECT (or WITH ... SELECT, VALUES, EXPLAIN QUERY PLAN, or a PRAGMA that only tells,
// such as table_info) on a connection opened read-only; read_fence.hpp says what it may use. Values
// are as column_value gives them. Fails with `invalid` for anything that is not one reading
// statement, for SQL that is wrong (one sentence, with the nearest table or column if a name is
// unknown), for parameters that the statement does not have or that are missing; `timed_out` if it
// takes longer than allowed.
Result<SqlRows> run_read_query(Database& database, std::string_view sql,
                               const SqlParameters& parameters, const ReadLimits& limits = {});

}  // namespace souk::store::sql
