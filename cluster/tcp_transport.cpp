#include "cluster/tcp_transport.hpp"

#include "cluster/tcp_context.hpp"
#include "cluster/tcp_dial.hpp"
#include "cluster/tcp_listener.hpp"

namespace souk::cluster {

TcpTransport::TcpTransport(const TcpOptions& options)
    : context_(std::make_shared<TcpContext>(options)) {}

std::shared_ptr<TcpContext> TcpTransport::context() const {
  std::lock_guard lock(mutex_);
  return context_;
}

store::Result<Endpoint> TcpTransport::listen(const Endpoint& at, caf::actor acceptor) {
  const auto context = this->context();
  if (!context) return store::Status{store::Code::stopped, "the transport has stopped"};
  const auto& loop = context->loops().front();
  const auto listener = std::make_shared<TcpListener>(context, loop, std::move(acceptor));
  auto endpoint = listener->open(at);
  if (endpoint.ok() && !loop->post([listener] { listener->start(); }))
    return store::Status{store::Code::stopped, "the transport has stopped"};
  return endpoint;
}

void TcpTransport::own(const ConnectionPtr& connection, caf::actor owner) {
  if (const auto tcp = std::dynamic_pointer_cast<TcpConnection>(connection)) tcp->own(owner);
}

void TcpTransport::dial(const Endpoint& to, Duration time_max, caf::actor owner,
                        std::uint64_t attempt) {
  const auto context = this->context();
  if (!context) return;
  const auto& loop = context->next_loop();
  const auto dial = std::make_shared<TcpDial>(context, loop, to, std::move(owner), attempt);
  loop->post([dial, time_max] { dial->start(time_max); });
}

void TcpTransport::stop() {
  std::unique_lock lock(mutex_);
  const auto context = std::exchange(context_, nullptr);
  lock.unlock();
  if (!context) return;
  for (const auto& loop : context->loops()) loop->hush();
  for (const auto& loop : context->loops()) loop->stop();
}

}  // namespace souk::cluster
