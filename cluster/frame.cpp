#include "cluster/frame.hpp"

#include <utility>

#include <fmt/format.h>

#include "store/bytes.hpp"
#include "store/crc32c.hpp"

namespace souk::cluster {
namespace {

using store::Code;
using store::Status;

static_assert(kFrameHeaderBytes + kItemBytesMax <= kFrameBytesMax, "the first item always fits");

constexpr std::size_t kPartLengthBytes = sizeof(std::uint32_t);

Status corrupt(std::string message) { return {Code::corruption, std::move(message)}; }

// Takes the next item off the front of `body` into `item`, whose memory is used again. Says what is
// wrong with it.
Status take_item(std::string_view& body, ItemView& item) {
  if (body.size() < kItemHeaderBytes)
    return corrupt(fmt::format("a frame ends within an item's header: {} bytes are left, {} needed",
                               body.size(), kItemHeaderBytes));
  const std::size_t bytes = store::load<std::uint32_t>(body.data());
  if (bytes > body.size() || bytes < kItemHeaderBytes)
    return corrupt(fmt::format("an item says that it has {} bytes where {} are left of its frame",
                               bytes, body.size()));
  if (bytes > kItemBytesMax)
    return corrupt(fmt::format("an item has {} bytes; {} are allowed", bytes, kItemBytesMax));
  store::Reader header(body.substr(sizeof(std::uint32_t), kItemHeaderBytes));
  item.kind = static_cast<Kind>(header.take<std::uint16_t>());
  item.service = header.take<std::uint8_t>();
  const std::size_t parts = header.take<std::uint8_t>();
  item.number = header.take<std::uint64_t>();
  item.until.micros = header.take<std::int64_t>();

  std::string_view rest = body.substr(kItemHeaderBytes, bytes - kItemHeaderBytes);
  if (rest.size() < parts * kPartLengthBytes)
    return corrupt(fmt::format("an item of {} bytes says that it has {} parts", bytes, parts));
  std::string_view lengths = rest.substr(0, parts * kPartLengthBytes);
  rest.remove_prefix(lengths.size());
  item.parts.clear();
  for (; !lengths.empty(); lengths.remove_prefix(kPartLengthBytes)) {
    const std::size_t length = store::load<std::uint32_t>(lengths.data());
    if (length > rest.size()) return corrupt("a part reaches beyond its item");
    item.parts.push_back(rest.substr(0, length));
    rest.remove_prefix(length);
  }
  if (!rest.empty())
    return corrupt(fmt::format("an item has {} bytes that belong to no part", rest.size()));
  body.remove_prefix(bytes);
  return {};
}

}  // namespace

std::size_t item_bytes(std::span<const std::string_view> parts) {
  std::size_t bytes = kItemHeaderBytes + parts.size() * kPartLengthBytes;
  for (const std::string_view part : parts) bytes += part.size();
  return bytes;
}

bool FrameWriter::add(const ItemView& item) {
  const std::size_t bytes = item_bytes(item.parts);
  if (item.parts.size() > kPartsMax || bytes > kItemBytesMax) return false;
  if (!empty() && bytes_.size() + bytes > kFrameBytesMax) return false;
  if (bytes_.empty()) bytes_.resize(kFrameHeaderBytes);
  store::put(bytes_, static_cast<std::uint32_t>(bytes));
  store::put(bytes_, static_cast<std::uint16_t>(item.kind));
  store::put(bytes_, item.service);
  store::put(bytes_, static_cast<std::uint8_t>(item.parts.size()));
  store::put(bytes_, item.number);
  store::put(bytes_, item.until.micros);
  for (const std::string_view part : item.parts)
    store::put(bytes_, static_cast<std::uint32_t>(part.size()));
  for (const std::string_view part : item.parts) bytes_.append(part);
  return true;
}

std::string FrameWriter::take() {
  if (!empty()) {
    const std::string_view body = std::string_view(bytes_).substr(kFrameHeaderBytes);
    store::overwrite(bytes_.data(), static_cast<std::uint32_t>(body.size()));
    store::overwrite(bytes_.data() + sizeof(std::uint32_t), store::crc32c(body));
  }
  return std::exchange(bytes_, {});
}

store::Result<std::size_t> frame_body_bytes(std::string_view header) {
  if (header.size() < kFrameHeaderBytes)
    return corrupt(
        fmt::format("a frame's header has {} bytes, not {}", header.size(), kFrameHeaderBytes));
  const std::size_t bytes = store::load<std::uint32_t>(header.data());
  if (bytes < kItemHeaderBytes)
    return corrupt(fmt::format("a frame of {} bytes is too small for any item", bytes));
  if (bytes > kFrameBytesMax - kFrameHeaderBytes)
    return corrupt(fmt::format("a frame of {} bytes is too large; {} are allowed", bytes,
                               kFrameBytesMax - kFrameHeaderBytes));
  return bytes;
}

Status for_each_item(std::string_view frame, const std::function<void(const ItemView&)>& f) {
  const auto bytes = frame_body_bytes(frame);
  if (!bytes.ok()) return bytes.status();
  const std::string_view body = frame.substr(kFrameHeaderBytes);
  if (body.size() != *bytes)
    return corrupt(
        fmt::format("a frame has {} bytes where its header says {}", body.size(), *bytes));
  if (store::crc32c(body) != store::load<std::uint32_t>(frame.data() + sizeof(std::uint32_t)))
    return corrupt("a frame's checksum is wrong");
  ItemView item;
  for (std::string_view rest = body; !rest.empty();)
    if (Status status = take_item(rest, item); !status.ok()) return status;
  for (std::string_view rest = body; !rest.empty();) {
    if (Status status = take_item(rest, item); !status.ok()) return status;  // not a second time
    f(item);
  }
  return {};
}

}  // namespace souk::cluster
