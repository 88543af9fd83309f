// Somebody who waits for an answer, and gets exactly one.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "actors/read_models/info.hpp"
#include "events/positions.hpp"
#include "events/sql_rows.hpp"
#include "store/status.hpp"

namespace souk::core {

// What is answered for an actor that has ended.
template <class T>
T answer_of_the_dead() {
  return T{};
}
template <>
inline store::Status answer_of_the_dead() {
  return {store::Code::stopped, "The node is stopping."};
}
template <>
inline store::Result<SqlRows> answer_of_the_dead() {
  return answer_of_the_dead<store::Status>();
}
template <>
inline read_models::Info answer_of_the_dead() {
  read_models::Info info;
  info.state = read_models::State::failed;
  info.detail = "The node is stopping.";
  return info;
}

// Copies share the one answer, as messages are copied. If the last copy goes and nobody has
// answered (an actor ended before it came to the message, or was sent one after), the destructor
// does, on whichever thread that is. The function must not block or throw.
template <class... Args>
class Reply {
 public:
  Reply() = default;
  template <class F>
  requires(!std::same_as<std::remove_cvref_t<F>, Reply> && std::invocable<F&, Args...>)
      Reply(F give)
      : once_(std::make_shared<Once>()) {  // NOLINT: implicit
    once_->give = std::move(give);
  }

  void operator()(Args... args) const {
    if (auto give = std::exchange(once_->give, nullptr)) give(std::forward<Args>(args)...);
  }

 private:
  struct Once {
    Once() = default;
    Once(const Once&) = delete;
    ~Once() {
      if (give) give(answer_of_the_dead<std::remove_cvref_t<Args>>()...);
    }
    std::function<void(Args...)> give;
  };
  std::shared_ptr<Once> once_;
};

}  // namespace souk::core
