#include "store/values.hpp"

#include "store/bytes.hpp"
#include "store/keys.hpp"
#include "store/seal.hpp"

namespace souk::store {
namespace {

constexpr std::uint8_t kHeadVersion = 1;      // stored: never reuse
constexpr std::uint8_t kSnapshotVersion = 1;  // stored: never reuse; of the envelope

std::string begin_value(std::size_t bytes) {
  std::string value;
  value.reserve(kSealBytes + bytes);
  put(value, std::uint64_t{0});
  return value;
}

std::string sealed(std::string_view key, std::string value) {
  seal(key, value);
  return value;
}

// What follows a good seal; nothing if the seal is not good.
std::optional<Reader> open_value(std::string_view key, std::string_view value) {
  if (!is_sealed(key, value)) return std::nullopt;
  return Reader(value.substr(kSealBytes));
}

}  // namespace

std::string encode_head(std::string_view key, const Head& head) {
  std::string value = begin_value(18);
  put(value, kHeadVersion);
  put(value, static_cast<std::uint8_t>(head.open));
  put(value, head.offset);
  put(value, head.sequence);
  return sealed(key, std::move(value));
}

std::optional<Head> parse_head(std::string_view key, std::string_view value) {
  auto in = open_value(key, value);
  if (!in || in->take<std::uint8_t>() != kHeadVersion) return std::nullopt;
  Head head;
  head.open = in->take<std::uint8_t>() != 0;
  head.offset = in->take<Offset>();
  head.sequence = in->take<Sequence>();
  if (!in->finished() || head.offset == kNoOffset || head.sequence == 0) return std::nullopt;
  return head;
}

std::string encode_snapshot(std::string_view key, const Snapshot& snapshot) {
  std::string value = begin_value(32 + snapshot.bytes.size());
  put(value, kSnapshotVersion);
  put(value, snapshot.version);
  put(value, snapshot.offset);
  put(value, snapshot.sequence);
  put_bytes(value, snapshot.bytes);
  return sealed(key, std::move(value));
}

std::optional<Snapshot> parse_snapshot(std::string_view key, std::string_view value) {
  auto in = open_value(key, value);
  if (!in || in->take<std::uint8_t>() != kSnapshotVersion) return std::nullopt;
  Snapshot snapshot;
  snapshot.version = in->take<std::uint32_t>();
  snapshot.offset = in->take<Offset>();
  snapshot.sequence = in->take<Sequence>();
  snapshot.bytes = in->take_bytes();
  if (!in->finished()) return std::nullopt;
  return snapshot;
}

std::string encode_counter(std::string_view key, std::uint64_t counter) {
  std::string value = begin_value(sizeof counter);
  put(value, counter);
  return sealed(key, std::move(value));
}

std::optional<std::uint64_t> parse_counter(std::string_view key, std::string_view value) {
  auto in = open_value(key, value);
  if (!in) return std::nullopt;
  auto counter = in->take<std::uint64_t>();
  if (!in->finished()) return std::nullopt;
  return counter;
}

std::string encode_note(std::string_view key, std::string_view bytes) {
  return sealed(key, begin_value(bytes.size()).append(bytes));
}

std::optional<std::string> parse_note(std::string_view key, std::string_view value) {
  if (!is_sealed(key, value)) return std::nullopt;
  return std::string(value.substr(kSealBytes));
}

std::string encode_identity(std::string_view key, const Identity& identity) {
  std::string value = begin_value(32 + identity.cluster_id.size());
  put(value, kFormatVersion);
  put_bytes(value, identity.cluster_id);
  put_varint(value, identity.partitions.size());
  for (auto [service, count] : identity.partitions) {
    put(value, static_cast<std::uint8_t>(service));
    put(value, count);
  }
  return sealed(key, std::move(value));
}

std::optional<SavedIdentity> parse_identity(std::string_view key, std::string_view value) {
  auto in = open_value(key, value);
  if (!in) return std::nullopt;
  SavedIdentity saved;
  saved.format_version = in->take<std::uint32_t>();
  if (saved.format_version != kFormatVersion) return saved;
  saved.identity.cluster_id = in->take_bytes();
  std::uint64_t services = in->take_varint();
  for (std::uint64_t i = 0; i < services && in->ok(); ++i) {
    auto service = static_cast<Service>(in->take<std::uint8_t>());
    saved.identity.partitions[service] = in->take<std::uint16_t>();
  }
  if (!in->finished()) return std::nullopt;
  return saved;
}

Result<std::optional<Identity>> read_identity(const Kv& kv) {
  const std::string key = meta_key(MetaKind::identity);
  auto value = kv.get(Column::meta, key);
  if (!value.ok()) return value.status();
  if (!*value) return std::optional<Identity>();
  auto saved = parse_identity(key, **value);
  if (!saved)
    return Status(Code::corruption,
                  "The data directory is damaged: its identity is not what was written; restore it "
                  "from a copy.");
  const std::string is = "The data directory has format " + std::to_string(saved->format_version);
  const std::string ours = std::to_string(kFormatVersion);
  if (saved->format_version > kFormatVersion)
    return Status(Code::newer_format,
                  is + ", this souk knows formats up to " + ours + "; use a newer souk.");
  if (saved->format_version < kFormatVersion)
    return Status(Code::older_format, is + ", this souk reads format " + ours +
                                          ": export it with the souk that wrote it, and import "
                                          "that, or choose another --data.");
  return std::optional(std::move(saved->identity));
}

}  // namespace souk::store
