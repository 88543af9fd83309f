#include "tools/query/asking.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "events/rfc3339.hpp"
#include "tools/shared/amounts.hpp"

namespace souk::query {

void Where::add(std::string_view condition) {
  text_.append(text_.empty() ? " WHERE " : " AND ").append(condition);
}

void Where::add(std::string_view condition, std::string_view parameter, SqlValue value) {
  add(condition);
  parameters_.emplace_back(parameter, std::move(value));
}

void Where::equals(std::string_view column, std::string_view parameter, const std::string& value) {
  if (!value.empty()) add(fmt::format("{} = :{}", column, parameter), parameter, value);
}

namespace {

std::size_t rows_max(const Options& options, std::size_t otherwise) {
  return options.all ? kAllRows : options.limit.value_or(otherwise);
}

// Why a source stopped at `count` rows.
std::string cut_text(const Source& source, std::size_t count) {
  if (source.rows_most() == kAllRows)
    return fmt::format("the answer is too large and ends after {}; narrow it",
                       counted(count, "row", "rows"));
  if (count >= source.rows_most())
    return fmt::format("the node gives {} at most; use --data for all of them",
                       counted(source.rows_most(), "row", "rows"));
  return fmt::format("the node's answer is too large and ends after {}; use --data for all of them",
                     counted(count, "row", "rows"));
}

}  // namespace

SqlRows rows_asked_for(const Context& context, Answer& answer, const Query& query,
                       std::size_t otherwise) {
  const Options& options = context.options;
  const std::size_t max = rows_max(options, otherwise);
  SqlRows rows = context.source.run(query, max);
  if (rows.truncated && rows.rows.size() < max && (options.all || options.limit)) {
    answer.failure = cut_text(context.source, rows.rows.size());
    rows.truncated = false;  // --limit and --all have been said
  }
  return rows;
}

SqlRows listed(const Context& context, Answer& answer, Query query, std::size_t otherwise) {
  const std::size_t max =
      std::min(rows_max(context.options, otherwise), context.source.rows_most());
  if (max < kAllRows) query.sql += fmt::format(" LIMIT {}", max + 1);
  return rows_asked_for(context, answer, query, otherwise);
}

Time time_of(std::string_view option, const std::string& text, Edge edge, Time now) {
  if (const auto time = cli::parse_when(text, edge, now)) return *time;
  throw Failure(kExitBadInput,
                fmt::format("{}: '{}' is no time; write 2010-12-01, 2010-12-01T08:30:00Z, or an "
                            "age such as 3d, 2h or 30m",
                            option, text));
}

std::string bound_text(Time time) {
  std::string text = to_rfc3339(time);
  text.pop_back();  // the Z: what follows in the tables makes them greater
  return text;
}

std::string day_text(Time time) { return to_rfc3339(time).substr(0, 10); }

void add_window(Where& where, const Context& context, std::string_view column) {
  const Options& options = context.options;
  if (!options.since.empty())
    where.add(fmt::format("{} >= :since", column), "since",
              bound_text(time_of("--since", options.since, Edge::since, context.now)));
  if (!options.until.empty())
    where.add(fmt::format("{} < :until", column), "until",
              bound_text(time_of("--until", options.until, Edge::until, context.now)));
}

std::string text_at(const SqlRows& rows, std::size_t row, std::size_t column) {
  if (row >= rows.rows.size()) return {};
  const auto* text = std::get_if<std::string>(&rows.rows[row][column]);
  return text == nullptr ? "" : *text;
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", cli::grouped(static_cast<std::int64_t>(count)),
                     count == 1 ? one : many);
}

std::string footer(const SqlRows& rows, std::string_view one, std::string_view many,
                   std::string_view which) {
  if (rows.rows.empty()) return fmt::format("no {}{}", many, which);
  std::string text = counted(rows.rows.size(), one, many);
  text += which;
  if (rows.truncated) text += "; there are more: see --limit, --all and the filters";
  return text;
}

void check_id(const std::string& id, std::string_view what) {
  if (valid_id(id)) return;
  throw Failure(kExitBadInput, fmt::format("'{}' cannot be the id of {}: 1 to {} letters, digits "
                                           "and - _ . ~ : @ + are",
                                           id, what, kIdLengthMax));
}

}  // namespace souk::query
