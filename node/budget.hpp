// A bound on what is under way at once: bytes, requests.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace souk::node {

// Thread-safe. Lives as long as the last share of it.
class Budget : public std::enable_shared_from_this<Budget> {
 public:
  explicit Budget(std::int64_t max) : max_(max) {}

  // A part of the budget, given back when it goes. One thread at a time.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept
        : of_(std::move(other.of_)), amount_(std::exchange(other.amount_, 0)) {}
    Share& operator=(Share&& other) noexcept {
      give_back();
      of_ = std::move(other.of_);
      amount_ = std::exchange(other.amount_, 0);
      return *this;
    }
    ~Share() { give_back(); }

    explicit operator bool() const { return of_ != nullptr; }

    void give_back() {
      if (of_) of_->used_ -= std::exchange(amount_, 0);
    }

   private:
    friend class Budget;
    Share(std::shared_ptr<Budget> of, std::int64_t amount) : of_(std::move(of)), amount_(amount) {}
    std::shared_ptr<Budget> of_;
    std::int64_t amount_ = 0;
  };

  // A share of this size; an empty one (false) if there is not so much left.
  Share take(std::int64_t amount) {
    if (used_.fetch_add(amount) + amount > max_) {
      used_ -= amount;
      return {};
    }
    return {shared_from_this(), amount};
  }

  // A share of something that is there already, even if it is more than what is left.
  Share take_anyway(std::int64_t amount) {
    used_ += amount;
    return {shared_from_this(), amount};
  }
  bool is_used_up() const { return used_ >= max_; }

 private:
  const std::int64_t max_;
  std::atomic<std::int64_t> used_{0};
};

}  // namespace souk::node
