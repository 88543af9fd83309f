// The log as it is: where its partitions end, their batches, streams' heads and snapshots.
#include <limits>

#include "node/gateway/handlers.hpp"
#include "node/gateway/json_writer.hpp"
#include "node/gateway/log_asking.hpp"
#include "node/gateway/partition_path.hpp"
#include "node/gateway/routes.hpp"
#include "node/gateway/target.hpp"
#include "node/gateway/utf8.hpp"

namespace souk::gateway {
namespace {

constexpr std::int64_t kOffsetMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kBytesDefault = 1 << 20;
constexpr std::int64_t kBytesMax = 8 << 20;

PartitionId partition_of(const Exchange& x) { return read_partition(x, "/v1/log"); }

Query query_of(const Exchange& x, std::span<const std::string_view> known) {
  return Query(split_target(x.in().target).query, known);
}

std::string render_info(const LogInfo& info) {
  std::string body;
  JsonWriter out(body);
  out.begin_object();
  out.field("cluster_id", to_utf8(info.cluster_id));
  out.field("format_version", info.format_version);
  out.key("partitions");
  out.begin_array();
  for (const LogPartition& partition : info.partitions) {
    out.begin_object();
    out.field("service", name_of(partition.id.service));
    out.field("number", partition.id.number);
    out.field("last_offset", partition.last);
    if (!partition.stopped.empty()) out.field("stopped", to_utf8(partition.stopped));
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return body;
}

Reply batches_reply(const LogBatches& batches) {
  return Reply{.bytes = batches.bytes,
               .headers = {{"Souk-From", std::to_string(batches.from)},
                           {"Souk-Next", std::to_string(batches.next)},
                           {"Souk-End", std::to_string(batches.end)}}};
}

Reply next_batch_reply(std::uint64_t first_offset) {
  Reply reply;
  JsonWriter out(reply.body);
  out.begin_object();
  if (first_offset != 0) out.field("first_offset", first_offset);
  out.end_object();
  return reply;
}

Reply head_reply(const LogHead& head) {
  Reply reply;
  JsonWriter out(reply.body);
  out.begin_object();
  out.field("offset", head.offset);
  out.field("sequence", head.sequence);
  out.field("open", head.open);
  out.end_object();
  return reply;
}

Reply snapshot_reply(const LogSnapshot& snapshot) {
  return Reply{.bytes = snapshot.bytes,
               .headers = {{"Souk-Snapshot-Version", std::to_string(snapshot.version)},
                           {"Souk-Offset", std::to_string(snapshot.offset)},
                           {"Souk-Sequence", std::to_string(snapshot.sequence)}}};
}

}  // namespace

void get_log(const Exchange::Ptr& x) {
  x->default_correlation_id(fresh_correlation_id());
  x->backend().log_info(answering_log<LogInfo>(
      x, [](const LogInfo& info) { return Reply{.body = render_info(info)}; }));
}

void get_log_batches(const Exchange::Ptr& x) {
  x->default_correlation_id(fresh_correlation_id());
  const Query query = query_of(*x, kBatchesParameters);
  ReadBatches request;
  request.partition = partition_of(*x);
  request.from = static_cast<std::uint64_t>(query.integer("from", 1, kOffsetMax, 1));
  request.bytes_max =
      static_cast<std::size_t>(query.integer("bytes_max", 1, kBytesMax, kBytesDefault));
  request.wait = milliseconds(query.integer("wait_ms", 0, kFreshWaitMillisecondsMax, 0));
  request.done = answering_log<LogBatches>(x, batches_reply);
  x->backend().read_batches(std::move(request));
}

void get_log_next_batch(const Exchange::Ptr& x) {
  x->default_correlation_id(fresh_correlation_id());
  const Query query = query_of(*x, kNextBatchParameters);
  const std::int64_t after = query.integer("after", 0, kOffsetMax, 0);
  x->backend().find_batch({partition_of(*x), static_cast<std::uint64_t>(after),
                           answering_log<std::uint64_t>(x, next_batch_reply)});
}

void get_log_stream(const Exchange::Ptr& x) {
  x->default_correlation_id(x->id(2));
  const auto render = [](const LogHead& head) {
    if (head.offset == 0)
      throw Problem{.status = 404,
                    .code = "no_stream",
                    .detail =
                        "The partition has no record of this stream; look whether the id is "
                        "right, and whether this is its partition."};
    return head_reply(head);
  };
  x->backend().read_head({partition_of(*x), x->id(2), answering_log<LogHead>(x, render)});
}

void get_log_snapshot(const Exchange::Ptr& x) {
  x->default_correlation_id(x->id(2));
  const auto render = [](const LogSnapshot& snapshot) {
    if (!snapshot.found)
      throw Problem{.status = 404,
                    .code = "no_snapshot",
                    .detail =
                        "The stream has no saved snapshot; its state is made from its records "
                        "alone."};
    return snapshot_reply(snapshot);
  };
  x->backend().read_snapshot({partition_of(*x), x->id(2), answering_log<LogSnapshot>(x, render)});
}

}  // namespace souk::gateway
