// Connections over TCP: the transport that nodes use.
//
// Threads of its own wait for sockets (one, unless told otherwise); actors are told things from
// them. Its bounds: see TcpOptions. Connections without traffic stay as they are, whatever becomes
// of the peer; who needs to know sends heartbeats.
//
// The actor system must outlive `stop`; connections may outlive both.
#pragma once

#include <memory>
#include <mutex>

#include "cluster/tcp_options.hpp"
#include "cluster/transport.hpp"

namespace souk::cluster {

class TcpContext;

class TcpTransport final : public Transport {
 public:
  explicit TcpTransport(const TcpOptions& options = {});
  ~TcpTransport() override { stop(); }
  TcpTransport(const TcpTransport&) = delete;
  TcpTransport& operator=(const TcpTransport&) = delete;

  // May be called several times, for several addresses. Fails with `invalid` if it is no IP
  // address, with `stopped` after `stop`.
  store::Result<Endpoint> listen(const Endpoint& at, caf::actor acceptor) override;
  // Only the first owner counts. Whoever comes after the connection has ended gets its Closed.
  void own(const ConnectionPtr& connection, caf::actor owner) override;
  void dial(const Endpoint& to, Duration time_max, caf::actor owner,
            std::uint64_t attempt) override;
  // Everything that is called afterwards does nothing.
  void stop() override;

 private:
  std::shared_ptr<TcpContext> context() const;

  mutable std::mutex mutex_;
  std::shared_ptr<TcpContext> context_;  // null after `stop`
};

}  // namespace souk::cluster
