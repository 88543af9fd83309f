// Connections within one process, without sockets: frames go from owner to owner. Ways can be cut,
// and then keep what is sent on them, as TCP does, until they are healed or the connection ends.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cluster/transport.hpp"

namespace souk::testing {

class MemoryNetwork {
 public:
  // Ports are the names of those who listen there: who dials from port 1 to port 2 uses the ways
  // (1, 2) and (2, 1).
  using Way = std::pair<std::uint16_t, std::uint16_t>;

  void cut(std::uint16_t from, std::uint16_t to) {
    const std::lock_guard lock(mutex_);
    cut_.insert({from, to});
  }
  void heal() {
    std::vector<std::shared_ptr<End>> ends;
    {
      const std::lock_guard lock(mutex_);
      cut_.clear();
      for (const auto& [id, end] : ends_) ends.push_back(end);
    }
    for (const auto& end : ends) end->deliver();
  }

  // What went over all ways since the start.
  std::int64_t frames() const {
    const std::lock_guard lock(mutex_);
    return frames_;
  }

 private:
  friend class MemoryTransport;

  // One end of a connection.
  class End final : public cluster::Connection, public std::enable_shared_from_this<End> {
   public:
    End(MemoryNetwork& network, std::uint64_t id, Way out)
        : network_(network), id_(id), out_(out) {}
    std::uint64_t id() const override { return id_; }
    std::string peer() const override { return "127.0.0.1:" + std::to_string(out_.second); }
    std::size_t queued_bytes() const override { return 0; }
    void consumed(std::size_t) override {}
    void send(std::string frame) override {
      {
        const std::lock_guard lock(network_.mutex_);
        if (closed_) return;
        ++network_.frames_;
        sent_.push_back(std::move(frame));
      }
      deliver();
    }
    void close(std::string why) override {
      std::shared_ptr<End> other;
      {
        const std::lock_guard lock(network_.mutex_);
        other = other_.lock();
      }
      end(why);
      if (other) other->end("the peer closed the connection");
    }

    // Hands what was sent to the other end's owner.
    void deliver() {
      const std::lock_guard lock(network_.mutex_);
      const auto other = other_.lock();
      if (!other || !other->owner_ || other->closed_ || network_.cut_.contains(out_)) return;
      for (; !sent_.empty(); sent_.pop_front())
        caf::anon_send(other->owner_, cluster::Received{other->id_, std::move(sent_.front())});
    }
    void end(const std::string& why) {
      const std::lock_guard lock(network_.mutex_);
      if (std::exchange(closed_, true)) return;
      if (owner_) caf::anon_send(owner_, cluster::Closed{id_, why});
      owner_ = nullptr;
      network_.ends_.erase(id_);
    }

    MemoryNetwork& network_;
    const std::uint64_t id_;
    const Way out_;
    std::weak_ptr<End> other_;
    caf::actor owner_;
    std::deque<std::string> sent_;
    bool closed_ = false;
  };

  mutable std::mutex mutex_;
  std::uint64_t last_ = 0;
  std::int64_t frames_ = 0;
  std::set<Way> cut_;
  std::map<std::uint16_t, caf::actor> doors_;
  std::map<std::uint64_t, std::shared_ptr<End>> ends_;
};

// One node's. `port` is where it will listen.
class MemoryTransport final : public cluster::Transport {
 public:
  MemoryTransport(MemoryNetwork& network, std::uint16_t port) : network_(network), port_(port) {}
  ~MemoryTransport() override { stop(); }

  store::Result<cluster::Endpoint> listen(const cluster::Endpoint& at, caf::actor door) override {
    const std::lock_guard lock(network_.mutex_);
    network_.doors_[port_] = std::move(door);
    return at;
  }
  void own(const cluster::ConnectionPtr& connection, caf::actor owner) override {
    const auto end = std::static_pointer_cast<MemoryNetwork::End>(connection);
    std::shared_ptr<MemoryNetwork::End> other;
    {
      const std::lock_guard lock(network_.mutex_);
      if (end->closed_) {
        caf::anon_send(owner, cluster::Closed{end->id_, "it had ended before"});
        return;
      }
      end->owner_ = std::move(owner);
      other = end->other_.lock();
    }
    if (other) other->deliver();
  }
  void dial(const cluster::Endpoint& to, Duration, caf::actor owner,
            std::uint64_t attempt) override {
    std::shared_ptr<MemoryNetwork::End> here, there;
    caf::actor door;
    {
      const std::lock_guard lock(network_.mutex_);
      const auto found = network_.doors_.find(to.port);
      const bool cut =
          network_.cut_.contains({port_, to.port}) || network_.cut_.contains({to.port, port_});
      if (found == network_.doors_.end() || cut) {
        caf::anon_send(owner,
                       cluster::Dialled{attempt, nullptr, cut ? "timed out" : "nobody is there"});
        return;
      }
      door = found->second;
      here = std::make_shared<MemoryNetwork::End>(network_, ++network_.last_,
                                                  MemoryNetwork::Way{port_, to.port});
      there = std::make_shared<MemoryNetwork::End>(network_, ++network_.last_,
                                                   MemoryNetwork::Way{to.port, port_});
      here->other_ = there;
      there->other_ = here;
      here->owner_ = owner;
      network_.ends_[here->id_] = here;
      network_.ends_[there->id_] = there;
      mine_.push_back(here);
    }
    caf::anon_send(owner, cluster::Dialled{attempt, here, {}});
    caf::anon_send(door, cluster::Accepted{there});
  }
  void stop() override {
    std::vector<std::weak_ptr<MemoryNetwork::End>> mine;
    {
      const std::lock_guard lock(network_.mutex_);
      network_.doors_.erase(port_);
      mine.swap(mine_);
    }
    for (const auto& end : mine)
      if (const auto live = end.lock()) live->close("the node has stopped");
  }

 private:
  MemoryNetwork& network_;
  const std::uint16_t port_;
  std::vector<std::weak_ptr<MemoryNetwork::End>> mine_;
};

}  // namespace souk::testing
