// Which file readers open now. The projector sets it, readers and the gateway look.
#pragma once

#include <mutex>
#include <string>

namespace souk::core {

// Thread-safe.
class Serving {
 public:
  // Empty: there is nothing to read, for the reason that `why_not` says in one sentence.
  void set(std::string file, std::string why_not) {
    std::lock_guard lock(mutex_);
    file_ = std::move(file);
    why_not_ = std::move(why_not);
  }
  std::string file() const {
    std::lock_guard lock(mutex_);
    return file_;
  }
  std::string why_not() const {
    std::lock_guard lock(mutex_);
    return why_not_;
  }

 private:
  mutable std::mutex mutex_;
  std::string file_;
  std::string why_not_ = "The read models are being opened; try again shortly.";
};

}  // namespace souk::core
