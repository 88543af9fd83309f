#include "cluster/config_address.hpp"

#include <arpa/inet.h>
#include <charconv>

namespace souk::cluster {
namespace {

// The address as inet_ntop writes it, so that two spellings compare equal; empty if it is none.
std::string canonical_ip(const std::string& text) {
  char bytes[sizeof(in6_addr)];
  char canonical[INET6_ADDRSTRLEN];
  for (const int family : {AF_INET, AF_INET6})
    if (inet_pton(family, text.c_str(), bytes) == 1)
      return inet_ntop(family, bytes, canonical, sizeof canonical);
  return {};
}

}  // namespace

std::string to_string(const Address& address) {
  const bool is_v6 = address.ip.find(':') != std::string::npos;
  return (is_v6 ? '[' + address.ip + ']' : address.ip) + ':' + std::to_string(address.port);
}

std::string parse_address(std::string_view text, Address& address) {
  const std::string quoted = '"' + std::string(text) + '"';
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return quoted + " is not IP:PORT";
  std::string_view ip = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size())
    return '"' + std::string(digits) + "\" is not a port between 0 and 65535";
  const bool in_brackets = ip.size() > 2 && ip.front() == '[' && ip.back() == ']';
  if (in_brackets) ip = ip.substr(1, ip.size() - 2);
  if (!in_brackets && ip.find(':') != std::string_view::npos)
    return quoted + " has an IPv6 address without brackets";
  std::string canonical = canonical_ip(ip == "localhost" ? "127.0.0.1" : std::string(ip));
  if (canonical.empty()) return '"' + std::string(ip) + "\" is not an IP address";
  address = {std::move(canonical), port};
  return {};
}

bool is_wildcard(const Address& address) { return address.ip == "0.0.0.0" || address.ip == "::"; }

bool is_loopback(const Address& address) {
  return address.ip.starts_with("127.") || address.ip == "::1";
}

}  // namespace souk::cluster
