// A look at RocksDB's own logs (its write-ahead logs and its manifest) before it opens them.
//
// RocksDB takes any record that reaches beyond the end of the file for one that a crash cut short,
// and forgets it and what follows. A flipped bit in a length does that to records that were synced
// long ago. And the other way round: a crash that kept a later sector of the last write but not an
// earlier one looks to it like damage, and it refuses to open. This tells the two apart: souk syncs
// each write before it begins the next, so only the last one in a file can be torn.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "store/status.hpp"

namespace rocksdb {
class Env;
}

namespace souk::store {

struct RocksLogEnd {
  enum class Kind {
    whole,    // every record is what was written
    torn,     // the last write is incomplete: cut short, or with sectors that were never written
    damaged,  // anything else that is not whole
  };
  Kind kind = Kind::whole;
  std::uint64_t good_bytes = 0;   // up to the end of the last whole write
  std::uint64_t odd_padding = 0;  // where a byte that only fills up a block has changed; 0: nowhere
  bool operator==(const RocksLogEnd&) const = default;
};

// Checks the bytes of a file in RocksDB's log format (blocks of 32 KiB, records of type full,
// first, middle and last with a masked CRC-32C each; see "Write Ahead Log File Format" in RocksDB's
// wiki).
RocksLogEnd check_rocks_log(std::string_view bytes);

// Calls `f` for each whole write in the bytes of such a file, in order, up to the first that is
// not.
void for_each_rocks_write(std::string_view bytes, const std::function<void(std::string_view)>& f);

// The numbers of a database's write-ahead logs, lowest first, among the names of its files.
std::vector<std::uint64_t> rocks_log_numbers(const std::vector<std::string>& names);
std::string rocks_log_name(std::uint64_t number);

// Checks the files of the database in `path`, which nobody may have open. Cuts a torn last write
// off the newest write-ahead log that has any, and tells `warn` in one sentence; anything that is
// damaged is corruption.
// Ok if there is no database.
Status check_rocks_files(rocksdb::Env& env, const std::string& path,
                         const std::function<void(const std::string&)>& warn);

}  // namespace souk::store
