#include "node/gateway/sql_request.hpp"

#include <limits>

#include "node/gateway/freshness.hpp"
#include "node/gateway/json_reader.hpp"

namespace souk::gateway {
namespace {

constexpr std::size_t kSqlBytesMax = 64 * 1024;
constexpr std::size_t kValueBytesMax = 64 * 1024;
constexpr std::size_t kPositionBytesMax = 64 * 1024;
constexpr std::size_t kParametersMax = 100;
constexpr std::int64_t kRowsMax = 10'000;
constexpr std::size_t kReasonBytesMax = 500;

SqlParameters read_parameters(JsonReader& in) {
  SqlParameters parameters;
  in.named_members(kParametersMax, [&](std::string_view name) {
    parameters.emplace_back(name, in.scalar(kValueBytesMax));
  });
  return parameters;
}

}  // namespace

ReadRequest read_sql_request(std::string_view body) {
  static constexpr Member kMembers[] = {
      {"sql"}, {"parameters", false}, {"rows_max", false}, {"at_least", false}, {"wait_ms", false}};
  JsonReader in(body);
  ReadRequest request;
  request.foreign = true;
  in.object(kMembers, [&](int member) {
    switch (member) {
      case 0: request.sql = in.any_text(kSqlBytesMax); break;
      case 1: request.parameters = read_parameters(in); break;
      case 2: request.rows_max = static_cast<std::size_t>(in.integer(1, kRowsMax)); break;
      case 3: request.at_least = read_positions(in.any_text(kPositionBytesMax), "at_least"); break;
      default: request.wait = milliseconds(in.integer(0, kFreshWaitMillisecondsMax)); break;
    }
  });
  in.end();
  return request;
}

SkipRequest read_skip(std::string_view body) {
  static constexpr Member kMembers[] = {{"offset"}, {"reason"}};
  JsonReader in(body);
  SkipRequest skip;
  in.object(kMembers, [&](int member) {
    if (member == 0)
      skip.offset =
          static_cast<std::uint64_t>(in.integer(1, std::numeric_limits<std::int64_t>::max()));
    else
      skip.reason = in.text(kReasonBytesMax);
  });
  in.end();
  return skip;
}

}  // namespace souk::gateway
