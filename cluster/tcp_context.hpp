// What all parts of one TCP transport share.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "cluster/tcp_connection.hpp"
#include "cluster/tcp_loop.hpp"
#include "cluster/tcp_options.hpp"

namespace souk::cluster {

// Thread-safe.
class TcpContext : public std::enable_shared_from_this<TcpContext> {
 public:
  explicit TcpContext(const TcpOptions& options) : options(options) {
    for (std::size_t i = 0; i < std::max<std::size_t>(1, options.threads); ++i)
      loops_.push_back(std::make_shared<TcpLoop>("souk-net-" + std::to_string(i)));
  }

  const TcpOptions options;

  const std::vector<std::shared_ptr<TcpLoop>>& loops() const { return loops_; }
  // Where the next socket shall live: each in turn.
  const std::shared_ptr<TcpLoop>& next_loop() { return loops_[turn_++ % loops_.size()]; }

  // Makes a connection of a connected socket of `loop`; `slot` is let go when it ends.
  std::shared_ptr<TcpConnection> connection(std::shared_ptr<TcpLoop> loop, Tcp::socket socket,
                                            const Tcp::endpoint& peer,
                                            std::shared_ptr<void> slot = nullptr) {
    return std::make_shared<TcpConnection>(std::move(loop), std::move(socket), peer, ++last_id_,
                                           options.unread_bytes_max, std::move(slot));
  }

  // The right to one more accepted connection, given back by letting go of it; null if there are
  // too many.
  std::shared_ptr<void> accepted_slot() {
    if (++accepted_ > options.accepted_max) {
      --accepted_;
      return nullptr;
    }
    return {this, [self = shared_from_this()](void*) { --self->accepted_; }};
  }

 private:
  std::vector<std::shared_ptr<TcpLoop>> loops_;
  std::atomic<std::size_t> turn_ = 0;
  std::atomic<std::uint64_t> last_id_ = 0;
  std::atomic<std::size_t> accepted_ = 0;
};

}  // namespace souk::cluster
