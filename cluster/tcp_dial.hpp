// One attempt to connect. Part of the TCP transport.
#pragma once

#include <memory>
#include <string>

#include "cluster/tcp_context.hpp"
#include "cluster/tcp_loop.hpp"
#include "cluster/transport.hpp"

namespace souk::cluster {

// Lives on its loop's thread from `start` on, until it has told the owner how it ended.
class TcpDial final : public TcpLoop::Part, public std::enable_shared_from_this<TcpDial> {
 public:
  TcpDial(std::shared_ptr<TcpContext> context, std::shared_ptr<TcpLoop> loop, Endpoint to,
          caf::actor owner, std::uint64_t attempt);

  void start(Duration time_max);
  void end() override;

 private:
  void connected();
  void give_up(const std::string& why);
  bool leave();

  const std::shared_ptr<TcpContext> context_;
  const std::shared_ptr<TcpLoop> loop_;
  const Endpoint to_;
  const std::uint64_t attempt_;
  caf::actor owner_;  // null: it has been told
  Tcp::socket socket_;
  asio::steady_timer timer_;
};

}  // namespace souk::cluster
