#include "node/gateway/exchange.hpp"

#include <atomic>
#include <random>

namespace souk::gateway {
namespace {

bool lower_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool all_zero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace

std::string fresh_correlation_id() {
  static const std::uint32_t process = std::random_device{}();
  static std::atomic<std::uint64_t> count{0};
  return "request-" + std::to_string(process) + "-" + std::to_string(++count);
}

bool valid_traceparent(std::string_view text) {
  constexpr std::size_t kSize = 2 + 1 + 32 + 1 + 16 + 1 + 2;
  if (text.size() < kSize || text.size() > 256) return false;
  const std::string_view version = text.substr(0, 2);
  const std::string_view trace = text.substr(3, 32);
  const std::string_view parent = text.substr(36, 16);
  if (text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  if (!lower_hex(version) || !lower_hex(trace) || !lower_hex(parent) || version == "ff")
    return false;
  if (!lower_hex(text.substr(53, 2)) || all_zero(trace) || all_zero(parent)) return false;
  if (text.size() == kSize) return true;
  if (version == "00" || text[kSize] != '-') return false;
  return text.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
}

}  // namespace souk::gateway
