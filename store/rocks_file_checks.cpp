#include "store/rocks_file_checks.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <rocksdb/file_checksum.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_reader.h>

#include "store/rocks_files.hpp"

namespace souk::store {
namespace {

constexpr std::size_t kPieceBytes = 1u << 20;

FileFinding note(std::string file, std::optional<std::uint64_t> byte, std::string what) {
  return {std::move(file), byte, std::move(what), false};
}

// Where RocksDB says that something is, in a message of its own: "... offset 4711 size ...".
std::optional<std::uint64_t> offset_in(const std::string& message) {
  constexpr std::string_view kWord = " offset ";
  const std::size_t at = message.rfind(kWord);
  if (at == std::string::npos) return std::nullopt;
  std::uint64_t offset = 0;
  const char* begin = message.data() + at + kWord.size();
  const auto [end, error] = std::from_chars(begin, message.data() + message.size(), offset);
  return error == std::errc() ? std::optional(offset) : std::nullopt;
}

// The first block of a table that is not what was written, if one is.
rocksdb::Status check_blocks(const std::string& path) {
  rocksdb::SstFileReader reader{rocksdb::Options()};
  rocksdb::Status status = reader.Open(path);
  return status.ok() ? reader.VerifyChecksum() : status;
}

// What is wrong with a log's bytes, but for a last write that is not finished.
std::optional<FileFinding> log_damage(const std::string& name, const RocksLogEnd& end) {
  if (end.kind == RocksLogEnd::Kind::damaged)
    return damage(name, end.good_bytes,
                  "it is not what was written from byte " + std::to_string(end.good_bytes) + " on");
  if (end.odd_padding != 0)
    return damage(name, end.odd_padding, "bytes have changed that only fill up a block");
  return std::nullopt;
}

}  // namespace

FileFinding damage(std::string file, std::optional<std::uint64_t> byte, const std::string& what) {
  return {std::move(file), byte, what + "; restore the data directory from a copy.", true};
}

FileFinding unreadable(std::string file, const Status& status) {
  std::string why = status.message();
  if (why.ends_with('.')) why.pop_back();
  return damage(std::move(file), {}, why);
}

std::optional<FileFinding> check_manifest_bytes(const std::string& name, std::string_view bytes) {
  const RocksLogEnd end = check_rocks_log(bytes);
  if (auto found = log_damage(name, end)) return found;
  if (end.kind == RocksLogEnd::Kind::whole) return std::nullopt;
  return note(
      name, end.good_bytes,
      "Its last write is not finished: a node is writing it just now, or was killed while it "
      "did; nothing is lost.");
}

// A write begins when the one before it is synced, also in the next log: only the newest log with
// anything in it can end in an unfinished one.
std::optional<FileFinding> check_write_ahead_log_bytes(const std::string& name,
                                                       std::string_view bytes, bool is_newest) {
  const RocksLogEnd end = check_rocks_log(bytes);
  if (auto found = log_damage(name, end)) return found;
  if (end.kind == RocksLogEnd::Kind::whole) return std::nullopt;
  if (!is_newest)
    return damage(name, end.good_bytes,
                  "it is cut short after byte " + std::to_string(end.good_bytes) +
                      ", though later writes are there");
  return note(name, end.good_bytes,
              "Its last write is not finished: a node is writing it just now, or was killed before "
              "anything in it was acknowledged; the next start cuts it off.");
}

std::optional<FileFinding> check_table(const std::string& directory, const std::string& name,
                                       const OpenFile& file, const RocksTable& table,
                                       const RocksCheck::Progress& progress) {
  auto generator = rocksdb::GetFileChecksumGenCrc32cFactory()->CreateFileChecksumGenerator({});
  std::string bytes;
  std::uint64_t at = 0;
  do {
    if (Status status = file.read(at, kPieceBytes, bytes); !status.ok())
      return unreadable(name, status);
    generator->Update(bytes.data(), bytes.size());
    at += bytes.size();
    if (!progress(bytes.size())) return std::nullopt;
  } while (bytes.size() == kPieceBytes);
  generator->Finalize();
  if (at != table.bytes)
    return damage(
        name, std::min(at, table.bytes),
        "it has " + std::to_string(at) + " bytes instead of " + std::to_string(table.bytes));
  const bool has_checksum = table.checksum_name == generator->Name();
  if (has_checksum && table.checksum == generator->GetChecksum()) return std::nullopt;
  const rocksdb::Status blocks = check_blocks(directory + '/' + name);
  if (!blocks.ok())
    return damage(name, offset_in(blocks.ToString()),
                  "it is not what was written (" + blocks.ToString() + ')');
  if (has_checksum)
    return damage(
        name, {},
        "it is not what was written: bytes have changed that belong to none of its blocks");
  return note(
      name, {},
      "It was written without a checksum of the whole file; its blocks are what was written.");
}

}  // namespace souk::store
