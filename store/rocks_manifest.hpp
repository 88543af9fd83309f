// What a RocksDB manifest says that the database consists of, read without RocksDB: so that a file
// can be named that keeps it from opening.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "store/status.hpp"

namespace souk::store {

struct RocksTable {
  std::uint64_t bytes = 0;
  std::string checksum;       // of the whole file; empty: none was written down
  std::string checksum_name;  // how it is made: "FileChecksumCrc32c"
  bool operator==(const RocksTable&) const = default;
};

// The tables by the numbers in their names.
using RocksTables = std::map<std::uint64_t, RocksTable>;

// The tables at the end of the manifest's whole writes (rocks_files.hpp; the format of a write is
// RocksDB's VersionEdit). Fails with newer_format if it says something that this does not know.
Result<RocksTables> tables_of_manifest(std::string_view manifest);

std::string rocks_table_name(std::uint64_t number);

}  // namespace souk::store
