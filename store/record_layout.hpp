// Where the numbers of fixed size stand in a record's bytes (FORMAT.md, "A record"), for those who
// look at one number without parsing the rest.
#pragma once

#include <cstddef>

namespace souk::store {

inline constexpr std::size_t kPreviousAt = 0;  // u64
inline constexpr std::size_t kSequenceAt = 8;  // u64
inline constexpr std::size_t kFlagsAt = 48;    // u8
inline constexpr std::size_t kRecordHeaderBytes = 52;

}  // namespace souk::store
