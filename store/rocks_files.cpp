#include "store/rocks_files.hpp"

#include <algorithm>
#include <charconv>
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

// Of a fragment's type and payload, as it stands in its header.
std::uint32_t masked_crc(std::string_view bytes) {
  const std::uint32_t crc = crc32c(bytes);
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}

// The fragment at `at`, if it is whole.
std::optional<Fragment> fragment_at(std::string_view bytes, std::size_t at) {
  const std::size_t limit = std::min(block_end(at), bytes.size());
  if (at + kHeaderBytes > limit) return std::nullopt;
  const auto length = load<std::uint16_t>(bytes.data() + at + 4);
  const auto type = static_cast<std::uint8_t>(bytes[at + 6]);
  const std::size_t end = at + kHeaderBytes + length;
  if (end > limit || type == kZero) return std::nullopt;
  if (masked_crc(bytes.substr(at + 6, 1 + length)) != load<std::uint32_t>(bytes.data() + at))
    return std::nullopt;
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

// True if all of the bytes are there and only the length is not what was written. A fragment ends
// with its block, or as the last one of all with the file.
bool length_was_changed(std::string_view bytes, std::size_t at) {
  const std::size_t limit = std::min(block_end(at), bytes.size());
  return at + kHeaderBytes <= limit &&
         masked_crc(bytes.substr(at + 6, limit - at - 6)) == load<std::uint32_t>(&bytes[at]);
}

// How far whole fragments go, and whether a write has begun there and not ended.
struct WholePart {
  std::size_t end = 0;
  std::size_t writes_end = 0;  // of the last whole write
  bool inside = false;
  std::size_t odd_padding = 0;  // where bytes that only fill up a block are not zero
};

template <class F>  // f(payload, is it the last of a write)
WholePart walk_fragments(std::string_view bytes, const F& f) {
  WholePart part;
  while (part.end < bytes.size()) {
    if (block_end(part.end) - part.end < kHeaderBytes) {
      // No fragment fits there.
      if (!all_zero(bytes.substr(part.end, block_end(part.end) - part.end)))
        part.odd_padding = part.end;
      part.end = block_end(part.end);
      continue;
    }
    const auto fragment = fragment_at(bytes, part.end);
    if (!fragment || (part.inside && begins_a_write(fragment->type))) break;
    part.inside = fragment->type == kFirst || fragment->type == kMiddle;
    f(bytes.substr(part.end + kHeaderBytes, fragment->end - part.end - kHeaderBytes), !part.inside);
    part.end = fragment->end;
    if (!part.inside) part.writes_end = part.end;
  }
  return part;
}

}  // namespace

RocksLogEnd check_rocks_log(std::string_view bytes) {
  using Kind = RocksLogEnd::Kind;
  const WholePart part = walk_fragments(bytes, [](std::string_view, bool) {});
  const std::size_t at = part.end;
  if (at >= bytes.size())
    return {part.inside ? Kind::torn : Kind::whole, part.writes_end, part.odd_padding};
  if (!part.inside && all_zero(bytes.substr(at)))  // reserved and not used
    return {Kind::whole, part.writes_end, part.odd_padding};
  const bool is_last = !fragment_at(bytes, at) && !another_write_begins_after(bytes, at);
  const bool torn = is_last && looks_unwritten(bytes, at) && !length_was_changed(bytes, at);
  return {torn ? Kind::torn : Kind::damaged, part.writes_end, part.odd_padding};
}

void for_each_rocks_write(std::string_view bytes, const std::function<void(std::string_view)>& f) {
  std::string write;
  walk_fragments(bytes, [&](std::string_view payload, bool is_last) {
    write.append(payload);
    if (!is_last) return;
    f(write);
    write.clear();
  });
}

std::vector<std::uint64_t> rocks_log_numbers(const std::vector<std::string>& names) {
  std::vector<std::uint64_t> numbers;
  for (std::string_view name : names) {
    if (!name.ends_with(".log")) continue;
    name.remove_suffix(4);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc() && end == name.data() + name.size()) numbers.push_back(number);
  }
  std::ranges::sort(numbers);
  return numbers;
}

std::string rocks_log_name(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(6 - std::min<std::size_t>(6, digits.size()), '0') + digits + ".log";
}

namespace {

Status damaged(const std::string& file, const std::string& why) {
  return {Code::corruption,
          "The data directory is damaged: " + file + ' ' + why + "; restore it from a copy."};
}

Status check_file(rocksdb::Env& env, const std::string& file, RocksLogEnd& end, bool& is_empty) {
  std::string bytes;
  rocksdb::Status status = rocksdb::ReadFileToString(&env, file, &bytes);
  if (!status.ok()) return {Code::io_error, file + " cannot be read: " + status.ToString() + '.'};
  end = check_rocks_log(bytes);
  is_empty = end.kind == RocksLogEnd::Kind::whole && end.good_bytes == 0;
  if (end.kind != RocksLogEnd::Kind::damaged) return {};
  return damaged(file, "is not what was written after byte " + std::to_string(end.good_bytes));
}

Status cut(const std::string& file, std::uint64_t bytes,
           const std::function<void(const std::string&)>& warn) {
  std::error_code error;  // not by an Env: RocksDB's cannot truncate
  std::filesystem::resize_file(file, bytes, error);
  if (error) return {Code::io_error, file + " cannot be cut: " + error.message() + '.'};
  warn(file + ": the last write, at byte " + std::to_string(bytes) +
       ", was torn by a crash before it was acknowledged; it was cut off.");
  return {};
}

// A write begins when the one before it is synced, in the next file as well: only the newest log
// with anything in it can end in a torn one.
Status check_write_ahead_logs(rocksdb::Env& env, const std::string& path,
                              const std::vector<std::uint64_t>& numbers,
                              const std::function<void(const std::string&)>& warn) {
  bool is_newest = true;
  for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
    const std::string file = path + '/' + rocks_log_name(*number);
    RocksLogEnd end;
    bool is_empty = false;
    Status status = check_file(env, file, end, is_empty);
    if (status.ok() && end.kind == RocksLogEnd::Kind::torn)
      status = is_newest
                   ? cut(file, end.good_bytes, warn)
                   : damaged(file, "is cut short after byte " + std::to_string(end.good_bytes) +
                                       ", though later writes are there");
    if (!status.ok()) return status;
    is_newest = is_newest && is_empty;
  }
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
  if (std::ranges::find(names, current) != names.end()) {
    RocksLogEnd end;
    bool is_empty = false;
    Status status = check_file(env, path + '/' + current, end, is_empty);
    if (!status.ok()) return status;
  }
  return check_write_ahead_logs(env, path, rocks_log_numbers(names), warn);
}

}  // namespace souk::store
