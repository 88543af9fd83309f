#include "tools/replay/selection.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "tools/replay/failure.hpp"
#include "tools/shared/printable.hpp"
#include "tools/shared/when.hpp"

namespace souk::replay {
namespace {

Time time_of(std::string_view option, const std::string& text, cli::Edge edge, Time now) {
  if (text.empty()) return {};
  if (const auto time = cli::parse_when(text, edge, now)) return *time;
  throw Failure(kExitBadInput,
                fmt::format("{}: '{}' is no time; write 2010-12-01, 2010-12-01T08:30:00Z, or an "
                            "age such as 3d, 2h or 30m",
                            option, cli::printable(text)));
}

// A name is an event's or a command's: events are what has happened, so they go first.
void add_type(const std::string& name, Filter& filter) {
  const std::string_view alone = std::string_view(name).substr(name.find('.') + 1);
  const bool is_command = std::ranges::any_of(kServices, [&](Service service) {
    return payload_tag(service, PayloadKind::command, alone).has_value();
  });
  (is_command ? filter.commands : filter.events).push_back(name);
}

// "order/3@88,stock/1@5", or a number that is meant in every partition.
void add_offsets(std::string_view option, const std::string& text, Positions& positions,
                 store::Offset& everywhere) {
  if (text.empty()) return;
  const char* end = text.data() + text.size();
  if (const auto result = std::from_chars(text.data(), end, everywhere);
      result.ec == std::errc() && result.ptr == end)
    return;
  const auto parsed = parse_positions(text);
  if (!parsed)
    throw Failure(kExitBadInput, fmt::format("{}: '{}' is no record such as order/3@88", option,
                                             cli::printable(text)));
  positions = *parsed;
}

void check_partitions(const store::LogView& view, const Positions& positions) {
  const auto& services = view.identity().partitions;
  for (const auto& [partition, offset] : positions) {
    const auto service = services.find(partition.service);
    if (service != services.end() && partition.number < service->second) continue;
    throw Failure(kExitSomeFailed,
                  fmt::format("there is no partition {}/{}; {} has {}", name_of(partition.service),
                              partition.number, name_of(partition.service),
                              service == services.end() ? 0 : service->second));
  }
}

bool is_in(const Positions& positions, PartitionId partition) {
  return positions.empty() || positions.contains(partition);
}

// What does not depend on the log.
Filter plain_filter(const Options& options, Time now) {
  Filter filter;
  for (const std::string& name : options.services) filter.services.push_back(*parse_service(name));
  for (const std::string& name : options.types) add_type(name, filter);
  filter.id = options.id;
  filter.correlation_id = options.correlation;
  filter.causation_id = options.causation;
  filter.trace = options.trace;
  filter.since = time_of("--since", options.since, cli::Edge::since, now);
  filter.until = time_of("--until", options.until, cli::Edge::until, now);
  filter.refused = options.refused;
  return filter;
}

// The one partition of a position; several would need as many filters.
void add_partition(std::string_view option, const Positions& positions, Filter& filter,
                   store::Offset& offset) {
  if (positions.empty()) return;
  const auto& [partition, at] = *positions.begin();
  if (positions.size() > 1 ||
      (!filter.partitions.empty() && filter.partitions.front() != partition))
    throw Failure(kExitBadInput, fmt::format("{}: name one partition, such as order/3@88", option));
  filter.partitions = {partition};
  offset = at;
}

// A stream with its service's name makes the service that of all of them.
void add_stream(const std::string& text, Filter& filter) {
  const std::size_t slash = text.rfind('/');
  filter.streams.push_back(text.substr(slash == std::string::npos ? 0 : slash + 1));
  if (slash == std::string::npos) return;
  const auto service = service_before_slash(text);
  if (!service)
    throw Failure(kExitBadInput, fmt::format("--stream: '{}' is no stream such as wallet/17850",
                                             cli::printable(text)));
  if (!filter.services.empty() && filter.services != std::vector{*service})
    throw Failure(kExitBadInput, "--stream: export the streams of one service at a time");
  filter.services = {*service};
}

}  // namespace

Filter filter_of(const Options& options, Time now) {
  Filter filter = plain_filter(options, now);
  Positions from, to;
  add_offsets("--from", options.from, from, filter.from);
  add_offsets("--to", options.to, to, filter.to);
  add_partition("--from", from, filter, filter.from);
  add_partition("--to", to, filter, filter.to);
  for (const std::string& text : options.streams) add_stream(text, filter);
  return filter;
}

Selection selection_of(const store::LogView& view, const Options& options, Time now) {
  Filter filter = plain_filter(options, now);
  Selection selection;
  add_offsets("--from", options.from, selection.from, filter.from);
  add_offsets("--to", options.to, selection.to, filter.to);
  check_partitions(view, selection.from);
  check_partitions(view, selection.to);
  for (const std::string& text : options.streams)
    for (StreamRef& stream : find_streams(view, text)) {
      filter.streams.push_back(stream.id);
      selection.streams.push_back(std::move(stream));
    }
  std::string why;
  auto matcher = Matcher::of(filter, why);
  if (!matcher) throw Failure(kExitBadInput, "--type: " + why);
  selection.matcher = std::move(*matcher);
  return selection;
}

bool Selection::wants(PartitionId partition, const store::RecordView& record) const {
  if (!matcher.matches(partition, record)) return false;
  if (const auto at = to.find(partition); at != to.end() && record.offset > at->second)
    return false;
  if (const auto at = from.find(partition); at != from.end() && record.offset < at->second)
    return false;
  return streams.empty() || std::ranges::any_of(streams, [&](const StreamRef& one) {
           return one.partition == partition && one.id == record.stream;
         });
}

std::vector<PartitionId> Selection::partitions(const store::Identity& identity) const {
  std::vector<PartitionId> found = matcher.partitions(identity);
  std::erase_if(found, [&](PartitionId one) {
    const bool has_stream = streams.empty() || std::ranges::any_of(streams, [&](const auto& s) {
                              return s.partition == one;
                            });
    return !is_in(from, one) || !is_in(to, one) || !has_stream;
  });
  return found;
}

}  // namespace souk::replay
