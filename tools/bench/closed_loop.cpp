#include "tools/bench/closed_loop.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "tools/bench/error.hpp"

namespace souk::bench {
namespace {

constexpr std::int64_t kPauseMilliseconds = 100;  // to see an interrupt
constexpr std::int64_t kPacedPauseMilliseconds = 1;
constexpr std::size_t kFailuresMax = 1000;  // of a loop; then the node is not worth loading

int milliseconds_until(Clock::time_point until, Clock::time_point now, std::int64_t max) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, max));
}

}  // namespace

ClosedLoop::ClosedLoop(const Endpoint& endpoint, std::size_t connections)
    : endpoint_(endpoint), epoll_(::epoll_create1(EPOLL_CLOEXEC)), connections_(connections) {
  if (epoll_ < 0) throw BenchError("epoll_create1 failed");
  for (std::size_t slot = 0; slot < connections; ++slot) open(slot);
}

ClosedLoop::~ClosedLoop() {
  for (const Connection& connection : connections_)
    if (connection.fd >= 0) ::close(connection.fd);
  ::close(epoll_);
}

void ClosedLoop::open(std::size_t slot) {
  Connection& connection = connections_[slot];
  connection.fd = connect_to(endpoint_);
  if (connection.fd < 0)
    throw BenchError(
        fmt::format("cannot connect to {}: {}", endpoint_.host(), std::strerror(errno)));
  ::fcntl(connection.fd, F_SETFL, O_NONBLOCK);
  connection.reader = {};
  connection.writing = false;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = slot;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd, &event) != 0)
    throw BenchError("epoll_ctl failed");
}

void ClosedLoop::watch(std::size_t slot, bool for_writing) {
  connections_[slot].writing = for_writing;
  epoll_event event{};
  event.events = for_writing ? EPOLLIN | EPOLLOUT : EPOLLIN;
  event.data.u64 = slot;
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, connections_[slot].fd, &event);
}

void ClosedLoop::run(Source& source, Clock::time_point until) {
  for (std::size_t slot = 0; slot < connections_.size(); ++slot)
    if (!connections_[slot].busy && !connections_[slot].early) start(source, slot);
  loop(source, until, true);
}

void ClosedLoop::drain(Source& source, Clock::time_point until) {
  loop(source, until, false);
  for (std::size_t slot = 0; slot < connections_.size(); ++slot)
    if (connections_[slot].busy) fail(source, slot, "no answer when the run ended");
}

void ClosedLoop::loop(Source& source, Clock::time_point until, bool send_more) {
  std::array<epoll_event, 256> events;
  while (busy_ > 0 || (send_more && more_to_start())) {
    const Clock::time_point now = Clock::now();
    if (now >= until) return;
    check_interrupted();
    const std::int64_t pause_max =
        send_more && !early_.empty() ? kPacedPauseMilliseconds : kPauseMilliseconds;
    const int count = ::epoll_wait(epoll_, events.data(), events.size(),
                                   milliseconds_until(until, now, pause_max));
    for (int i = 0; i < count; ++i) {
      const std::size_t slot = events[i].data.u64;
      if ((events[i].events & EPOLLOUT) != 0) send_rest(source, slot);
      if ((events[i].events & ~EPOLLOUT) != 0) read(source, slot, send_more);
    }
    if (!send_more) continue;
    restart(source);
    start_early(source);
  }
}

void ClosedLoop::restart(Source& source) {
  // One that breaks again at once is appended anew, for the next turn.
  for (const std::size_t slot : std::exchange(reopened_, {}))
    if (!connections_[slot].busy && !connections_[slot].early) start(source, slot);
}

void ClosedLoop::start_early(Source& source) {
  while (!early_.empty() && pace_->due(Clock::now())) {
    const std::size_t slot = early_.front();
    early_.pop_front();
    connections_[slot].early = false;
    start(source, slot);
  }
}

void ClosedLoop::start(Source& source, std::size_t slot) {
  Connection& connection = connections_[slot];
  if (pace_ && !pace_->take(Clock::now())) {
    connection.early = true;
    early_.push_back(slot);
    return;
  }
  connection.request.clear();
  connection.sent = 0;
  if (!source.next(slot, connection.request)) return;
  connection.busy = true;
  ++busy_;
  connection.started = Clock::now();
  send_rest(source, slot);
}

void ClosedLoop::send_rest(Source& source, std::size_t slot) {
  Connection& connection = connections_[slot];
  const std::size_t left = connection.request.size() - connection.sent;
  const ssize_t count = ::send(connection.fd, connection.request.data() + connection.sent, left,
                               MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count < 0 && errno != EAGAIN && errno != EINTR)
    return fail(source, slot, fmt::format("cannot send: {}", std::strerror(errno)));
  if (count > 0) connection.sent += static_cast<std::size_t>(count);
  const bool partial = connection.sent < connection.request.size();
  if (partial != connection.writing) watch(slot, partial);
}

void ClosedLoop::read(Source& source, std::size_t slot, bool send_more) {
  Connection& connection = connections_[slot];
  const std::span<char> space = connection.reader.space();
  const ssize_t count = ::recv(connection.fd, space.data(), space.size(), MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count < 0) return fail(source, slot, fmt::format("cannot read: {}", std::strerror(errno)));
  if (count == 0) return fail(source, slot, "the node closed the connection");
  if (!connection.busy) return fail(source, slot, "the node sent bytes that nobody asked for");

  const ResponseReader::State state = connection.reader.received(static_cast<std::size_t>(count));
  if (state == ResponseReader::State::incomplete) return;
  if (state == ResponseReader::State::broken)
    return fail(source, slot, std::string(connection.reader.fault()));

  const bool close = connection.reader.response().close;
  connection.busy = false;
  --busy_;
  source.answered(slot, connection.reader.response(), Clock::now() - connection.started);
  connection.reader.consume();
  if (close) {
    ::close(connection.fd);
    open(slot);
  }
  if (send_more) start(source, slot);
}

void ClosedLoop::fail(Source& source, std::size_t slot, std::string_view why) {
  Connection& connection = connections_[slot];
  ::close(connection.fd);
  connection.fd = -1;
  if (connection.busy) {
    connection.busy = false;
    --busy_;
    source.failed(slot, why);
  }
  if (++failures_ > kFailuresMax)
    throw BenchError(
        fmt::format("more than {} connections broke; the last: {}", kFailuresMax, why));
  open(slot);
  reopened_.push_back(slot);
}

}  // namespace souk::bench
