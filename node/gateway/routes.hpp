// Which path and method lead to which handler.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "node/gateway/freshness.hpp"
#include "node/gateway/handlers.hpp"

namespace souk::gateway {

// One path. `{name}` stands for one segment, an id; at most kPathIdsMax times. A null handler: the
// method is not allowed.
struct Route {
  std::string_view pattern;
  Handler get = nullptr;  // HEAD as well
  Handler post = nullptr;
  Handler put = nullptr;
  const Listing* list = nullptr;                      // instead of `get`: a page of this
  std::span<const std::string_view> get_parameters;   // the query's; a list has its own
  std::span<const std::string_view> post_parameters;  // others take none
  bool asks = true;         // false: answered at once and by itself, even when the node is full
  bool post_reads = false;  // the POST changes nothing, and goes on while the node drains
};

// All of them.
std::span<const Route> routes();

inline constexpr std::array<std::string_view, 1> kOrderParameters = {"wait_ms"};
inline constexpr std::array<std::string_view, 7> kBestSellersParameters = {
    "days", "until", "by", "currency", "limit", kFreshnessParameters[0], kFreshnessParameters[1]};
inline constexpr std::array<std::string_view, 3> kBatchesParameters = {"from", "bytes_max",
                                                                       "wait_ms"};
inline constexpr std::array<std::string_view, 1> kNextBatchParameters = {"after"};

// Checks the request's frame (path, method, parameters, size, type) and runs its handler; answers
// by itself whatever is wrong. Never throws. Runs on the server's thread.
void dispatch(const Exchange::Ptr& exchange) noexcept;

}  // namespace souk::gateway
