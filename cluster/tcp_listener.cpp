#include "cluster/tcp_listener.hpp"

#include <cerrno>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace souk::cluster {
namespace {

using store::Code;
using store::Status;

// How long to wait for file descriptors or memory to come back.
constexpr auto kRetry = std::chrono::milliseconds(100);
constexpr auto kQuiet = std::chrono::minutes(1);

Status why_not(const Endpoint& at, const asio::error_code& error) {
  const std::string name = to_string(at);
  if (error == asio::error::address_in_use)
    return {Code::io_error,
            fmt::format("{} is in use by another program; stop that one (`ss -ltnp 'sport = :{}'` "
                        "shows it), or give this node another address",
                        name, at.port)};
  if (error.value() == EADDRNOTAVAIL)
    return {Code::io_error, fmt::format("{} is not an address of this machine (`ip addr` shows "
                                        "those it has); give this node one of them",
                                        at.address)};
  if (error == asio::error::access_denied)
    return {Code::io_error,
            fmt::format("listening on {} is not allowed; take a port above 1023", name)};
  return {Code::io_error, fmt::format("cannot listen on {}: {}", name, error.message())};
}

}  // namespace

TcpListener::TcpListener(std::shared_ptr<TcpContext> context, std::shared_ptr<TcpLoop> loop,
                         caf::actor acceptor)
    : context_(std::move(context)),
      loop_(std::move(loop)),
      to_(std::move(acceptor)),
      socket_(loop_->io()),
      retry_(loop_->io()) {}

store::Result<Endpoint> TcpListener::open(const Endpoint& at) {
  asio::error_code error;
  const auto address = asio::ip::make_address(at.address, error);
  if (error)
    return Status{
        Code::invalid,
        fmt::format("'{}' is not an IP address; nodes listen on one exactly", at.address)};
  const Tcp::endpoint endpoint(address, at.port);
  socket_.open(endpoint.protocol(), error);
  // Or else a node could not come back while connections of its last run are fading away.
  if (!error) socket_.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error && address.is_v6()) socket_.set_option(asio::ip::v6_only(true), error);
  if (!error) socket_.bind(endpoint, error);
  if (!error) socket_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return why_not(at, error);
  return Endpoint{at.address, socket_.local_endpoint().port()};
}

void TcpListener::start() {
  loop_->add(shared_from_this());
  accept();
}

void TcpListener::end() {
  to_ = {};
  asio::error_code ignored;
  socket_.close(ignored);
  retry_.cancel();
}

void TcpListener::accept() {
  if (!to_) return;
  const auto& loop = context_->next_loop();
  socket_.async_accept(loop->io(), [self = shared_from_this(), loop](const asio::error_code& error,
                                                                     Tcp::socket socket) {
    self->accepted(error, std::move(socket), loop);
  });
}

void TcpListener::accepted(const asio::error_code& error, Tcp::socket socket,
                           std::shared_ptr<TcpLoop> loop) {
  if (!to_) return;
  using namespace asio::error;
  if (error == no_descriptors || error == no_memory || error == no_buffer_space ||
      error.value() == ENFILE)
    return pause(error);
  // Any other error is of a peer that went away before it was accepted.
  if (!error) take(std::move(socket), std::move(loop));
  accept();
}

void TcpListener::take(Tcp::socket socket, std::shared_ptr<TcpLoop> loop) {
  asio::error_code gone;
  const Tcp::endpoint peer = socket.remote_endpoint(gone);
  if (gone) return;
  auto slot = context_->accepted_slot();
  if (!slot) return turned_away();
  const auto connection = context_->connection(loop, std::move(socket), peer, std::move(slot));
  loop->post([connection, loop, to = to_, time_max = context_->options.unowned_max] {
    loop->add(connection);
    connection->await_owner(time_max);
    if (!loop->hushed()) caf::anon_send(to, Accepted{connection});
  });
}

void TcpListener::turned_away() {
  const auto now = std::chrono::steady_clock::now();
  if (now < quiet_until_) return;
  quiet_until_ = now + kQuiet;
  spdlog::warn("closing further connections of other nodes: there are {} already",
               context_->options.accepted_max);
}

void TcpListener::pause(const asio::error_code& why) {
  const auto now = std::chrono::steady_clock::now();
  if (now >= quiet_until_)
    spdlog::warn("cannot accept connections of other nodes for now: {}", why.message());
  quiet_until_ = std::max(quiet_until_, now + kQuiet);
  retry_.expires_after(kRetry);
  retry_.async_wait([self = shared_from_this()](const asio::error_code&) { self->accept(); });
}

}  // namespace souk::cluster
