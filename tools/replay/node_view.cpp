#include "tools/replay/node_view.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "events/positions.hpp"
#include "store/batch.hpp"
#include "store/keys.hpp"

namespace souk::replay {
namespace {

using nlohmann::json;
using store::BatchView;
using store::Code;
using store::corruption_at;
using store::Offset;
using store::Result;
using store::Slice;
using store::Status;

constexpr std::size_t kBytesMax = 8 << 20;  // what a node gives at once
constexpr std::size_t kLengthBytes = 4;

std::string path_of(PartitionId partition, std::string_view rest) {
  return fmt::format("/v1/log/{}/{}/{}", name_of(partition.service), partition.number, rest);
}

Status no_such(PartitionId partition) {
  return {Code::invalid, fmt::format("The node has no partition {}.", store::display(partition))};
}

Status not_an_answer(const std::string& url, std::string_view what) {
  return {Code::io_error,
          fmt::format("What {} answered about its log makes no sense ({}): it is no souk-node, or "
                      "of another version than this souk-replay.",
                      url, what)};
}

// A number in a header of ours; nothing if it is not there.
std::optional<std::uint64_t> header(const cli::HttpAnswer& answer, const char* name) {
  const auto found = answer.souk.find(name);
  if (found == answer.souk.end()) return std::nullopt;
  const std::string& text = found->second;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Takes the first value off the framed ones. Nothing if they break off.
std::optional<std::string_view> next_value(std::string_view& framed) {
  if (framed.size() < kLengthBytes) return std::nullopt;
  std::size_t size = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i)
    size |= std::size_t{static_cast<std::uint8_t>(framed[i])} << (8 * i);
  if (framed.size() - kLengthBytes < size) return std::nullopt;
  const std::string_view value = framed.substr(kLengthBytes, size);
  framed.remove_prefix(kLengthBytes + size);
  return value;
}

// Adds the batches of an answer, each checked and each following the one before; those that begin
// after `last` are left out. What is wrong is at `slice.next`.
Status fill(Slice& slice, std::string_view framed, Offset last) {
  while (!framed.empty()) {
    const auto value = next_value(framed);
    if (!value)
      return corruption_at(slice.partition, slice.next, "the node's answer breaks off before it");
    const std::string key =
        store::log_key(slice.partition, BatchView::claimed_first_offset(*value));
    const auto batch = BatchView::parse(slice.partition, key, *value);
    if (!batch.ok()) return batch.status();
    if (!batch->holds(slice.next))
      return corruption_at(slice.partition, slice.next, "no batch of the node's answer holds it");
    if (batch->first_offset() > last) break;
    slice.add(std::make_shared<const std::string>(*value), batch->end_offset());
  }
  return {};
}

// The ends and the counts of GET /v1/log. Throws json's exceptions for what is not one.
std::map<PartitionId, Offset> read_ends(const json& log, store::Identity& identity) {
  identity.cluster_id = log.at("cluster_id").get<std::string>();
  std::map<PartitionId, Offset> ends;
  for (const json& one : log.at("partitions")) {
    const auto service = parse_service(one.at("service").get<std::string>());
    if (!service) continue;  // a newer node's: nothing that this program could read
    const auto number = one.at("number").get<std::uint16_t>();
    ends[{*service, number}] = one.at("last_offset").get<Offset>();
    std::uint16_t& count = identity.partitions[*service];
    count = std::max<std::uint16_t>(count, static_cast<std::uint16_t>(number + 1));
  }
  return ends;
}

}  // namespace

Result<std::unique_ptr<NodeView>> NodeView::connect(std::string url) {
  std::unique_ptr<NodeView> view(new NodeView(std::move(url)));
  if (Status status = view->refresh(); !status.ok()) return status;
  return view;
}

Status NodeView::refresh() {
  const auto answer = client_.get("/v1/log");
  if (!answer.ok()) return answer.status();
  try {
    const json log = json::parse(answer->body);
    if (log.at("format_version").get<std::uint32_t>() > store::kFormatVersion)
      return {Code::newer_format, fmt::format("The node at {} is newer than this souk-replay; use "
                                              "the souk-replay that came with it.",
                                              url())};
    store::Identity identity;
    auto ends = read_ends(log, identity);
    identity_ = std::move(identity);
    last_ = std::move(ends);
  } catch (const json::exception& error) {
    return not_an_answer(url(), error.what());
  }
  return {};
}

Result<Offset> NodeView::last(PartitionId partition) const {
  const auto found = last_.find(partition);
  return found == last_.end() ? Result<Offset>(no_such(partition)) : found->second;
}

Result<Slice> NodeView::read(PartitionId partition, Offset from, std::size_t bytes_max) const {
  const auto end = last(partition);
  if (!end.ok()) return end.status();
  return read_up_to(partition, from, bytes_max, *end);
}

Result<Slice> NodeView::read_up_to(PartitionId partition, Offset from, std::size_t bytes_max,
                                   Offset last) const {
  from = std::max<Offset>(from, 1);
  Slice slice{partition, from, from, last + 1, {}, 0};
  if (from > last) return slice;
  const auto answer = client_.get(
      path_of(partition, fmt::format("batches?from={}&bytes_max={}", from,
                                     std::clamp<std::size_t>(bytes_max, 1, kBytesMax))));
  if (!answer.ok()) return answer.status();
  if (header(*answer, "souk-from") != from) return not_an_answer(url(), "Souk-From");
  const Status status = fill(slice, answer->body, last);
  slice.next = std::min(slice.next, slice.end);
  if (!slice.empty()) return slice;
  if (!status.ok()) return status;
  return corruption_at(partition, from, "the node gave no batch that holds it");
}

Result<Offset> NodeView::next_batch(PartitionId partition, Offset after) const {
  const auto end = last(partition);
  if (!end.ok()) return end.status();
  if (after >= *end) return store::kNoOffset;
  const auto answer = client_.get(path_of(partition, fmt::format("batches/next?after={}", after)));
  if (!answer.ok()) return answer.status();
  try {
    const Offset first = json::parse(answer->body).value("first_offset", store::kNoOffset);
    return first > *end ? store::kNoOffset : first;
  } catch (const json::exception& error) {
    return not_an_answer(url(), error.what());
  }
}

Result<store::Head> NodeView::head(PartitionId partition, std::string_view stream) const {
  const auto end = last(partition);
  if (!end.ok()) return end.status();
  const auto answer = client_.get(path_of(partition, fmt::format("streams/{}", stream)));
  if (!answer.ok() && answer.status().code() == Code::not_found) return store::Head{};
  if (!answer.ok()) return answer.status();
  try {
    const json body = json::parse(answer->body);
    const store::Head head{body.at("offset"), body.at("sequence"), body.at("open")};
    return head.offset <= *end ? head : head_before(partition, stream, head, *end);
  } catch (const json::exception& error) {
    return not_an_answer(url(), error.what());
  }
}

// The stream has grown since the view was refreshed: back from its newest record to the last one
// that the view shows.
Result<store::Head> NodeView::head_before(PartitionId partition, std::string_view stream,
                                          store::Head head, Offset last) const {
  while (true) {
    const auto slice = read_up_to(partition, head.offset, 1, head.offset);
    if (!slice.ok()) return slice.status();
    Offset previous = store::kNoOffset;
    bool fits = false;
    const Status status = slice->for_each([&](const store::RecordView& record) {
      fits = record.stream == stream && record.sequence == head.sequence;
      head.open = (record.flags & store::kRecordOpen) != 0;
      previous = record.previous;
      return false;
    });
    if (!status.ok()) return status;
    if (!fits || previous >= head.offset)
      return corruption_at(partition, head.offset,
                           "the record is not the last of stream " + std::string(stream));
    if (head.offset <= last) return head;
    if (previous == store::kNoOffset) return store::Head{};
    head = {previous, head.sequence - 1, false};
  }
}

Result<std::optional<store::Snapshot>> NodeView::snapshot(PartitionId partition,
                                                          std::string_view stream) const {
  using Found = std::optional<store::Snapshot>;
  if (const auto end = last(partition); !end.ok()) return end.status();
  auto answer = client_.get(path_of(partition, fmt::format("streams/{}/snapshot", stream)));
  if (!answer.ok() && answer.status().code() == Code::not_found) return Found();
  if (!answer.ok()) return answer.status();
  const auto version = header(*answer, "souk-snapshot-version");
  const auto offset = header(*answer, "souk-offset");
  const auto sequence = header(*answer, "souk-sequence");
  if (!version || !offset || !sequence) return not_an_answer(url(), "a snapshot's headers");
  return Found(store::Snapshot{static_cast<std::uint32_t>(*version), *offset, *sequence,
                               std::move(answer->body)});
}

}  // namespace souk::replay
