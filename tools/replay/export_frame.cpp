#include "tools/replay/export_frame.hpp"

#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "store/keys.hpp"
#include "tools/replay/json_string.hpp"

namespace souk::replay {
namespace {

using nlohmann::json;

constexpr std::string_view kEndStart = R"({"end":)";

json parse(std::string_view line) { return json::parse(line, nullptr, /*allow_exceptions=*/false); }

// The member of an object; a null if there is none.
const json& member(const json& object, const char* name) {
  static const json nothing;
  if (!object.is_object()) return nothing;
  const auto at = object.find(name);
  return at == object.end() ? nothing : *at;
}

bool parse_partitions(const json& object, store::Identity& identity) {
  if (!object.is_object() || object.empty()) return false;
  for (const auto& [name, count] : object.items()) {
    const auto service = parse_service(name);
    if (!service || !count.is_number_unsigned()) return false;
    const auto number = count.get<std::uint64_t>();
    if (number == 0 || number > std::numeric_limits<std::uint16_t>::max()) return false;
    identity.partitions[*service] = static_cast<std::uint16_t>(number);
  }
  return true;
}

}  // namespace

std::string header_line(const store::Identity& identity, const Filter& filter) {
  std::string line = fmt::format(R"({{"format":"{}","version":{},"souk":"{}","cluster_id":)",
                                 kExportFormat, kExportVersion, SOUK_VERSION);
  append_json_string(identity.cluster_id, line);
  line += R"(,"partitions":)";
  char before = '{';
  for (const auto& [service, count] : identity.partitions) {
    line += fmt::format(R"({}"{}":{})", before, name_of(service), count);
    before = ',';
  }
  line += '}';
  if (!filter.wants_all()) line += R"(,"filter":)" + filter_json(filter);
  return line + "}\n";
}

std::string end_line(const ExportEnd& end) {
  std::string line = fmt::format(R"({}{{"records":{},"partitions":)", kEndStart, end.records);
  char before = '{';
  for (const auto& [partition, offset] : end.reached) {
    line += fmt::format(R"({}"{}":{})", before, store::display(partition), offset);
    before = ',';
  }
  line += before == '{' ? "{}" : "}";
  return line + "}}\n";
}

bool is_end_line(std::string_view line) { return line.starts_with(kEndStart); }

std::optional<ExportHeader> parse_header_line(std::string_view line, std::string& why) {
  const json object = parse(line);
  if (member(object, "format") != kExportFormat) {
    why = "it is no header of an export of a log by souk-replay";
    return std::nullopt;
  }
  ExportHeader header;
  if (member(object, "souk").is_string()) header.souk = object["souk"].get<std::string>();
  if (member(object, "version") != kExportVersion) {
    why = fmt::format(
        "the export is of version {}, and this souk knows version {}; import it with "
        "souk {}",
        member(object, "version").dump(), kExportVersion, header.souk);
    return std::nullopt;
  }
  header.filtered = object.contains("filter");
  if (!member(object, "cluster_id").is_string() ||
      !text_of_json(header.identity.cluster_id = object["cluster_id"].get<std::string>())) {
    why = "cluster_id is missing or no text";
    return std::nullopt;
  }
  if (!parse_partitions(member(object, "partitions"), header.identity)) {
    why = "partitions is to be an object of services with their numbers of partitions";
    return std::nullopt;
  }
  return header;
}

std::optional<ExportEnd> parse_end_line(std::string_view line, std::string& why) {
  const json object = parse(line);
  const json& inner = member(object, "end");
  const json& partitions = member(inner, "partitions");
  ExportEnd end;
  bool good = member(inner, "records").is_number_unsigned() && partitions.is_object();
  if (good) {
    end.records = inner["records"].get<std::uint64_t>();
    for (const auto& [name, offset] : partitions.items()) {
      if (!offset.is_number_unsigned()) {
        good = false;
        break;
      }
      const auto one = parse_positions(fmt::format("{}@{}", name, offset.get<std::uint64_t>()));
      good = good && one && one->size() == 1;
      if (good) merge(end.reached, *one);
    }
  }
  if (good) return end;
  why = "it is to be the end of an export, with records and partitions";
  return std::nullopt;
}

}  // namespace souk::replay
