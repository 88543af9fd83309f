// The saved form of what is derived from the log or describes it: heads, snapshots, identity and
// counters. FORMAT.md describes every byte. Every value is sealed under its key (seal.hpp); a parse
// that fails means corruption of that key, which the caller names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/log.hpp"

namespace souk::store {

std::string encode_head(std::string_view key, const Head& head);
std::optional<Head> parse_head(std::string_view key, std::string_view value);

std::string encode_snapshot(std::string_view key, const Snapshot& snapshot);
std::optional<Snapshot> parse_snapshot(std::string_view key, std::string_view value);

// For heads_through and group.
std::string encode_counter(std::string_view key, std::uint64_t counter);
std::optional<std::uint64_t> parse_counter(std::string_view key, std::string_view value);

// A note is its bytes, after the seal.
std::string encode_note(std::string_view key, std::string_view bytes);
std::optional<std::string> parse_note(std::string_view key, std::string_view value);

struct SavedIdentity {
  std::uint32_t format_version = 0;
  Identity identity;  // empty if the format is another one than kFormatVersion
};
std::string encode_identity(std::string_view key, const Identity& identity);
std::optional<SavedIdentity> parse_identity(std::string_view key, std::string_view value);

// The identity of a directory; nothing if it has none yet. Fails with newer_format, older_format,
// corruption, io_error.
Result<std::optional<Identity>> read_identity(const Kv& kv);

}  // namespace souk::store
