// A listening socket. Part of the TCP transport.
#pragma once

#include <memory>
#include <optional>

#include "cluster/tcp_context.hpp"
#include "cluster/tcp_loop.hpp"
#include "cluster/transport.hpp"

namespace souk::cluster {

// Lives on its loop's thread from `start` on, until the loop stops.
class TcpListener final : public TcpLoop::Part, public std::enable_shared_from_this<TcpListener> {
 public:
  TcpListener(std::shared_ptr<TcpContext> context, std::shared_ptr<TcpLoop> loop,
              caf::actor acceptor);

  // Before `start`, on any thread. See Transport::listen.
  store::Result<Endpoint> open(const Endpoint& at);

  void start();
  void end() override;

 private:
  void accept();
  void accepted(const asio::error_code& error, Tcp::socket socket, std::shared_ptr<TcpLoop> loop);
  void take(Tcp::socket socket, std::shared_ptr<TcpLoop> loop);
  void turned_away();
  void pause(const asio::error_code& why);

  const std::shared_ptr<TcpContext> context_;
  const std::shared_ptr<TcpLoop> loop_;
  caf::actor to_;  // null: ended
  Tcp::acceptor socket_;
  asio::steady_timer retry_;
  std::chrono::steady_clock::time_point quiet_until_;  // before it nothing is logged again
};

}  // namespace souk::cluster
