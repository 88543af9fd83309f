// Which path and method lead to which handler.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "node/gateway/handlers.hpp"

namespace souk::gateway {

// One path. `{id}` stands for one segment, at most once. A null handler: the method is not allowed.
struct Route {
  std::string_view pattern;
  Handler get = nullptr;  // HEAD as well
  Handler post = nullptr;
  Handler put = nullptr;
  std::span<const std::string_view> post_parameters;  // the query's, of a POST; others take none
  bool asks = true;  // false: answered at once and by itself, even when the node is full
};

// All of them.
std::span<const Route> routes();

inline constexpr std::array<std::string_view, 1> kOrderParameters = {"wait_ms"};

// Checks the request's frame (path, method, parameters, size, type) and runs its handler; answers
// by itself whatever is wrong. Never throws. Runs on the server's thread.
void dispatch(const Exchange::Ptr& exchange) noexcept;

}  // namespace souk::gateway
