#include "tests/sim/network.hpp"

#include <algorithm>
#include <deque>
#include <optional>

namespace souk::sim {
namespace {

constexpr int kGreetings = 2;  // frames of a connection that always arrive

}  // namespace

// One end of a connection. The world is single-threaded, and so is this.
class Network::End final : public cluster::Connection, public std::enable_shared_from_this<End> {
 public:
  End(Network& network, std::uint64_t id, std::uint16_t here, std::uint16_t there)
      : network_(network), id_(id), here_(here), there_(there) {}

  std::uint64_t id() const override { return id_; }
  std::string peer() const override { return "machine " + std::to_string(there_); }
  std::size_t queued_bytes() const override { return queued_bytes_; }
  void consumed(std::size_t) override {}

  void send(std::string frame) override {
    if (closed_) return;
    queued_bytes_ += frame.size();
    waiting_.push_back(std::move(frame));
    transmit();
  }

  // Whatever may leave now does.
  void transmit() {
    const Way& way = network_.way(here_, there_);
    if (way.cut) return;
    Random& random = network_.random_;
    for (; !waiting_.empty(); waiting_.pop_front()) {
      std::string frame = std::move(waiting_.front());
      queued_bytes_ -= frame.size();
      const bool greeting = sent_++ < kGreetings;
      if (!greeting && random.below(1'000) < way.strays) stray(frame);
      if (!greeting && random.below(1'000) < way.lost) continue;
      const bool overtaken = !greeting && random.below(1'000) < way.overtaken;
      const bool doubled = !greeting && random.below(1'000) < way.doubled;
      if (doubled) arrive(frame, false);
      arrive(std::move(frame), !overtaken);
    }
    if (closing_) tell_other(*closing_);
  }

  void close(std::string why) override {
    if (closed_) return;
    end(why);
    closing_ = "the peer closed the connection";
    if (!network_.way(here_, there_).cut) tell_other(*closing_);
  }
  // Nothing more goes in or out, and the owner hears of it.
  void end(const std::string& why) {
    if (std::exchange(closed_, true)) return;
    if (owner_) caf::anon_send(owner_, cluster::Closed{id_, why});
    owner_ = nullptr;
  }
  // Its machine is off. What is left of the owner hears of it, and the peer nothing.
  void vanish() {
    end("the machine is off");
    waiting_.clear();
    network_.ends_.erase(id_);
  }

  void own(caf::actor owner) {
    if (closed_) {
      caf::anon_send(owner, cluster::Closed{id_, "it had ended before"});
      return;
    }
    owner_ = std::move(owner);
    for (; !early_.empty(); early_.pop_front())
      caf::anon_send(owner_, cluster::Received{id_, std::move(early_.front())});
  }

  std::uint16_t here() const { return here_; }
  std::weak_ptr<End> other;

 private:
  // In order after the others, unless it is overtaken or a copy.
  void arrive(std::string frame, bool in_order) {
    const Way& way = network_.way(here_, there_);
    Time when = network_.agenda_.now() + network_.random_.between(way.delay_min, way.delay_max);
    if (in_order) arrives_ = when = std::max(when, arrives_);
    arrive_at(when, std::move(frame));
  }
  void stray(std::string frame) {
    arrive_at(network_.agenda_.now() + network_.random_.between(Duration{0}, kStrayMax),
              std::move(frame));
  }
  void arrive_at(Time when, std::string frame) {
    network_.agenda_.at(when, [to = other, frame = std::move(frame)]() mutable {
      if (const auto end = to.lock()) end->receive(std::move(frame));
    });
  }
  void receive(std::string frame) {
    if (closed_) return;
    if (owner_)
      caf::anon_send(owner_, cluster::Received{id_, std::move(frame)});
    else
      early_.push_back(std::move(frame));
  }
  void tell_other(const std::string& why) {
    closing_.reset();
    const Time when = std::max(arrives_, network_.agenda_.now() + Duration{100});
    network_.agenda_.at(when, [to = other, why] {
      if (const auto end = to.lock()) end->end(why);
    });
    network_.agenda_.at(when, [&network = network_, id = id_] { network.ends_.erase(id); });
  }

  Network& network_;
  const std::uint64_t id_;
  const std::uint16_t here_, there_;
  caf::actor owner_;
  std::deque<std::string> waiting_;  // to be sent
  std::deque<std::string> early_;    // came before there was an owner
  std::size_t queued_bytes_ = 0;
  int sent_ = 0;
  Time arrives_;  // the last frame
  std::optional<std::string> closing_;
  bool closed_ = false;
};

void Network::changed() {
  std::vector<std::shared_ptr<End>> ends;
  for (const auto& [id, end] : ends_) ends.push_back(end);
  for (const auto& end : ends) end->transmit();
}

void Network::heal() {
  ways_.clear();
  changed();
}

store::Result<cluster::Endpoint> Transport::listen(const cluster::Endpoint& at, caf::actor door) {
  network_.doors_[port_] = std::move(door);
  return at;
}

void Transport::own(const cluster::ConnectionPtr& connection, caf::actor owner) {
  std::static_pointer_cast<Network::End>(connection)->own(std::move(owner));
}

// A dial is an exchange of two packets; if one of the ways is cut it is given up in time.
void Transport::dial(const cluster::Endpoint& to, Duration time_max, caf::actor owner,
                     std::uint64_t attempt) {
  Network& net = network_;
  const Way &out = net.way(port_, to.port), &in = net.way(to.port, port_);
  const Duration trip{net.random_.between(out.delay_min, out.delay_max).micros +
                      net.random_.between(in.delay_min, in.delay_max).micros};
  const bool too_long = out.cut || in.cut || trip > time_max;
  const std::uint64_t number = ++net.last_id_;
  dialling_.emplace(number, std::move(owner));
  net.agenda_.after(too_long ? time_max : trip, [this, &net, too_long, number, from = port_,
                                                 port = to.port, attempt] {
    const auto dialling = dialling_.find(number);
    if (dialling == dialling_.end()) return;  // the process has ended
    const caf::actor owner = std::move(dialling->second);
    dialling_.erase(dialling);
    const auto door = net.doors_.find(port);
    if (too_long || door == net.doors_.end()) {
      caf::anon_send(
          owner, cluster::Dialled{attempt, nullptr, too_long ? "timed out" : "nobody is there"});
      return;
    }
    auto here = std::make_shared<Network::End>(net, ++net.last_id_, from, port);
    auto there = std::make_shared<Network::End>(net, ++net.last_id_, port, from);
    here->other = there;
    there->other = here;
    net.ends_[here->id()] = here;
    net.ends_[there->id()] = there;
    here->own(owner);
    caf::anon_send(owner, cluster::Dialled{attempt, here, {}});
    caf::anon_send(door->second, cluster::Accepted{there});
  });
}

void Transport::end(bool say_so) {
  dialling_.clear();
  network_.doors_.erase(port_);
  std::vector<std::shared_ptr<Network::End>> mine;
  for (const auto& [id, end] : network_.ends_)
    if (end->here() == port_) mine.push_back(end);
  for (const auto& end : mine) {
    if (say_so) end->close("the process has ended");
    end->vanish();
  }
}

}  // namespace souk::sim
