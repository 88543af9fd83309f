#include "cluster/pages.hpp"

#include <algorithm>
#include <utility>

#include "store/bytes.hpp"

namespace souk::cluster {
namespace {

using store::Code;
using store::Status;

Status nonsense(std::string_view what) {
  return {Code::corruption, "A page that another node sent makes no sense: " + std::string(what) +
                                "; are both of the same version of souk?"};
}

wire::PageSlice said_of(const store::Slice& slice) {
  return {static_cast<std::uint16_t>(slice.partition.service),
          slice.partition.number,
          static_cast<std::int64_t>(slice.from),
          static_cast<std::int64_t>(slice.next),
          static_cast<std::int64_t>(slice.end),
          static_cast<std::uint32_t>(slice.batches.size())};
}

// Without its batches. Nothing if it is of no partition, or its offsets are in no order.
std::optional<store::Slice> slice_of(const wire::PageSlice& said) {
  const auto partition = partition_of(said.service, said.number);
  if (!partition || said.from < 1 || said.next <= said.from || said.end < said.next) return {};
  store::Slice slice;
  slice.partition = *partition;
  slice.from = slice.next = static_cast<store::Offset>(said.from);
  slice.end = static_cast<store::Offset>(said.end);
  return slice;
}

wire::Page head_of(const core::Page& page) {
  wire::Page said;
  for (const store::Slice& slice : page.slices) said.slices.push_back(said_of(slice));
  said.more = page.more;
  said.code = static_cast<std::uint16_t>(page.status.code());
  said.detail = page.status.message();
  said.has_failed = page.failed.has_value();
  if (page.failed) said.failed = to_wire(*page.failed, store::kNoOffset);
  return said;
}

// A code that this build does not know is a failure like others.
Status status_of(std::uint16_t code, const std::string& detail) {
  if (code == 0) return {};
  const bool known = code <= static_cast<std::uint16_t>(Code::timed_out);
  return {known ? static_cast<Code>(code) : Code::io_error, detail};
}

}  // namespace

wire::Position to_wire(PartitionId partition, store::Offset offset) {
  return {static_cast<std::uint16_t>(partition.service), partition.number,
          static_cast<std::int64_t>(offset)};
}

std::optional<PartitionId> partition_of(std::uint16_t service, std::uint16_t number) {
  const auto found = std::ranges::find_if(
      kServices, [&](Service one) { return static_cast<std::uint16_t>(one) == service; });
  if (found == kServices.end()) return {};
  return PartitionId{*found, number};
}

bool goes_in_pieces(const store::Slice& slice) {
  return slice.batches.size() == 1 && slice.bytes > kPageBytesMax;
}

std::vector<std::string> page_parts(const core::Page& page, std::size_t skip) {
  wire::Page said = head_of(page);
  std::string bytes;
  if (page.slices.size() == 1 && goes_in_pieces(page.slices.front())) {
    const std::string& batch = *page.slices.front().batches.front();
    bytes = batch.substr(skip, kPageBytesMax);
    said.piece_at = static_cast<std::int64_t>(skip);
    said.piece_of = static_cast<std::int64_t>(batch.size());
  } else {
    for (const store::Slice& slice : page.slices)
      for (const auto& batch : slice.batches) store::put_bytes(bytes, *batch);
  }
  return {saved(said), std::move(bytes)};
}

Status PageReader::take(std::span<const std::string> parts) {
  wire::Page said;
  Status status;
  if (parts.size() != 2 || !codec::decode(parts[0], said))
    status = nonsense("it cannot be read");
  else
    status = said.piece_of == 0 ? take_whole(said, parts[1]) : take_piece(said, parts[1]);
  if (!status.ok()) *this = {};
  return status;
}

Status PageReader::take_whole(const wire::Page& said, std::string_view batches) {
  if (wanted_ && said.code == 0) return nonsense("the rest of a batch was asked for");
  *this = {};
  page_.more = said.more;
  page_.status = status_of(said.code, said.detail);
  if (said.has_failed) page_.failed = partition_of(said.failed.service, said.failed.number);
  if (said.has_failed && (!page_.failed || page_.status.ok()))
    return nonsense("it names what failed, and not how");
  store::Reader reader(batches);
  for (const wire::PageSlice& one : said.slices) {
    auto slice = slice_of(one);
    if (!slice || one.batches == 0) return nonsense("its offsets are in no order");
    for (std::uint32_t i = 0; i < one.batches; ++i) {
      const std::string_view batch = reader.take_bytes();
      if (!reader.ok()) return nonsense("it ends within a batch");
      slice->add(std::make_shared<const std::string>(batch), static_cast<store::Offset>(one.next));
    }
    page_.slices.push_back(std::move(*slice));
  }
  return reader.finished() ? Status() : nonsense("there is more in it than it says");
}

Status PageReader::take_piece(const wire::Page& said, std::string_view bytes) {
  const auto size = static_cast<std::size_t>(std::max<std::int64_t>(0, said.piece_of));
  if (said.slices.size() != 1 || size > kBatchBytesMax) return nonsense("it is no piece");
  auto slice = slice_of(said.slices.front());
  if (!slice) return nonsense("its offsets are in no order");
  const wire::Position from = to_wire(slice->partition, slice->from);
  if (wanted_ && wanted_->from != from) return nonsense("it is a piece of another batch");
  if (!wanted_) {
    *this = {};
    page_.more = said.more;
  }
  if (static_cast<std::size_t>(said.piece_at) != batch_.size() || bytes.empty() ||
      bytes.size() > size - batch_.size())
    return nonsense("it is another piece than was asked for");
  batch_ += bytes;
  if (batch_.size() < size) {
    wanted_ = wire::ReadLog{from, 1, static_cast<std::int64_t>(batch_.size())};
    return {};
  }
  slice->add(std::make_shared<const std::string>(std::exchange(batch_, {})),
             static_cast<store::Offset>(said.slices.front().next));
  page_.more |= slice->next < slice->end;
  page_.slices.push_back(std::move(*slice));
  wanted_.reset();
  return {};
}

core::Page PageReader::page() {
  core::Page page = std::move(page_);
  *this = {};
  return page;
}

Status failure_of(std::span<const std::string> parts) {
  wire::Failure said;
  if (parts.empty() || !codec::decode(parts[0], said) || said.code == 0)
    return nonsense("it says that something failed, and not what");
  return status_of(said.code, said.why);
}

}  // namespace souk::cluster
