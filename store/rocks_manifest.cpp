#include "store/rocks_manifest.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "store/bytes.hpp"
#include "store/rocks_files.hpp"

namespace souk::store {
namespace {

// RocksDB's: what comes next in an edit.
enum Tag : std::uint64_t {
  kComparator = 1,
  kLogNumber = 2,
  kNextFileNumber = 3,
  kLastSequence = 4,
  kCompactCursor = 5,
  kDeletedFile = 6,
  kPrevLogNumber = 9,
  kMinLogNumberToKeep = 10,
  kNewFile4 = 103,
  kColumnFamily = 200,
  kColumnFamilyAdd = 201,
  kMaxColumnFamily = 203,
  kInAtomicGroup = 300,
  kMayBeIgnored = 1 << 13,  // this bit: what follows is bytes that an older reader skips
};

// What comes next in the description of a new file.
enum FileTag : std::uint64_t {
  kEnd = 1,
  kFileChecksum = 7,
  kFileChecksumName = 8,
  kMustBeKnown = 1 << 6,  // this bit: an older reader must not skip it
};

// Reads edits, one after the other, and keeps what they make.
class Edits {
 public:
  // False: it has something in it that this does not know.
  bool apply(std::string_view edit) {
    Reader in(edit);
    while (in.ok() && in.left() > 0)
      if (!apply_next(in)) return false;
    return in.ok();
  }

  const RocksTables& tables() const { return tables_; }

 private:
  bool apply_next(Reader& in) {
    const std::uint64_t tag = in.take_varint();
    switch (tag) {
      case kLogNumber:
      case kNextFileNumber:
      case kLastSequence:
      case kPrevLogNumber:
      case kMinLogNumberToKeep:
      case kColumnFamily:  // files' numbers are the whole database's
      case kMaxColumnFamily:
      case kInAtomicGroup: in.take_varint(); return true;
      case kComparator:
      case kColumnFamilyAdd: in.take_bytes(); return true;
      case kCompactCursor:
        in.take_varint();
        in.take_bytes();
        return true;
      case kDeletedFile:
        in.take_varint();  // level
        tables_.erase(in.take_varint());
        return true;
      case kNewFile4: return add_file(in);
      default: in.take_bytes(); return (tag & kMayBeIgnored) != 0;
    }
  }

  bool add_file(Reader& in) {
    in.take_varint();  // level
    const std::uint64_t number = in.take_varint();
    RocksTable table;
    table.bytes = in.take_varint();
    in.take_bytes();  // smallest key
    in.take_bytes();  // largest key
    in.take_varint();
    in.take_varint();  // their sequence numbers
    for (std::uint64_t tag = in.take_varint(); tag != kEnd; tag = in.take_varint()) {
      const std::string_view field = in.take_bytes();
      if (!in.ok() || (tag & kMustBeKnown) != 0) return false;
      if (tag == kFileChecksum) table.checksum = field;
      if (tag == kFileChecksumName) table.checksum_name = field;
    }
    tables_.insert_or_assign(number, std::move(table));
    return in.ok();
  }

  RocksTables tables_;
};

}  // namespace

Result<RocksTables> tables_of_manifest(std::string_view manifest) {
  Edits edits;
  bool known = true;
  for_each_rocks_write(manifest,
                       [&](std::string_view edit) { known = known && edits.apply(edit); });
  if (!known)
    return Status(
        Code::newer_format,
        "RocksDB's manifest says something that this souk does not know; use a newer one.");
  return edits.tables();
}

std::string rocks_table_name(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(6 - std::min<std::size_t>(6, digits.size()), '0') + digits + ".sst";
}

}  // namespace souk::store
