// One thread that waits for sockets, and what lives on it. Part of the TCP transport.
//
// Everything that has a socket is a Part: it belongs to one loop, is touched on that loop's thread
// only, and is ended by it at the latest when the loop stops. A part keeps its loop alive, and the
// loop its parts; stopping takes that circle apart.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>

#include "cluster/tcp_asio.hpp"
#include "events/ids.hpp"

namespace souk::cluster {

using Tcp = asio::ip::tcp;

inline std::chrono::microseconds to_chrono(Duration d) {
  return std::chrono::microseconds(d.micros);
}

class TcpLoop {
 public:
  class Part {
   public:
    virtual ~Part() = default;
    // The loop stops: close every socket and timer now, and tell nobody. On the loop's thread.
    virtual void end() = 0;
  };

  explicit TcpLoop(const std::string& thread_name);
  ~TcpLoop() { stop(); }
  TcpLoop(const TcpLoop&) = delete;
  TcpLoop& operator=(const TcpLoop&) = delete;

  asio::io_context& io() { return io_; }

  // Runs `f` on the loop's thread, after what the same thread posted before. False, and `f` never
  // runs, once the loop is being stopped: after that nobody can hang anything on it any more. Any
  // thread.
  template <class F>
  bool post(F f) {
    std::lock_guard lock(mutex_);
    if (stopping_) return false;
    asio::post(io_, std::move(f));
    return true;
  }

  // Refuses to run anything more, and nobody is told anything from now on. Any thread.
  void hush();
  bool hushed() const { return stopping_; }

  // On the loop's thread. A part that comes while the loop ends is ended at once.
  void add(std::shared_ptr<Part> part);
  void remove(const Part* part) { parts_.erase(part); }

  // Ends all parts, and returns when the thread has. A transport hushes all of its loops before it
  // stops the first, so that none tells what the end of another did to it. Not from the loop's own
  // thread, and not from two at a time.
  void stop();

 private:
  void end_parts();

  asio::io_context io_{1};  // run by one thread
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  std::mutex mutex_;
  std::atomic<bool> stopping_ = false;  // set under mutex_
  bool ending_ = false;                 // of the loop's thread
  std::unordered_map<const Part*, std::shared_ptr<Part>> parts_;
  std::thread thread_;
};

}  // namespace souk::cluster
