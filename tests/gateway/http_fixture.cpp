#include "tests/gateway/http_fixture.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace souk::testing {

RawConnection::RawConnection(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    ADD_FAILURE() << "cannot connect to port " << port;
}

RawConnection::~RawConnection() { ::close(socket_); }

bool RawConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawConnection::finish_sending() { ::shutdown(socket_, SHUT_WR); }

std::string RawConnection::receive_until(std::string_view stop, int count,
                                         std::chrono::milliseconds limit) {
  std::string received;
  const auto end = std::chrono::steady_clock::now() + limit;
  const auto seen = [&] {
    int n = 0;
    for (std::size_t at = received.find(stop); at != std::string::npos;
         at = received.find(stop, at + stop.size()))
      ++n;
    return n;
  };
  while ((stop.empty() || seen() < count) && std::chrono::steady_clock::now() < end) {
    pollfd wait{socket_, POLLIN, 0};
    if (::poll(&wait, 1, 50) <= 0) continue;
    char buffer[16384];
    const auto got = ::recv(socket_, buffer, sizeof(buffer), 0);
    if (got <= 0) break;
    received.append(buffer, static_cast<std::size_t>(got));
  }
  return received;
}

std::string RawConnection::receive_all(bool& closed, std::chrono::milliseconds limit) {
  const auto begin = std::chrono::steady_clock::now();
  std::string received = receive_until("", 0, limit);
  closed = std::chrono::steady_clock::now() - begin < limit;
  return received;
}

namespace {

Response response_of(const httplib::Result& result) {
  if (!result) return {};
  return {result->status, result->body, result->headers};
}

}  // namespace

Response HttpTest::get(const std::string& path, httplib::Headers headers) {
  return response_of(client_->Get(path.c_str(), headers));
}
Response HttpTest::post(const std::string& path, const std::string& body, const std::string& type,
                        httplib::Headers headers) {
  return response_of(client_->Post(path.c_str(), headers, body, type.c_str()));
}
Response HttpTest::put(const std::string& path, const std::string& body) {
  return response_of(client_->Put(path.c_str(), body, "application/json"));
}

void HttpTest::stock(const std::string& sku, int units, int price_minor) {
  ASSERT_EQ(put("/v1/stock/" + sku, R"({"name":"A )" + sku + R"(","unit_price_minor":)" +
                                        std::to_string(price_minor) + R"(,"currency":"GBP"})")
                .status,
            200);
  ASSERT_EQ(post("/v1/stock/" + sku + "/receipts",
                 R"({"receipt_id":"r1","units":)" + std::to_string(units) + "}")
                .status,
            201);
}

void HttpTest::charge(const std::string& wallet, int minor) {
  ASSERT_EQ(
      post("/v1/wallets/" + wallet + "/charges",
           R"({"charge_id":"c1","currency":"GBP","amount_minor":)" + std::to_string(minor) + "}")
          .status,
      201);
}

}  // namespace souk::testing
