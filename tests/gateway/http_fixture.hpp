// A server on a port of its own with an in-memory node behind it, and ways to speak to it.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

#include "node/gateway/server.hpp"
#include "tests/gateway/direct_backend.hpp"

namespace souk::testing {

// A TCP connection that sends what it is told, byte for byte.
class RawConnection {
 public:
  explicit RawConnection(int port);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  // False once the server has closed.
  bool send(std::string_view bytes);
  // Everything until `stop` has been seen `count` times, the server closes, or the time is over.
  std::string receive_until(std::string_view stop, int count = 1,
                            std::chrono::milliseconds limit = std::chrono::seconds(20));
  // Everything until the server closes; false in `closed` if it has not in time.
  std::string receive_all(bool& closed, std::chrono::milliseconds limit = std::chrono::seconds(20));
  void finish_sending();

 private:
  int socket_;
};

struct Response {
  int status = 0;  // 0: no answer
  std::string body;
  httplib::Headers headers;
  std::string header(const std::string& name) const {
    const auto at = headers.find(name);
    return at == headers.end() ? "" : at->second;
  }
  nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
  std::string code() const { return json().value("code", ""); }
  std::string detail() const { return json().value("detail", ""); }
};

class HttpTest : public ::testing::Test {
 protected:
  HttpTest() { start({}); }

  void start(gateway::ServerOptions options) {
    server_.reset();
    server_ = std::make_unique<gateway::Server>(options, backend_);
    ASSERT_EQ(server_->start(), "");
    client_ = std::make_unique<httplib::Client>("127.0.0.1", server_->port());
    client_->set_keep_alive(true);
    client_->set_read_timeout(20);
    client_->set_tcp_nodelay(true);
  }

  Response get(const std::string& path, httplib::Headers headers = {});
  Response post(const std::string& path, const std::string& body,
                const std::string& type = "application/json", httplib::Headers headers = {});
  Response put(const std::string& path, const std::string& body);

  // A SKU with units, a wallet with money.
  void stock(const std::string& sku, int units, int price_minor);
  void charge(const std::string& wallet, int minor);

  DirectBackend backend_;
  std::unique_ptr<gateway::Server> server_;
  std::unique_ptr<httplib::Client> client_;
};

}  // namespace souk::testing
