// An answer to bytes that are no HTTP request. RESTinio 0.6.16 closes the connection without a
// word; here the client is told what was wrong first. Included by http_loop.cpp only.
//
// RESTinio reports a parser's error to its logger and closes the socket right after, on the same
// thread. So the logger leaves a note, and the socket writes the answer before it shuts down. By
// then no other answer is under way, because requests of a connection are handled one by one.
#pragma once

#include <string>
#include <string_view>
#include <sys/socket.h>

#include <restinio/all.hpp>

#include "node/gateway/problem.hpp"
#include "node/gateway/response_bytes.hpp"

namespace souk::gateway {

inline thread_local bool malformed_request = false;

class ParserErrorLogger : public restinio::null_logger_t {
 public:
  template <class MessageBuilder>
  void error(MessageBuilder&& message) const {
    malformed_request = message().find("parser error") != std::string::npos;
  }
};

class AnsweringSocket : public restinio::asio_ns::ip::tcp::socket {
 public:
  using Base = restinio::asio_ns::ip::tcp::socket;
  using Base::Base;

  // Hides the base's: RESTinio calls it on this type. Never blocks; what does not fit into the
  // socket's buffer is lost.
  void shutdown(shutdown_type what, restinio::asio_ns::error_code& error) {
    if (malformed_request && is_open()) {
      malformed_request = false;
      const Problem problem{.status = 400,
                            .code = "not_http",
                            .detail =
                                "These bytes are no HTTP/1.1 request; check the request "
                                "line, the header fields and Content-Length."};
      const std::string bytes =
          response_bytes(to_reply(problem, ""), {.close = true}, std::time(nullptr));
      (void)!::send(native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    Base::shutdown(what, error);
  }
};

}  // namespace souk::gateway
