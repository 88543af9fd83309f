#include "cluster/tcp_loop.hpp"

#include <pthread.h>

namespace souk::cluster {

TcpLoop::TcpLoop(const std::string& thread_name) : thread_([this] { io_.run(); }) {
  pthread_setname_np(thread_.native_handle(), thread_name.c_str());  // at most 15 characters
}

void TcpLoop::add(std::shared_ptr<Part> part) {
  if (ending_) return part->end();
  const Part* key = part.get();
  parts_.emplace(key, std::move(part));
}

void TcpLoop::hush() {
  std::lock_guard lock(mutex_);
  stopping_ = true;
}

void TcpLoop::stop() {
  if (!thread_.joinable()) return;
  hush();
  asio::post(io_, [this] { end_parts(); });
  work_.reset();
  thread_.join();  // when the last handler has run
}

void TcpLoop::end_parts() {
  ending_ = true;
  for (auto& [key, part] : std::exchange(parts_, {})) part->end();
}

}  // namespace souk::cluster
