// Connections between nodes, as actors see them. The real one is TCP (tcp_transport.hpp); the
// simulation puts its own in this place. It knows bytes and frames, and nothing of what they mean.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <caf/all.hpp>

#include "events/ids.hpp"
#include "store/status.hpp"

namespace souk::cluster {

// Where a node listens for other nodes.
struct Endpoint {
  std::string address;  // an IP address
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const = default;
};
std::string to_string(const Endpoint& endpoint);  // "127.0.0.1:7400", "[::1]:7400"

// One connection. Its owner (an actor) gets Received for every whole frame, in order, Arriving
// while a large one takes its time, and Closed once, whatever ends it. Thread-safe.
class Connection {
 public:
  virtual ~Connection() = default;

  // Names the connection within its transport.
  virtual std::uint64_t id() const = 0;
  virtual std::string peer() const = 0;  // "10.0.0.2:51234"

  // Sends a frame after those before it. Never blocks; dropped if the connection has ended.
  virtual void send(std::string frame) = 0;

  // Bytes that `send` took and the socket has not. Whoever sends sees to it that it stays bounded.
  virtual std::size_t queued_bytes() const = 0;

  // The owner has worked off so many bytes of what it Received. While more than a bound are not,
  // nothing more is read from the socket: a slow owner slows its peer down instead of growing.
  virtual void consumed(std::size_t bytes) = 0;

  // Ends it at once. Closed follows. A frame that was sent just before still goes out if nothing
  // was queued before it.
  virtual void close(std::string why) = 0;
};
using ConnectionPtr = std::shared_ptr<Connection>;

// --- what actors are told --------------------------------------------------------------------

// To who dialled: there is a connection, whose owner it now is, or (null) why there is none.
struct Dialled {
  std::uint64_t attempt = 0;
  ConnectionPtr connection;
  std::string why;
};
// To who listens. Nothing is read from it before somebody owns it.
struct Accepted {
  ConnectionPtr connection;
};
struct Received {
  std::uint64_t connection = 0;
  std::string frame;  // header and body; neither checksum nor items have been looked at
};
// Some bytes of a frame have come that is not whole yet: the peer is there, the network is slow.
struct Arriving {
  std::uint64_t connection = 0;
};
struct Closed {
  std::uint64_t connection = 0;
  std::string why;  // a sentence: "the peer closed the connection", "Connection reset by peer"
};

// Thread-safe but for `stop`.
class Transport {
 public:
  virtual ~Transport() = default;

  // Listens on exactly this address; port 0 takes a free one. Accepted goes to `acceptor`. Returns
  // where it listens. Fails with io_error ("127.0.0.1:7400 is in use by another program; ...").
  virtual store::Result<Endpoint> listen(const Endpoint& at, caf::actor acceptor) = 0;

  // Says who owns an accepted connection, and begins to read from it.
  virtual void own(const ConnectionPtr& connection, caf::actor owner) = 0;

  // Connects; Dialled comes within `time_max`, whatever the network does.
  virtual void dial(const Endpoint& to, Duration time_max, caf::actor owner,
                    std::uint64_t attempt) = 0;

  // Closes everything, tells nobody any more, and returns when nothing of it runs.
  virtual void stop() = 0;
};

}  // namespace souk::cluster

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::cluster::Dialled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::cluster::Accepted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::cluster::Received)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::cluster::Arriving)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::cluster::Closed)
