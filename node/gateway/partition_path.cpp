#include "node/gateway/partition_path.hpp"

#include <charconv>

#include "node/gateway/problem.hpp"

namespace souk::gateway {

PartitionId read_partition(const Exchange& exchange, std::string_view listed_at) {
  const auto service = parse_service(exchange.id(0));
  const std::string& text = exchange.id(1);
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (service && error == std::errc{} && end == text.data() + text.size())
    return {*service, number};
  throw Problem{.status = 400,
                .code = "invalid_partition",
                .detail = "There is no partition " + exchange.id(0) + "/" + text +
                          "; write a service and a number, such as order/3, as GET " +
                          std::string(listed_at) + " lists them."};
}

}  // namespace souk::gateway
