// Inputs for the log's target: what lies in the database, as one string. The corpus is made with
// it, too.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/bytes.hpp"
#include "store/log.hpp"
#include "store/memory_kv.hpp"

namespace souk::fuzz {

// An input's first byte. Of a lower-case one the checksums are the input's; of an upper-case one
// the target puts right ones in, so that what is behind them is reached.
enum class LogInput : std::uint8_t {
  record = 'r',        // | a record's bytes
  batch = 'b',         // | u64 offset in the key | a batch's value
  sealed_batch = 'B',  // | a batch's value
  log = 'l',           // | entries
  sealed_log = 'L',    // | entries
};

// An entry: u8 column | u8 size | the key | u16 size | the value.
inline void put_entry(std::string& out, store::Column column, std::string_view key,
                      std::string_view value) {
  store::put(out, static_cast<std::uint8_t>(column));
  store::put(out, static_cast<std::uint8_t>(key.size()));
  out += key;
  store::put(out, static_cast<std::uint16_t>(value.size()));
  out += value;
}

inline std::string input_of(LogInput kind, const store::MemoryDisk& disk) {
  std::string out(1, static_cast<char>(kind));
  for (int column = 0; column < store::kColumnCount; ++column)
    for (const auto& [key, value] : disk.contents(static_cast<store::Column>(column)))
      put_entry(out, static_cast<store::Column>(column), key, value);
  return out;
}

// Whose logs they are.
inline store::Identity log_identity() {
  return {"fuzz", {{Service::order, 1}, {Service::stock, 2}}};
}

}  // namespace souk::fuzz
