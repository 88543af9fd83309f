#include "tools/replay/filter.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "events/partitioning.hpp"
#include "events/rfc3339.hpp"
#include "tools/replay/json_string.hpp"
#include "tools/shared/suggest.hpp"

namespace souk::replay {
namespace {

template <class T>
bool holds(const std::vector<T>& list, const auto& value) {
  return std::ranges::find(list, value) != list.end();
}

// The trace id of a W3C traceparent, "00-<trace id>-<parent id>-01"; "" if it is none.
std::string_view trace_id(std::string_view traceparent) {
  constexpr std::size_t kAt = 3;
  constexpr std::size_t kDigits = 32;
  if (traceparent.size() < kAt + kDigits + 1 || traceparent[kAt + kDigits] != '-') return {};
  return traceparent.substr(kAt, kDigits);
}

std::string unknown_name(std::string_view name, std::string_view what, const auto& services,
                         PayloadKind kind) {
  std::vector<std::string> candidates;
  for (const Service service : services)
    for (const std::string_view known : payload_names(service, kind)) {
      const bool dotted = name.find('.') != std::string_view::npos;
      candidates.push_back(dotted ? fmt::format("{}.{}", name_of(service), known)
                                  : std::string(known));
    }
  return fmt::format("no service has {} '{}'{}", what, name, cli::did_you_mean(name, candidates));
}

// A JSON object that is written member by member.
class Members {
 public:
  void add(std::string_view name, std::string_view json) {
    text_ += text_.empty() ? "{" : ",";
    append_json_string(name, text_);
    text_.append(1, ':').append(json);
  }
  void add_text(std::string_view name, std::string_view text) {
    if (text.empty()) return;
    std::string json;
    append_json_string(text, json);
    add(name, json);
  }
  void add_texts(std::string_view name, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    std::string json;
    for (const std::string& text : texts) {
      json += json.empty() ? '[' : ',';
      append_json_string(text, json);
    }
    add(name, json + ']');
  }
  std::string take() { return text_.empty() ? "{}" : text_ + '}'; }

 private:
  std::string text_;
};

std::string iso_text(Time time) {
  std::string text;
  if (time.is_set()) append_iso(text, time);
  return text;
}

}  // namespace

std::string filter_json(const Filter& filter) {
  std::vector<std::string> services;
  for (const Service service : filter.services) services.emplace_back(name_of(service));
  std::vector<std::string> partitions;
  for (const PartitionId partition : filter.partitions)
    partitions.push_back(store::display(partition));
  Members members;
  members.add_texts("services", services);
  members.add_texts("partitions", partitions);
  members.add_texts("streams", filter.streams);
  members.add_texts("events", filter.events);
  members.add_texts("commands", filter.commands);
  members.add_text("id", filter.id);
  members.add_text("command_id", filter.command_id);
  members.add_text("correlation_id", filter.correlation_id);
  members.add_text("causation_id", filter.causation_id);
  members.add_text("trace", filter.trace);
  members.add_text("since", iso_text(filter.since));
  members.add_text("until", iso_text(filter.until));
  if (filter.from > 1) members.add("from", std::to_string(filter.from));
  if (filter.to != store::kOffsetMax) members.add("to", std::to_string(filter.to));
  if (filter.refused) members.add("refused", "true");
  return members.take();
}

std::optional<Matcher> Matcher::of(const Filter& filter, std::string& why) {
  Matcher matcher;
  matcher.filter_ = filter;
  matcher.any_ids_ =
      !(filter.id.empty() && filter.command_id.empty() && filter.correlation_id.empty() &&
        filter.causation_id.empty() && filter.trace.empty());
  if (!mark(filter.events, PayloadKind::event, filter, matcher.events_, why) ||
      !mark(filter.commands, PayloadKind::command, filter, matcher.commands_, why))
    return std::nullopt;
  return matcher;
}

// Sets the bits of the named types.
bool Matcher::mark(const std::vector<std::string>& names, PayloadKind kind, const Filter& filter,
                   Tags& tags, std::string& why) {
  std::vector<Service> services(kServices.begin(), kServices.end());
  if (!filter.services.empty()) services = filter.services;
  for (const std::string& name : names) {
    bool known = false;
    const std::size_t dot = name.find('.');
    for (const Service service : services) {
      if (dot != std::string::npos && name_of(service) != std::string_view(name).substr(0, dot))
        continue;
      const auto tag = payload_tag(
          service, kind, std::string_view(name).substr(dot == std::string::npos ? 0 : dot + 1));
      if (!tag) continue;
      known = true;
      tags[index(service)] |= std::uint64_t{1} << *tag;
    }
    if (known) continue;
    why = unknown_name(name, kind == PayloadKind::event ? "an event" : "a command", services, kind);
    return false;
  }
  return true;
}

std::vector<PartitionId> Matcher::partitions(const store::Identity& identity) const {
  std::vector<PartitionId> found;
  for (const PartitionId partition : store::partitions_of(identity)) {
    if (!wants_partition(partition)) continue;
    const auto count = identity.partitions.at(partition.service);
    const auto lives_here = [&](const std::string& stream) {
      return partition_number(stream, count) == partition.number;
    };
    if (filter_.streams.empty() || std::ranges::any_of(filter_.streams, lives_here))
      found.push_back(partition);
  }
  return found;
}

bool Matcher::matches(PartitionId partition, const store::RecordView& record) const {
  if (record.offset < filter_.from || record.offset > filter_.to) return false;
  if (filter_.refused && (record.flags & store::kRecordRefused) == 0) return false;
  if (filter_.since.is_set() && record.time < filter_.since) return false;
  if (filter_.until.is_set() && record.time >= filter_.until) return false;
  if (!wants_partition(partition)) return false;
  if (!filter_.streams.empty() && !holds(filter_.streams, record.stream)) return false;
  return wants_types(partition.service, record) && (!any_ids_ || wants_ids(record));
}

bool Matcher::wants_partition(PartitionId partition) const {
  return (filter_.services.empty() || holds(filter_.services, partition.service)) &&
         (filter_.partitions.empty() || holds(filter_.partitions, partition));
}

bool Matcher::wants_types(Service service, const store::RecordView& record) const {
  const auto in = [&](const Tags& tags, std::uint16_t tag) {
    return tag < 64 && (tags[index(service)] >> tag & 1) != 0;
  };
  if (!filter_.commands.empty() && !(record.command && in(commands_, record.command->tag)))
    return false;
  return filter_.events.empty() || std::ranges::any_of(record.events, [&](const auto& event) {
           return in(events_, event.tag);
         });
}

bool Matcher::wants_ids(const store::RecordView& record) const {
  const auto fits = [](const std::string& wanted, std::string_view id) {
    return wanted.empty() || wanted == id;
  };
  if (!fits(filter_.correlation_id, record.correlation_id) ||
      !fits(filter_.causation_id, record.causation_id) ||
      !fits(filter_.command_id, record.command_id))
    return false;
  const std::string& id = filter_.id;
  if (!id.empty() && id != record.stream && id != record.correlation_id &&
      id != record.causation_id && id != record.command_id)
    return false;
  return filter_.trace.empty() || filter_.trace == record.trace ||
         filter_.trace == trace_id(record.trace);
}

}  // namespace souk::replay
