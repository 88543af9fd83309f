// The first and the last line of an NDJSON export.
//
//   {"format":"souk-log","version":1,"souk":"0.1.0","cluster_id":"shop",
//    "partitions":{"order":8,...},"filter":{...}}
//   {"end":{"records":1042,"partitions":{"order/0":130,...}}}
//
// `filter` is there if there is one: then the export is not the whole log. `partitions` at the end
// are their last offsets, of those that have records. An export without its end is cut short.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/positions.hpp"
#include "store/log.hpp"
#include "tools/replay/filter.hpp"

namespace souk::replay {

inline constexpr std::string_view kExportFormat = "souk-log";
inline constexpr std::uint64_t kExportVersion = 1;  // of lines that a reader must understand anew

struct ExportHeader {
  store::Identity identity;
  std::string souk;  // the version that wrote it
  bool filtered = false;
};

struct ExportEnd {
  std::uint64_t records = 0;
  Positions reached;
};

// The lines, each with its end of line.
std::string header_line(const store::Identity& identity, const Filter& filter);
std::string end_line(const ExportEnd& end);

// True if the line looks like an end line: no record does.
bool is_end_line(std::string_view line);

// Nothing, and one sentence in `why` without a full stop, if the line is none.
std::optional<ExportHeader> parse_header_line(std::string_view line, std::string& why);
std::optional<ExportEnd> parse_end_line(std::string_view line, std::string& why);

}  // namespace souk::replay
