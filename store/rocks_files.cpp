#include "store/rocks_files.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include <rocksdb/env.h>

#include "store/bytes.hpp"
#include "store/crc32c.hpp"

namespace souk::store {
namespace {

constexpr std::size_t kBlockBytes = 32 * 1024;
constexpr std::size_t kHeaderBytes = 7;  // masked CRC-32C u32, length u16, type u8
constexpr std::size_t kSectorBytes = 512;

enum FragmentType : std::uint8_t { kZero = 0, kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

struct Fragment {
  std::uint8_t type;
  std::size_t end;
};

bool begins_a_write(std::uint8_t type) { return type == kFull || type == kFirst; }

std::size_t block_end(std::size_t at) { return (at / kBlockBytes + 1) * kBlockBytes; }

// The fragment at `at`, if it is whole.
std::optional<Fragment> fragment_at(std::string_view bytes, std::size_t at) {
  const std::size_t limit = std::min(block_end(at), bytes.size());
  if (at + kHeaderBytes > limit) return std::nullopt;
  const auto length = load<std::uint16_t>(bytes.data() + at + 4);
  const auto type = static_cast<std::uint8_t>(bytes[at + 6]);
  const std::size_t end = at + kHeaderBytes + length;
  if (end > limit || type == kZero) return std::nullopt;
  const std::uint32_t crc = crc32c(bytes.substr(at + 6, 1 + length));
  const std::uint32_t masked = ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
  if (masked != load<std::uint32_t>(bytes.data() + at)) return std::nullopt;
  return Fragment{type, end};
}

// True if a write begins anywhere after `at`. Lengths cannot be trusted there, so every byte is
// tried.
bool another_write_begins_after(std::string_view bytes, std::size_t at) {
  for (std::size_t p = at + 1; p + kHeaderBytes <= bytes.size(); ++p)
    if (begins_a_write(static_cast<std::uint8_t>(bytes[p + 6])) && fragment_at(bytes, p))
      return true;
  return false;
}

bool all_zero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; });
}

// What a disk that lost its power leaves of a write: it ends too early, or a sector of it was never
// written.
bool looks_unwritten(std::string_view bytes, std::size_t at) {
  const auto length = at + kHeaderBytes <= bytes.size() ? load<std::uint16_t>(&bytes[at + 4]) : 0;
  if (at + kHeaderBytes + length > bytes.size()) return true;
  const std::size_t first = at / kSectorBytes * kSectorBytes;
  for (std::size_t sector = first; sector < bytes.size(); sector += kSectorBytes) {
    const std::size_t begin = std::max(sector, at);
    const std::string_view part = bytes.substr(begin, sector + kSectorBytes - begin);
    if (part.size() >= kHeaderBytes && all_zero(part)) return true;
  }
  return false;
}

}  // namespace

RocksLogEnd check_rocks_log(std::string_view bytes) {
  using Kind = RocksLogEnd::Kind;
  std::size_t at = 0;
  std::size_t whole_until = 0;  // the end of the last whole write
  bool inside = false;          // a write has begun and not ended
  while (at < bytes.size()) {
    if (block_end(at) - at < kHeaderBytes) {
      at = block_end(at);  // no fragment fits there
      continue;
    }
    auto fragment = fragment_at(bytes, at);
    if (!fragment || (inside && begins_a_write(fragment->type))) break;
    inside = fragment->type == kFirst || fragment->type == kMiddle;
    at = fragment->end;
    if (!inside) whole_until = at;
  }
  if (at >= bytes.size()) return {inside ? Kind::torn : Kind::whole, whole_until};
  if (!inside && all_zero(bytes.substr(at))) return {Kind::whole, whole_until};  // preallocated
  const bool is_last = !fragment_at(bytes, at) && !another_write_begins_after(bytes, at);
  return {is_last && looks_unwritten(bytes, at) ? Kind::torn : Kind::damaged, whole_until};
}

namespace {

Status damaged(const std::string& file, const std::string& why) {
  return {Code::corruption,
          "The data directory is damaged: " + file + ' ' + why + "; restore it from a copy."};
}

Status check_file(rocksdb::Env& env, const std::string& file, bool may_cut,
                  const std::function<void(const std::string&)>& warn) {
  std::string bytes;
  rocksdb::Status status = rocksdb::ReadFileToString(&env, file, &bytes);
  if (!status.ok()) return {Code::io_error, file + " cannot be read: " + status.ToString() + '.'};
  const RocksLogEnd end = check_rocks_log(bytes);
  if (end.kind == RocksLogEnd::Kind::whole) return {};
  if (end.kind == RocksLogEnd::Kind::damaged)
    return damaged(file, "is not what was written after byte " + std::to_string(end.good_bytes));
  if (!may_cut) return {};
  std::error_code error;  // not by `env`: RocksDB's cannot truncate
  std::filesystem::resize_file(file, end.good_bytes, error);
  if (error) return {Code::io_error, file + " cannot be cut: " + error.message() + '.'};
  warn(file + ": the last write, at byte " + std::to_string(end.good_bytes) +
       ", was torn by a crash before it was acknowledged; it was cut off.");
  return {};
}

}  // namespace

Status check_rocks_files(rocksdb::Env& env, const std::string& path,
                         const std::function<void(const std::string&)>& warn) {
  std::vector<std::string> names;
  std::string current;
  if (!env.GetChildren(path, &names).ok()) return {};
  if (!rocksdb::ReadFileToString(&env, path + "/CURRENT", &current).ok()) return {};
  while (!current.empty() && current.back() == '\n') current.pop_back();
  for (const std::string& name : names) {
    const bool is_wal = name.ends_with(".log");
    if (!is_wal && name != current) continue;
    Status status = check_file(env, path + '/' + name, is_wal, warn);
    if (!status.ok()) return status;
  }
  return {};
}

}  // namespace souk::store
