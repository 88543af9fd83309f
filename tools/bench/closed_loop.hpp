// The load: C keep-alive connections, each with one request in flight. As soon as an answer is
// complete the connection's next request is sent, or later if a pace is set. One thread, epoll,
// non-blocking sockets.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/bench/endpoint.hpp"
#include "tools/bench/pace.hpp"
#include "tools/bench/response_reader.hpp"

namespace souk::bench {

// Where requests come from and answers go. A slot is a connection's number; it has at most one
// request outstanding.
class Source {
 public:
  virtual ~Source() = default;

  // Composes the slot's next whole request into `request`, which is empty. False: there are no
  // more.
  virtual bool next(std::size_t slot, std::string& request) = 0;

  // The answer to the slot's request, and the time from before the send until after the read.
  virtual void answered(std::size_t slot, const Response& response,
                        std::chrono::nanoseconds latency) = 0;

  // The slot's request got no answer: the connection broke. `why` is for a person.
  virtual void failed(std::size_t slot, std::string_view why) = 0;
};

class ClosedLoop {
 public:
  // Connects. Throws BenchError if the node does not listen.
  ClosedLoop(const Endpoint& endpoint, std::size_t connections);
  ~ClosedLoop();
  ClosedLoop(const ClosedLoop&) = delete;
  ClosedLoop& operator=(const ClosedLoop&) = delete;

  // From now on, at most so many requests a second, evenly; a connection that is early waits.
  void set_pace(double requests_per_second) { pace_.emplace(requests_per_second); }

  // Keeps every connection busy until `until`, or until the source has no more and everything is
  // answered. At `until` it returns at once: what is in flight stays so, and a further run() or
  // drain() goes on with it, so all of them must be given the same source.
  // A connection that breaks is opened again; throws BenchError if that fails or happens too often.
  void run(Source& source, Clock::time_point until);

  // Sends nothing new; waits for the answers in flight. What is not answered by `until` has failed.
  void drain(Source& source, Clock::time_point until);

 private:
  struct Connection {
    int fd = -1;
    bool busy = false;     // a request is outstanding
    bool early = false;    // it is in early_
    bool writing = false;  // epoll watches for room to write
    std::size_t sent = 0;  // of request
    std::string request;
    Clock::time_point started;
    ResponseReader reader;
  };

  void loop(Source& source, Clock::time_point until, bool send_more);
  void start(Source& source, std::size_t slot);
  void send_rest(Source& source, std::size_t slot);
  void read(Source& source, std::size_t slot, bool send_more);
  void fail(Source& source, std::size_t slot, std::string_view why);
  void restart(Source& source);
  void start_early(Source& source);
  bool more_to_start() const { return !reopened_.empty() || !early_.empty(); }
  void open(std::size_t slot);
  void watch(std::size_t slot, bool for_writing);

  Endpoint endpoint_;
  int epoll_ = -1;
  std::vector<Connection> connections_;
  std::size_t busy_ = 0;
  std::vector<std::size_t> reopened_;  // slots whose connection broke, to be started again
  std::size_t failures_ = 0;
  std::optional<Pace> pace_;
  std::deque<std::size_t> early_;  // slots that wait for their turn
};

}  // namespace souk::bench
