// The services, with the numbers that stand in every key of the log.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace souk {

enum class Service : std::uint8_t {  // stored: never reuse
  order = 1,
  stock = 2,
  wallet = 3,
  coupon = 4,
  campaign = 5,
  checkout = 6,
};

inline constexpr std::array kServices = {Service::order,  Service::stock,    Service::wallet,
                                         Service::coupon, Service::campaign, Service::checkout};

constexpr std::string_view name_of(Service service) {
  switch (service) {
    case Service::order: return "order";
    case Service::stock: return "stock";
    case Service::wallet: return "wallet";
    case Service::coupon: return "coupon";
    case Service::campaign: return "campaign";
    case Service::checkout: return "checkout";
  }
  return "unknown";
}

// A partition: the unit of ownership, order and replication. A service has a fixed number of them.
struct PartitionId {
  Service service = Service::order;
  std::uint16_t number = 0;
  auto operator<=>(const PartitionId&) const = default;
  bool operator==(const PartitionId&) const = default;
};

}  // namespace souk
