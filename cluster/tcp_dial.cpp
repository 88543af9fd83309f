#include "cluster/tcp_dial.hpp"

#include <fmt/format.h>

namespace souk::cluster {

TcpDial::TcpDial(std::shared_ptr<TcpContext> context, std::shared_ptr<TcpLoop> loop, Endpoint to,
                 caf::actor owner, std::uint64_t attempt)
    : context_(std::move(context)),
      loop_(std::move(loop)),
      to_(std::move(to)),
      attempt_(attempt),
      owner_(std::move(owner)),
      socket_(loop_->io()),
      timer_(loop_->io()) {}

void TcpDial::start(Duration time_max) {
  const auto self = shared_from_this();
  loop_->add(self);
  if (!owner_) return;  // the loop is ending
  asio::error_code error;
  const auto address = asio::ip::make_address(to_.address, error);
  if (error) return give_up(fmt::format("'{}' is not an IP address", to_.address));
  timer_.expires_after(to_chrono(time_max));
  timer_.async_wait([self, time_max](const asio::error_code& cancelled) {
    if (!cancelled)
      self->give_up(fmt::format("no answer from {} within {} ms", to_string(self->to_),
                                time_max.micros / 1000));
  });
  socket_.async_connect({address, to_.port}, [self](const asio::error_code& failed) {
    if (failed) return self->give_up(to_string(self->to_) + ": " + failed.message());
    self->connected();
  });
}

void TcpDial::connected() {
  asio::error_code error;
  const Tcp::endpoint peer = socket_.remote_endpoint(error);
  if (error) return give_up(to_string(to_) + ": " + error.message());
  // Dialling a port of the system's own range on the own machine, where nobody listens, may get
  // that very port to dial from: TCP then connects the socket with itself.
  if (peer == socket_.local_endpoint(error))
    return give_up(to_string(to_) + ": " +
                   asio::error_code(asio::error::connection_refused).message());
  const caf::actor owner = owner_;
  if (!leave()) return;
  const auto connection = context_->connection(loop_, std::move(socket_), peer);
  loop_->add(connection);
  caf::anon_send(owner, Dialled{attempt_, connection, {}});
  connection->own(owner);
}

void TcpDial::give_up(const std::string& why) {
  const caf::actor owner = owner_;
  if (!leave()) return;
  asio::error_code ignored;
  socket_.close(ignored);
  if (!loop_->hushed()) caf::anon_send(owner, Dialled{attempt_, nullptr, why});
}

// Once: false if it has been told before.
bool TcpDial::leave() {
  if (!std::exchange(owner_, {})) return false;
  timer_.cancel();
  loop_->remove(this);
  return true;
}

void TcpDial::end() {
  if (!leave()) return;
  asio::error_code ignored;
  socket_.close(ignored);
}

}  // namespace souk::cluster
