#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
// asio's fences; what they order is also ordered by its mutexes, which ThreadSanitizer does see.
#pragma GCC diagnostic ignored "-Wtsan"
#endif

#include "node/gateway/http_loop.hpp"

#include <future>
#include <optional>
#include <sys/socket.h>
#include <thread>
#include <unordered_set>

#include "node/gateway/http_parsing.hpp"
#include "node/gateway/incoming.hpp"
#include "node/gateway/malformed.hpp"
#include "node/gateway/response_bytes.hpp"
#include "node/gateway/routes.hpp"

namespace souk::gateway {
namespace {

namespace io = restinio::asio_ns;

// The backend answers within a minute, but for a backup, which may have to copy every file. What is
// forgotten answers by itself (Exchange).
constexpr auto kAnswerMax = std::chrono::hours(12);

// Knows the open connections and turns further ones away. Needed because RESTinio 0.6.16 stops
// accepting for ever once an accept has failed for want of a file descriptor. On the loop's thread.
class Connections {
 public:
  explicit Connections(std::size_t max) : max_(max) {}

  void state_changed(const restinio::connection_state::notice_t& notice) noexcept {
    const auto id = notice.connection_id();
    if (restinio::holds_alternative<restinio::connection_state::accepted_t>(notice.cause()))
      open_.insert(id);
    else
      open_.erase(id);
  }
  restinio::ip_blocker::inspection_result_t inspect(
      const restinio::ip_blocker::incoming_info_t&) noexcept {
    return open_.size() < max_ ? restinio::ip_blocker::allow() : restinio::ip_blocker::deny();
  }

 private:
  const std::size_t max_;
  std::unordered_set<restinio::connection_id_t> open_;
};

struct Traits : restinio::traits_t<
                    restinio::asio_timer_manager_t, ParserErrorLogger,
                    std::function<restinio::request_handling_status_t(restinio::request_handle_t)>,
                    restinio::noop_strand_t, AnsweringSocket> {
  using http_methods_mapper_t = HttpMethods;
  using connection_state_listener_t = Connections;
  using ip_blocker_t = Connections;
};

class Loop;

// An exchange over a socket. The connection that `request_` holds must go before the loop.
class HttpExchange final : public Exchange {
 public:
  HttpExchange(std::shared_ptr<Loop> loop, std::shared_ptr<Gate> gate,
               restinio::request_handle_t request, std::size_t body_bytes_max);
  ~HttpExchange() override {
    send(Problem{.status = 500,
                 .code = "internal_error",
                 .detail = "The request was dropped; send it again."});
  }
  void send(Reply reply) noexcept override;
  using Exchange::send;

 private:
  std::shared_ptr<Loop> loop_;
  std::optional<InFlight> in_flight_;
  restinio::request_handle_t request_;
  std::atomic<bool> answered_{false};
};

// Writes an answer; runs on the loop's thread.
struct Write {
  restinio::request_handle_t request;
  std::string bytes;
  std::shared_ptr<const std::string> more;  // what follows them; null: nothing
  bool close;
  InFlight in_flight;

  void operator()() {
    auto connection = std::move(restinio::impl::access_req_connection(*request));
    restinio::writable_items_container_t parts;
    parts.emplace_back(std::move(bytes));
    if (more && !more->empty()) parts.emplace_back(std::move(more));
    const auto after = close ? restinio::response_connection_attr_t::connection_close
                             : restinio::response_connection_attr_t::connection_keepalive;
    connection->write_response_parts(request->request_id(),
                                     {restinio::response_parts_attr_t::final_parts, after},
                                     restinio::write_group_t(std::move(parts)));
  }
};

class Loop final : public HttpLoop, public std::enable_shared_from_this<Loop> {
 public:
  Loop(const ServerOptions& options, bool shared_port, std::shared_ptr<Gate> gate)
      : options_(options), shared_port_(shared_port), gate_(std::move(gate)) {}
  ~Loop() override { stop(); }

  void start() override {
    const io::ip::address address = io::ip::make_address(options_.address);
    connections_ = std::make_shared<Connections>(options_.connections_max);
    server_.emplace(restinio::external_io_context(io_), [&](auto& settings) {
      configure(settings);
      settings.address(address).port(options_.port);
      settings.protocol(address.is_v6() ? io::ip::tcp::v6() : io::ip::tcp::v4());
    });
    server_->open_sync();
    thread_ = std::thread([this] { run(); });
  }

