// Links without a network: a request goes straight to another node's giver, as parts, and its
// answer comes back as a frame; or it is lost, late, or comes twice, by a seed.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "cluster/messages.hpp"
#include "cluster/transport.hpp"

namespace souk::test {

// An answer's way back.
struct Arrived {
  std::uint64_t connection = 0;
  cluster::Kind kind = cluster::Kind::page;
  std::uint64_t number = 0;
  std::vector<std::string> parts;
};

// Gives the items of what is sent to one actor, as Arrived. Counts.
class FakeConnection final : public cluster::Connection {
 public:
  FakeConnection(std::uint64_t id, caf::actor to) : id_(id), to_(std::move(to)) {}

  std::uint64_t id() const override { return id_; }
  std::string peer() const override { return "a test"; }
  void send(std::string frame) override;
  std::size_t queued_bytes() const override { return 0; }
  void consumed(std::size_t) override {}
  void close(std::string) override {}

  std::size_t largest_item() const { return largest_item_; }

 private:
  const std::uint64_t id_;
  const caf::actor to_;
  std::atomic<std::size_t> largest_item_{0};
};

struct LinkFaults {
  unsigned lost = 0;  // in percent of all answers, like the next two
  unsigned late = 0;  // by up to 20 ms, so that others overtake them
  unsigned twice = 0;
  std::size_t bytes_max = SIZE_MAX;  // a larger answer never arrives
};

// To a link: the peer is there, and this gives its log; null: it is away from now on.
struct Connect {
  std::uint64_t connection = 0;
  caf::actor giver;
};

class FakeLink : public caf::event_based_actor {
 public:
  FakeLink(caf::actor_config& config, std::uint64_t seed, LinkFaults faults);
  caf::behavior make_behavior() override;
  void on_exit() override;

 private:
  struct Pending {
    caf::actor reply_to;
    std::uint64_t token = 0;
  };

  void asked(cluster::Request& request);
  void connect(const Connect& news);
  void arrived(Arrived& answer);
  bool happens(unsigned percent) { return random_() % 100 < percent; }

  std::mt19937_64 random_;
  const LinkFaults faults_;
  caf::actor giver_;
  std::uint64_t connection_ = 0;
  std::uint64_t numbers_ = 0;
  std::map<std::uint64_t, Pending> pending_;
};

}  // namespace souk::test

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::test::Arrived)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::test::Connect)
