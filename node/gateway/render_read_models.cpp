#include "node/gateway/render_read_models.hpp"

#include <algorithm>

#include "events/rfc3339.hpp"
#include "node/gateway/json_writer.hpp"
#include "node/gateway/render_rows.hpp"
#include "node/gateway/utf8.hpp"

namespace souk::gateway {
namespace {

std::string_view state_word(read_models::State state) {
  switch (state) {
    case read_models::State::off: return "OFF";
    case read_models::State::building: return "BUILDING";
    case read_models::State::live: return "LIVE";
    case read_models::State::failed: return "FAILED";
  }
  return "OFF";
}

double in_seconds(Duration length) { return static_cast<double>(length.micros) / 1e6; }

std::uint64_t records_behind(const read_models::PartitionLag& lag) {
  return lag.end > lag.position ? lag.end - lag.position : 0;
}

void write_partition_id(JsonWriter& out, PartitionId partition) {
  out.field("service", name_of(partition.service));
  out.field("partition", partition.number);
}

void write_partitions(JsonWriter& out, const ReadModelsInfo& info) {
  std::uint64_t records = 0;
  Duration longest;
  for (const read_models::PartitionLag& lag : info.partitions) {
    records += records_behind(lag);
    longest = std::max(longest, lag.behind);
  }
  out.field("records_behind", records);
  out.field("seconds_behind", in_seconds(longest));
  out.key("partitions");
  out.begin_array();
  for (const read_models::PartitionLag& lag : info.partitions) {
    out.begin_object();
    write_partition_id(out, lag.partition);
    out.field("position", lag.position);
    out.field("end", lag.end);
    out.field("records_behind", records_behind(lag));
    out.field("seconds_behind", in_seconds(lag.behind));
    out.end_object();
  }
  out.end_array();
}

void write_parked(JsonWriter& out, const std::vector<read_models::ParkedStream>& parked) {
  out.key("parked");
  out.begin_array();
  for (const read_models::ParkedStream& stream : parked) {
    out.begin_object();
    write_partition_id(out, stream.partition);
    out.field("stream", to_utf8(stream.stream));
    out.field("offset", stream.offset);
    out.field("records", stream.records);
    out.field("reason", to_utf8(stream.reason));
    if (stream.since.is_set()) out.field("since", to_rfc3339(stream.since));
    out.end_object();
  }
  out.end_array();
}

void write_rebuild(JsonWriter& out, const read_models::Rebuild& rebuild, Time now) {
  const bool running = !rebuild.ended_at.is_set();
  const Duration took = (running ? now : rebuild.ended_at) - rebuild.started_at;
  out.key("rebuild");
  out.begin_object();
  out.field("running", running);
  out.field("records", rebuild.records);
  out.field("records_total", rebuild.records_total);
  out.field("seconds", in_seconds(std::max(took, Duration{})));
  if (!running) {
    if (rebuild.failure.empty())
      out.field("lag_at_switch_seconds", in_seconds(rebuild.lag_at_switch));
    else
      out.field("failure", to_utf8(rebuild.failure));
    out.field("ended_at", to_rfc3339(rebuild.ended_at));
  }
  out.end_object();
}

}  // namespace

std::string render_read_models(const ReadModelsInfo& info, Time now) {
  std::string body;
  JsonWriter out(body);
  out.begin_object();
  out.field("state", state_word(info.state));
  if (!info.detail.empty()) out.field("detail", to_utf8(info.detail));
  out.field("version", info.version);
  if (!info.file.empty()) out.field("file", to_utf8(info.file));
  write_partitions(out, info);
  write_parked(out, info.parked);
  if (info.rebuild) write_rebuild(out, *info.rebuild, now);
  out.end_object();
  return body;
}

std::string render_sql(const ReadAnswer& answer) {
  std::string body;
  JsonWriter out(body);
  out.begin_object();
  out.key("columns");
  out.begin_array();
  for (const std::string& column : answer.rows.columns) out.value(to_utf8(column));
  out.end_array();
  out.key("rows");
  out.begin_array();
  for (const auto& row : answer.rows.rows) {
    out.begin_array();
    for (const SqlValue& value : row) write_value(out, value);
    out.end_array();
  }
  out.end_array();
  out.field("truncated", answer.rows.truncated);
  out.field("position", to_string(answer.position));
  out.end_object();
  return body;
}

}  // namespace souk::gateway
