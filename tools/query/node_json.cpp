// What a node's answers say.
#include <nlohmann/json.hpp>

#include "tools/query/failure.hpp"
#include "tools/query/node_source.hpp"

namespace souk::query {
namespace {

using nlohmann::json;

// A node of another version, or no node at all.
[[noreturn]] void fail_strange() {
  throw Failure(kExitSomeFailed,
                "the answer is none of a souk-node that has read models; look at --url");
}

SqlValue value_of(const json& value) {
  if (value.is_null()) return {};
  if (value.is_boolean()) return std::int64_t{value.get<bool>()};
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number()) return value.get<double>();
  return value.is_string() ? value.get<std::string>() : value.dump();
}

PartitionId partition_of(const json& object) {
  const auto service = parse_service(object.at("service").get<std::string>());
  if (!service)
    throw Failure(kExitSomeFailed, "the node knows a service that this program does not");
  return {*service, object.at("partition").get<std::uint16_t>()};
}

// A member that may be missing or null.
template <class T>
T member(const json& object, const char* name, T otherwise = {}) {
  const auto at = object.find(name);
  return at == object.end() || at->is_null() ? otherwise : at->template get<T>();
}

Rebuild rebuild_of(const json& object) {
  return {member(object, "running", false),
          member<std::uint64_t>(object, "records"),
          member<std::uint64_t>(object, "records_total"),
          member<double>(object, "seconds"),
          member<double>(object, "lag_at_switch_seconds"),
          member<std::string>(object, "ended_at"),
          member<std::string>(object, "failure")};
}

Lag read_lag(const json& body) {
  Lag lag;
  lag.state = body.at("state").get<std::string>();
  lag.detail = member<std::string>(body, "detail");
  lag.version = member<std::int64_t>(body, "version");
  lag.file = member<std::string>(body, "file");
  for (const json& one : member(body, "partitions", json::array()))
    lag.partitions.push_back({partition_of(one), one.at("position").get<std::uint64_t>(),
                              one.at("end").get<std::uint64_t>(),
                              member<double>(one, "seconds_behind")});
  for (const json& one : member(body, "parked", json::array()))
    lag.parked.push_back({partition_of(one), one.at("stream").get<std::string>(),
                          member<std::uint64_t>(one, "offset"),
                          member<std::uint64_t>(one, "records"), member<std::string>(one, "reason"),
                          member<std::string>(one, "since")});
  if (const json rebuild = member(body, "rebuild", json()); rebuild.is_object())
    lag.rebuild = rebuild_of(rebuild);
  return lag;
}

SqlRows read_rows(const json& body) {
  SqlRows rows;
  rows.columns = body.at("columns").get<std::vector<std::string>>();
  for (const json& row : body.at("rows")) {
    if (!row.is_array()) fail_strange();
    std::vector<SqlValue>& values = rows.rows.emplace_back();
    for (const json& value : row) values.push_back(value_of(value));
    if (values.size() != rows.columns.size()) fail_strange();
  }
  rows.truncated = member(body, "truncated", false);
  return rows;
}

}  // namespace

SqlRows rows_of_json(std::string_view text) {
  try {
    return read_rows(json::parse(text));
  } catch (const json::exception&) {
    fail_strange();
  }
}

Lag lag_of_json(std::string_view text) {
  try {
    return read_lag(json::parse(text));
  } catch (const json::exception&) {
    fail_strange();
  }
}

}  // namespace souk::query
