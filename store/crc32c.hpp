// CRC-32C (Castagnoli; RFC 3720, appendix B.4), which RocksDB's logs carry. Eight bytes a step
// ("slicing by 8": Kounavis and Berry, 2005).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "store/bytes.hpp"

namespace souk::store {

namespace crc32c_tables {

using Table = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Table make() {
  Table table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78u : 0u);
    table[0][i] = crc;
  }
  for (std::size_t k = 1; k < 8; ++k)
    for (std::size_t i = 0; i < 256; ++i)
      table[k][i] = (table[k - 1][i] >> 8) ^ table[0][table[k - 1][i] & 0xff];
  return table;
}

inline constexpr Table kTable = make();

}  // namespace crc32c_tables

inline std::uint32_t crc32c(std::string_view bytes) {
  const auto& t = crc32c_tables::kTable;
  std::uint32_t crc = 0xffffffffu;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    const std::uint64_t x = load<std::uint64_t>(bytes.data()) ^ crc;
    crc = t[7][x & 0xff] ^ t[6][x >> 8 & 0xff] ^ t[5][x >> 16 & 0xff] ^ t[4][x >> 24 & 0xff] ^
          t[3][x >> 32 & 0xff] ^ t[2][x >> 40 & 0xff] ^ t[1][x >> 48 & 0xff] ^ t[0][x >> 56];
  }
  for (char c : bytes) crc = (crc >> 8) ^ t[0][(crc ^ static_cast<std::uint8_t>(c)) & 0xff];
  return ~crc;
}

}  // namespace souk::store