  std::uint16_t port() const override { return port_; }

  void stop() override {
    if (!thread_.joinable()) return;
    io::post(io_, [this] {
      server_->close_sync();
      io_.stop();
    });
    thread_.join();
  }

  // Any thread. Never writes from within a handler: RESTinio would begin to read the next request
  // twice, once when the handler returns and once when the answer is written.
  void write(Write write) { io::post(io_, std::move(write)); }

 private:
  void run() {
    while (true) {
      try {
        io_.run();
        return;
      } catch (const std::exception&) {
        // An answer for a connection that has gone; the others go on.
      }
    }
  }

  template <class Settings>
  void configure(Settings& settings) {
    using std::chrono::milliseconds;
    const auto tick = std::clamp(options_.idle_max / 4, milliseconds(10), milliseconds(1'000));
    settings.timer_manager(tick)
        .request_handler(
            [this](restinio::request_handle_t request) { return handle(std::move(request)); })
        .connection_state_listener(connections_)
        .ip_blocker(connections_)
        .incoming_http_msg_limits(incoming_limits(options_.body_bytes_max))
        .read_next_http_message_timelimit(options_.idle_max)
        .write_http_response_timelimit(options_.write_max)
        .handle_request_timeout(kAnswerMax)
        // Pipelined requests are taken one after the other: they may depend on each other, and
        // RFC 9112 (9.3.2) allows no more unless all of them are safe.
        .max_pipelined_requests(1)
        .buffer_size(8 * 1024)
        .concurrent_accepts_count(4)
        .acceptor_options_setter([this](auto& options) { set_acceptor_options(options); })
        .acceptor_post_bind_hook(
            [this](io::ip::tcp::acceptor& acceptor) { port_ = acceptor.local_endpoint().port(); })
        .socket_options_setter(
            [](auto& options) { options.set_option(io::ip::tcp::no_delay(true)); });
  }

  template <class AcceptorOptions>
  void set_acceptor_options(AcceptorOptions& options) const {
    using ReusePort = io::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
    options.set_option(io::ip::tcp::acceptor::reuse_address(true));
    if (shared_port_) options.set_option(ReusePort(true));
  }

  restinio::request_handling_status_t handle(restinio::request_handle_t request) {
    dispatch(std::make_shared<HttpExchange>(shared_from_this(), gate_, std::move(request),
                                            options_.body_bytes_max));
    return restinio::request_accepted();
  }

  const ServerOptions options_;
  const bool shared_port_;
  const std::shared_ptr<Gate> gate_;
  std::uint16_t port_ = 0;
  std::shared_ptr<Connections> connections_;
  io::io_context io_{1};
  std::optional<restinio::http_server_t<Traits>> server_;  // goes before io_
  std::thread thread_;
};

HttpExchange::HttpExchange(std::shared_ptr<Loop> loop, std::shared_ptr<Gate> gate,
                           restinio::request_handle_t request, std::size_t body_bytes_max)
    : Exchange(gate->backend, gate->load()),
      loop_(std::move(loop)),
      in_flight_(std::move(gate)),
      request_(std::move(request)) {
  set_incoming(incoming_of(request_->header(), request_->body(), body_bytes_max));
}

void HttpExchange::send(Reply reply) noexcept {
  if (answered_.exchange(true)) return;
  try {
    if (reply.correlation_id.empty()) {
      default_correlation_id(fresh_correlation_id());
      reply.correlation_id = correlation_id();
    }
    const auto& header = request_->header();
    ResponseFrame frame;
    frame.head = in().method == Method::head;
    frame.close = reply.close || load() == Load::draining || !header.should_keep_alive();
    frame.keep_alive = header.http_minor() == 0;
    std::string bytes = response_bytes(reply, frame, std::time(nullptr));
    if (frame.head) reply.bytes = nullptr;
    loop_->write(
        {request_, std::move(bytes), std::move(reply.bytes), frame.close, std::move(*in_flight_)});
  } catch (const std::exception&) {
    // No memory for the answer; the client's connection runs into its time limit.
  }
}

}  // namespace

std::shared_ptr<HttpLoop> HttpLoop::make(const ServerOptions& options, bool shared_port,
                                         std::shared_ptr<Gate> gate) {
  return std::make_shared<Loop>(options, shared_port, std::move(gate));
}

}  // namespace souk::gateway
