// `lag`, `parked`.
#include <algorithm>

#include <fmt/format.h>

#include "tools/query/asking.hpp"

namespace souk::query {
namespace {

SqlValue number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

SqlValue words(const std::string& text) { return text.empty() ? SqlValue() : SqlValue(text); }

SqlRows parked_rows(const Lag& lag) {
  SqlRows rows{{"service", "partition", "stream", "offset", "records", "reason", "since"}, {}};
  for (const ParkedStream& one : lag.parked)
    rows.rows.push_back({std::string(name_of(one.partition.service)),
                         std::int64_t{one.partition.number}, one.stream, number(one.offset),
                         number(one.records), words(one.reason), words(one.since)});
  return rows;
}

SqlRows summary(const Lag& lag) {
  std::uint64_t records = 0;
  double seconds = 0;
  for (const PartitionProgress& one : lag.partitions) {
    records += one.records_behind();
    seconds = std::max(seconds, one.seconds_behind);
  }
  return {{"state", "detail", "version", "file", "records_behind", "seconds_behind", "parked"},
          {{lag.state, words(lag.detail), lag.version, words(lag.file), number(records), seconds,
            number(lag.parked.size())}}};
}

SqlRows partition_rows(const Lag& lag, bool all) {
  SqlRows rows{{"service", "partition", "position", "end", "records_behind", "seconds_behind"}, {}};
  for (const PartitionProgress& one : lag.partitions)
    if (all || one.records_behind() > 0)
      rows.rows.push_back({std::string(name_of(one.partition.service)),
                           std::int64_t{one.partition.number}, number(one.position),
                           number(one.end), number(one.records_behind()), one.seconds_behind});
  return rows;
}

SqlRows rebuild_rows(const Rebuild& one) {
  return {{"running", "records", "records_total", "seconds", "lag_at_switch_seconds", "ended_at",
           "failure"},
          {{std::int64_t{one.running}, number(one.records), number(one.records_total), one.seconds,
            one.ended_at.empty() ? SqlValue() : SqlValue(one.lag_at_switch_seconds),
            words(one.ended_at), words(one.failure)}}};
}

}  // namespace

Answer show_lag(const Context& context) {
  const Lag lag = context.source.lag();
  Answer answer;
  answer.sections.push_back({"models", summary(lag), true});
  answer.sections.push_back({"partitions", partition_rows(lag, context.options.all)});
  answer.sections.push_back({"parked", parked_rows(lag)});
  if (lag.rebuild) answer.sections.push_back({"rebuild", rebuild_rows(*lag.rebuild), true});
  answer.main = 1;
  const auto behind = static_cast<std::size_t>(std::ranges::count_if(
      lag.partitions, [](const PartitionProgress& one) { return one.records_behind() > 0; }));
  answer.notes.push_back(fmt::format("{} of {} behind", behind,
                                     counted(lag.partitions.size(), "partition", "partitions")));
  return answer;
}

Answer show_parked(const Context& context) {
  SqlRows rows = parked_rows(context.source.lag());
  Answer answer;
  answer.notes.push_back(rows.rows.empty() ? "nothing is parked"
                                           : footer(rows, "parked stream", "parked streams"));
  answer.sections.push_back({"parked", std::move(rows)});
  return answer;
}

}  // namespace souk::query
