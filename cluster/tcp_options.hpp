// The bounds of the TCP transport. No asio here.
#pragma once

#include <cstddef>

#include "events/ids.hpp"

namespace souk::cluster {

struct TcpOptions {
  std::size_t threads = 1;                  // that wait for sockets; each connection has one
  std::size_t unread_bytes_max = 4u << 20;  // given to an owner and not worked off; then no read
  std::size_t accepted_max = 256;           // connections of others; more are closed at once
  Duration unowned_max = seconds(5);        // an accepted one that nobody owns by then is closed
};

}  // namespace souk::cluster
