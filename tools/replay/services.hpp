// From a service's number to its aggregate's type.
#pragma once

#include <cstdlib>
#include <type_traits>
#include <utility>

#include "actors/campaign/campaign.hpp"
#include "actors/checkout/checkout.hpp"
#include "actors/coupon/coupon.hpp"
#include "actors/order/order.hpp"
#include "actors/stock/stock.hpp"
#include "actors/wallet/wallet.hpp"
#include "events/service.hpp"

namespace souk::replay {

template <class T>
struct Type {
  using type = T;
};

// Calls `f(Type<A>())` for the service's aggregate A; `otherwise` is the result if souk has no such
// service.
template <class F, class Result = std::invoke_result_t<F, Type<Stock>>>
Result for_service(Service service, F&& f, Result otherwise) {
  switch (service) {
    case Service::order: return f(Type<Order>());
    case Service::stock: return f(Type<Stock>());
    case Service::wallet: return f(Type<Wallet>());
    case Service::coupon: return f(Type<Coupon>());
    case Service::campaign: return f(Type<Campaign>());
    case Service::checkout: return f(Type<Checkout>());
  }
  return otherwise;
}

}  // namespace souk::replay
