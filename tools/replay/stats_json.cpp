// Statistics for programs.
#include <nlohmann/json.hpp>

#include "events/rfc3339.hpp"
#include "tools/replay/json_string.hpp"
#include "tools/replay/stats.hpp"

namespace souk::replay {
namespace {

using nlohmann::ordered_json;

ordered_json time_json(Time time) {
  if (!time.is_set()) return nullptr;
  std::string text;
  append_iso(text, time);
  return text;
}

// A text that may be any bytes, as it stands in exports.
ordered_json text_json(std::string_view text) {
  std::string json;
  append_json_string(text, json);
  return ordered_json::parse(json);
}

ordered_json amounts_json(const PartitionStats& one) {
  return {{"records", one.records.count},   {"events", one.events},
          {"refusals", one.refusals},       {"streams", one.streams},
          {"bytes", one.records.bytes},     {"live_bytes", one.live_bytes},
          {"ended_bytes", one.ended_bytes}, {"superseded_bytes", one.superseded_bytes},
          {"batches", one.batches.count},   {"batch_bytes", one.batches.bytes},
          {"first", time_json(one.first)},  {"last", time_json(one.last)}};
}

ordered_json named(ordered_json object, const ordered_json& rest) {
  for (const auto& [name, value] : rest.items()) object[name] = value;
  return object;
}

ordered_json hottest_json(const std::vector<HotStream>& streams) {
  ordered_json list = ordered_json::array();
  for (const HotStream& one : streams)
    list.push_back({{"service", name_of(one.partition.service)},
                    {"partition", one.partition.number},
                    {"stream", text_json(one.stream)},
                    {"at_least", one.at_least},
                    {"at_most", one.at_most}});
  return list;
}

ordered_json types_json(const Stats& stats) {
  ordered_json list = ordered_json::array();
  for (const auto& [type, amount] : stats.types)
    list.push_back({{"service", name_of(type.service)},
                    {"kind", type.kind == PayloadKind::command ? "command" : "event"},
                    {"name", payload_name(type.service, type.kind, type.tag)},
                    {"tag", type.tag},
                    {"count", amount.count},
                    {"bytes", amount.bytes}});
  return list;
}

ordered_json refusals_json(const Stats& stats) {
  ordered_json list = ordered_json::array();
  for (const auto& [refusal, count] : stats.refusals)
    list.push_back({{"service", name_of(refusal.service)},
                    {"number", refusal.refusal},
                    {"name", refusal_text(refusal.service, refusal.refusal)},
                    {"count", count}});
  return list;
}

ordered_json hours_json(const Stats& stats) {
  ordered_json list = ordered_json::array();
  for (const auto& [hour, counted] : stats.hours)
    list.push_back({{"hour", time_json(Time{hour * 3'600'000'000})},
                    {"records", counted.records.count},
                    {"events", counted.events},
                    {"bytes", counted.records.bytes}});
  return list;
}

ordered_json directory_json(const Stats& stats) {
  if (!stats.directory) return nullptr;
  const DirectoryStats& one = *stats.directory;
  return {{"heads", one.heads.count},         {"head_bytes", one.heads.bytes},
          {"snapshots", one.snapshots.count}, {"snapshot_bytes", one.snapshots.bytes},
          {"table_bytes", one.table_bytes},   {"write_ahead_bytes", one.write_ahead_bytes}};
}

}  // namespace

std::string stats_json(const Stats& stats) {
  ordered_json json =
      named({{"cluster_id", text_json(stats.identity.cluster_id)}}, amounts_json(sum_of(stats)));
  json["services"] = ordered_json::array();
  for (const auto& [service, partitions] : stats.identity.partitions)
    json["services"].push_back(
        named({{"service", name_of(service)}}, amounts_json(sum_of(stats, service))));
  json["types"] = types_json(stats);
  json["refusals_by_name"] = refusals_json(stats);
  json["hours"] = hours_json(stats);
  json["hottest"] = {{"by_records", hottest_json(stats.by_records)},
                     {"by_bytes", hottest_json(stats.by_bytes)}};
  json["directory"] = directory_json(stats);
  json["partitions"] = ordered_json::array();
  for (const PartitionStats& one : stats.partitions)
    json["partitions"].push_back(
        named({{"service", name_of(one.partition.service)}, {"partition", one.partition.number}},
              amounts_json(one)));
  return json.dump(2) + '\n';
}

}  // namespace souk::replay
