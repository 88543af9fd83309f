// What a node's actors say to its links, and its links to them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "cluster/frame.hpp"
#include "events/service.hpp"
#include "store/status.hpp"

namespace souk::cluster {

// To a link: send this to the peer, and what comes back to `reply_to`, as one Told. If the peer is
// away, or too much is on its way to it, Told says so at once; if the connection ends, too.
// Nothing is sent twice: who asks repeats.
struct Request {
  Kind kind = Kind::pull;
  Time until;  // then the link forgets that it was asked, and says nothing
  std::vector<std::string> parts;
  caf::actor reply_to;
  std::uint64_t token = 0;  // the asker's own
};

// From a link.
struct Told {
  std::uint64_t token = 0;
  store::Status status;  // not ok: no answer (`stopped`: the peer is away)
  Kind kind = Kind::page;
  std::vector<std::string> parts;
};

// From a session to who answers a peer's requests of one kind (not commands): the answer goes out
// with `connection->send`, as one frame with an item that bears `number`.
struct Asked {
  std::uint64_t connection = 0;
  Kind kind = Kind::pull;
  std::uint64_t number = 0;
  Time until;
  std::vector<std::string> parts;
};

}  // namespace souk::cluster

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::cluster::Request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::cluster::Told)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::cluster::Asked)
