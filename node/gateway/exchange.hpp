// One request and the answer that it waits for.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "node/gateway/backend.hpp"
#include "node/gateway/problem.hpp"
#include "node/gateway/reply.hpp"

namespace souk::gateway {

enum class Method : std::uint8_t { get, head, post, put, options, other };

// A request's parts, as they came. The views live as long as the exchange.
struct Incoming {
  Method method = Method::other;
  std::string_view target;
  std::string_view body;
  std::string_view content_type;
  std::string_view correlation_id;  // X-Correlation-Id or X-Request-Id, if it is a valid id
  std::string_view traceparent;     // W3C trace context, if it is well-formed
  bool target_too_long = false;     // the rest of it was thrown away while it was read
  bool too_many_headers = false;    // likewise
  bool body_too_large = false;      // likewise
};

// What the server can take at the moment.
enum class Load : std::uint8_t {
  normal,
  full,      // too many requests are open
  draining,  // no new work, reads go on
};

// A path holds at most so many ids.
inline constexpr std::size_t kPathIdsMax = 3;

// An id for a request that names nothing itself, unique to this process and moment.
std::string fresh_correlation_id();

// Shared by the server, which made it, and whoever will answer it. `send` may be called from any
// thread; the first call counts. An exchange that is dropped unanswered answers 500 itself.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  using Ptr = std::shared_ptr<Exchange>;
  virtual ~Exchange() = default;

  // Sends the answer, with the exchange's correlation id if the reply has none.
  virtual void send(Reply reply) noexcept = 0;

  void send(const Problem& problem) {
    default_correlation_id(fresh_correlation_id());
    send(to_reply(problem, correlation_id_));
  }

  const Incoming& in() const { return in_; }
  Backend& backend() const { return backend_; }
  Load load() const { return load_; }

  // The path's decoded ids, in order; set by the router. Empty beyond those that it has.
  const std::string& id(std::size_t which = 0) const { return ids_[which]; }
  void set_id(std::size_t which, std::string id) { ids_[which] = std::move(id); }

  // What every record, log line and answer that follows from this request carries. Taken from the
  // request, else from the resource it speaks of. Set before the backend is asked.
  const std::string& correlation_id() const { return correlation_id_; }
  void set_correlation_id(std::string id) { correlation_id_ = std::move(id); }
  void default_correlation_id(const std::string& id) {
    if (correlation_id_.empty()) correlation_id_ = id;
  }

 protected:
  Exchange(Backend& backend, Load load) : backend_(backend), load_(load) {}
  void set_incoming(const Incoming& in) {
    in_ = in;
    correlation_id_ = in.correlation_id;
  }

 private:
  Backend& backend_;
  Load load_;
  Incoming in_;
  std::array<std::string, kPathIdsMax> ids_;
  std::string correlation_id_;
};

// True for "00-<32 hex>-<16 hex>-<2 hex>" in lower case, ids not all zero (W3C Trace Context), and
// for later versions, which begin like that.
bool valid_traceparent(std::string_view text);

}  // namespace souk::gateway
