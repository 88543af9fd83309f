// Connections between simulated machines. What is sent takes a while, and a way between two
// machines may be slow, lossy, or cut in one direction or both.
//
// TCP keeps what is sent in order, whole and once for as long as the connection lives. Here a frame
// may also be lost, doubled, overtaken by a later one or come once more when nobody expects it,
// once both have greeted each other: nodes promise to bear that, because it is what connections
// that break and are made again amount to.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cluster/transport.hpp"
#include "tests/sim/agenda.hpp"
#include "tests/sim/random.hpp"

namespace souk::sim {

// How the way from one machine to another is.
struct Way {
  Duration delay_min = Duration{50}, delay_max = milliseconds(2);
  unsigned lost = 0, doubled = 0, overtaken = 0;  // in thousandths of the frames
  unsigned strays = 0;  // in thousandths: a copy comes after up to kStrayMax, of a lost one too
  bool cut = false;     // what is sent waits, as TCP has it
};

class Network {
 public:
  static constexpr Duration kStrayMax = seconds(25);

  Network(Agenda& agenda, Random& random) : agenda_(agenda), random_(random) {}

  Way& way(std::uint16_t from, std::uint16_t to) { return ways_[{from, to}]; }
  // After ways were changed: what waits for a cut way goes on.
  void changed();
  // All ways are good again.
  void heal();

 private:
  friend class Transport;
  class End;

  Agenda& agenda_;
  Random& random_;
  std::map<std::pair<std::uint16_t, std::uint16_t>, Way> ways_;
  std::map<std::uint16_t, caf::actor> doors_;
  std::map<std::uint64_t, std::shared_ptr<End>> ends_;
  std::uint64_t last_id_ = 0;
};

// One machine's. Its address in the network is its port.
class Transport final : public cluster::Transport {
 public:
  Transport(Network& network, std::uint16_t port) : network_(network), port_(port) {}
  ~Transport() override { stop(); }

  store::Result<cluster::Endpoint> listen(const cluster::Endpoint& at, caf::actor door) override;
  void own(const cluster::ConnectionPtr& connection, caf::actor owner) override;
  void dial(const cluster::Endpoint& to, Duration time_max, caf::actor owner,
            std::uint64_t attempt) override;
  // The process ends: peers hear that its connections are closed.
  void stop() override { end(true); }
  // The machine loses power: peers hear nothing.
  void vanish() { end(false); }

 private:
  void end(bool say_so);

  Network& network_;
  const std::uint16_t port_;
  std::map<std::uint64_t, caf::actor> dialling_;  // by a number of the network's
};

}  // namespace souk::sim
