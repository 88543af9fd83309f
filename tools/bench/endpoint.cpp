#include "tools/bench/endpoint.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tools/bench/error.hpp"
#include "tools/bench/request.hpp"
#include "tools/bench/response_reader.hpp"

namespace souk::bench {

Endpoint Endpoint::parse(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  std::string_view rest = url;
  if (!rest.starts_with(kScheme))
    throw BenchError(fmt::format("'{}' does not begin with http://", url));
  rest.remove_prefix(kScheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);

  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos) throw BenchError(fmt::format("'{}' names no port", url));
  const std::string host(rest.substr(0, colon));
  const std::string_view port = rest.substr(colon + 1);

  Endpoint endpoint;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (error != std::errc() || end != port.data() + port.size() || endpoint.port == 0)
    throw BenchError(fmt::format("'{}' is no port, in '{}'", port, url));

  in_addr address{};
  if (host != "localhost") {
    if (inet_pton(AF_INET, host.c_str(), &address) != 1 || (ntohl(address.s_addr) >> 24) != 127)
      throw BenchError(fmt::format(
          "'{}' is not a loopback address: the bench loads nodes on this machine only", host));
    endpoint.address = ntohl(address.s_addr);
  }
  return endpoint;
}

std::string Endpoint::host() const {
  return fmt::format("{}.{}.{}.{}:{}", address >> 24, (address >> 16) & 255, (address >> 8) & 255,
                     address & 255, port);
}

sockaddr_in Endpoint::socket_address() const {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(port);
  result.sin_addr.s_addr = htonl(address);
  return result;
}

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = Endpoint{}.socket_address();
  socklen_t size = sizeof(address);
  const bool ok = fd >= 0 && ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (fd >= 0) ::close(fd);
  if (!ok) throw BenchError("cannot find a free port on 127.0.0.1");
  return ntohs(address.sin_port);
}

int connect_to(const Endpoint& endpoint) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  const sockaddr_in address = endpoint.socket_address();
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return fd;
  const int error = errno;
  ::close(fd);
  errno = error;
  return -1;
}

int get_status(const Endpoint& endpoint, std::string_view path, std::chrono::milliseconds limit) {
  const int fd = connect_to(endpoint);
  if (fd < 0) return 0;
  const timeval timeout{limit.count() / 1000, limit.count() % 1000 * 1000};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  std::string request;
  append_request(request, "GET", path, endpoint.host(), {});
  int status = 0;
  if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) ==
      static_cast<ssize_t>(request.size())) {
    ResponseReader reader;
    for (auto state = ResponseReader::State::incomplete;
         state == ResponseReader::State::incomplete;) {
      const std::span<char> space = reader.space();
      const ssize_t count = ::recv(fd, space.data(), space.size(), 0);
      if (count <= 0) break;
      state = reader.received(static_cast<std::size_t>(count));
      if (state == ResponseReader::State::complete) status = reader.response().status;
    }
  }
  ::close(fd);
  return status;
}

}  // namespace souk::bench
