// What can be wrong with each kind of a database's files. The parts of rocks_check.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/open_file.hpp"
#include "store/rocks_check.hpp"
#include "store/rocks_manifest.hpp"

namespace souk::store {

// `what` without its end, which says what to do.
FileFinding damage(std::string file, std::optional<std::uint64_t> byte, const std::string& what);
FileFinding unreadable(std::string file, const Status& status);

std::optional<FileFinding> check_manifest_bytes(const std::string& name, std::string_view bytes);

// `is_newest`: nothing was written to a later log.
std::optional<FileFinding> check_write_ahead_log_bytes(const std::string& name,
                                                       std::string_view bytes, bool is_newest);

// Compares the file with what the manifest says of it. Looks for the block that is damaged by the
// file's name in `directory`.
std::optional<FileFinding> check_table(const std::string& directory, const std::string& name,
                                       const OpenFile& file, const RocksTable& table,
                                       const RocksCheck::Progress& progress);

}  // namespace souk::store
