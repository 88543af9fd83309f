// IP addresses with ports, as people write them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace souk::cluster {

struct Address {
  std::string ip;          // "127.0.0.1", "::1": as inet_ntop writes it
  std::uint16_t port = 0;  // 0: any free one
  auto operator<=>(const Address&) const = default;
  bool operator==(const Address&) const = default;
};
std::string to_string(const Address& address);  // "127.0.0.1:7400", "[::1]:7400"

// Reads "IP:PORT" or "[IP]:PORT" ("localhost" counts as 127.0.0.1) into `address`. Empty, or a
// clause that says what is wrong; `address` is then unchanged.
std::string parse_address(std::string_view text, Address& address);

bool is_wildcard(const Address& address);  // 0.0.0.0 or ::
bool is_loopback(const Address& address);  // 127.x.x.x or ::1

}  // namespace souk::cluster
