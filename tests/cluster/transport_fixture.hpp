// Two programs' worth of actor system and transport in one process, and owners that write down what
// they are told.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <caf/all.hpp>
#include <gtest/gtest.h>

#include "cluster/frame.hpp"
#include "cluster/tcp_transport.hpp"

namespace souk::cluster {

// What an owner was told. Thread-safe.
class Diary {
 public:
  // What it does with what it is told; set before the owner is spawned.
  bool consumes = true;                            // works off at once what it receives
  std::function<void(const ConnectionPtr&)> take;  // for Accepted: null: nobody owns it
  std::function<void(const Received&)> look;       // at each frame

  struct Page {
    std::vector<Dialled> dialled;
    std::vector<ConnectionPtr> accepted;
    std::vector<Closed> closed;
    std::map<std::uint64_t, std::uint64_t> frames;  // received, by connection
    std::uint64_t bytes = 0;                        // received
    int after_closed = 0;                           // messages of a connection that had been closed
    int arriving = 0;                               // Arriving, of all connections
    int markers = 0;
  };

  template <class F>
  void write(F f) {
    {
      std::lock_guard lock(mutex_);
      f(page_);
    }
    changed_.notify_all();
  }
  Page page() const {
    std::lock_guard lock(mutex_);
    return page_;
  }
  // False if it has not come true in half a minute: then something hangs.
  template <class F>
  bool until(F f) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return f(page_); });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Page page_;
};

using Marker = caf::atom_constant<caf::atom("marker")>;

inline bool has_closed(const Diary::Page& page, std::uint64_t connection) {
  for (const Closed& closed : page.closed)
    if (closed.connection == connection) return true;
  return false;
}

// An owner, an acceptor, or both.
inline caf::behavior keep_diary(caf::event_based_actor*, const std::shared_ptr<Diary>& diary) {
  auto connections = std::make_shared<std::map<std::uint64_t, ConnectionPtr>>();
  return {
      [=](const Dialled& dialled) {
        if (dialled.connection) connections->emplace(dialled.connection->id(), dialled.connection);
        diary->write([&](auto& page) { page.dialled.push_back(dialled); });
      },
      [=](const Accepted& accepted) {
        connections->emplace(accepted.connection->id(), accepted.connection);
        if (diary->take) diary->take(accepted.connection);
        diary->write([&](auto& page) { page.accepted.push_back(accepted.connection); });
      },
      [=](const Received& received) {
        if (diary->look) diary->look(received);
        if (const auto at = connections->find(received.connection);
            diary->consumes && at != connections->end())
          at->second->consumed(received.frame.size());
        diary->write([&](auto& page) {
          ++page.frames[received.connection];
          page.bytes += received.frame.size();
          page.after_closed += has_closed(page, received.connection);
        });
      },
      [=](const Arriving& arriving) {
        diary->write([&](auto& page) {
          ++page.arriving;
          page.after_closed += has_closed(page, arriving.connection);
        });
      },
      [=](const Closed& closed) {
        connections->erase(closed.connection);
        diary->write([&](auto& page) {
          page.after_closed += has_closed(page, closed.connection);
          page.closed.push_back(closed);
        });
      },
      [=](Marker) { diary->write([](auto& page) { ++page.markers; }); },
  };
}

// One side: a system, a transport, and an owner of everything that it dials and accepts.
class Side {
 public:
  explicit Side(const TcpOptions& options = {}, bool takes_accepted = true) : transport(options) {
    config_.set("scheduler.max-threads", std::size_t{2});
    system = std::make_unique<caf::actor_system>(config_);
    if (takes_accepted)
      diary->take = [this](const ConnectionPtr& connection) { transport.own(connection, owner); };
  }
  ~Side() { stop(); }

  // After the diary has been set up.
  void start() { owner = system->spawn(keep_diary, diary); }
  Endpoint listen(const std::string& address = "127.0.0.1", std::uint16_t port = 0) {
    auto at = transport.listen({address, port}, owner);
    EXPECT_TRUE(at.ok()) << at.status().message();
    return at.ok() ? *at : Endpoint{};
  }
  // Null if it failed.
  ConnectionPtr dial(const Endpoint& to) {
    const Dialled dialled = dial(to, seconds(10));
    EXPECT_TRUE(dialled.connection) << dialled.why;
    return dialled.connection;
  }
  Dialled dial(const Endpoint& to, Duration time_max) {
    const std::uint64_t attempt = ++attempts_;
    transport.dial(to, time_max, owner, attempt);
    Dialled answer;
    EXPECT_TRUE(diary->until([&](const Diary::Page& page) {
      for (const Dialled& dialled : page.dialled)
        if (dialled.attempt == attempt) answer = dialled;
      return answer.attempt == attempt;
    }));
    return answer;
  }
  // The n-th connection that was accepted, from 0.
  ConnectionPtr accepted(std::size_t n = 0) {
    EXPECT_TRUE(diary->until([&](const Diary::Page& page) { return page.accepted.size() > n; }));
    const Diary::Page page = diary->page();
    return page.accepted.size() > n ? page.accepted[n] : nullptr;
  }
  // Why it was closed; "" if it was not.
  std::string closed(const ConnectionPtr& connection) {
    diary->until([&](const Diary::Page& page) { return has_closed(page, connection->id()); });
    for (const Closed& closed : diary->page().closed)
      if (closed.connection == connection->id()) return closed.why;
    return {};
  }
  // Returns when the owner has seen everything that it has been told until now.
  void catch_up() {
    const int before = diary->page().markers;
    caf::anon_send(owner, Marker::value);
    EXPECT_TRUE(diary->until([&](const Diary::Page& page) { return page.markers > before; }));
  }
  void end_owner() {
    caf::scoped_actor self{*system};
    self->send_exit(owner, caf::exit_reason::user_shutdown);
    self->wait_for(owner);
  }
  void stop() {
    if (!system) return;
    transport.stop();
    if (owner) end_owner();
    owner = {};
    system.reset();
  }

  std::shared_ptr<Diary> diary = std::make_shared<Diary>();
  TcpTransport transport;
  std::unique_ptr<caf::actor_system> system;
  caf::actor owner;

 private:
  caf::actor_system_config config_;
  std::uint64_t attempts_ = 0;
};

// A frame of one item of about so many bytes, that bears a number and is filled with what follows
// from it.
inline std::string numbered_frame(std::uint64_t number, std::size_t bytes) {
  std::vector<std::string> parts(1 + bytes / 600'000);
  for (std::string& part : parts)
    part.assign(bytes / parts.size(), static_cast<char>('a' + number % 26));
  FrameWriter writer;
  for (const std::string& part : parts)
    EXPECT_TRUE(writer.add({.kind = Kind::page, .number = number, .parts = {part}}));
  return writer.take();
}

// The number of such a frame; -1 if a single byte of it is not as it was.
inline std::int64_t number_of(const std::string& frame) {
  std::int64_t number = -1;
  bool right = true;
  const auto status = for_each_item(frame, [&](const ItemView& item) {
    number = static_cast<std::int64_t>(item.number);
    right = right && item.parts.size() == 1 &&
            item.parts[0].find_first_not_of(static_cast<char>('a' + item.number % 26)) ==
                std::string_view::npos;
  });
  return status.ok() && right ? number : -1;
}

// Sends as actors should: not without looking at what is queued.
inline void send_politely(const ConnectionPtr& connection, std::string frame) {
  while (connection->queued_bytes() > (1u << 20))
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  connection->send(std::move(frame));
}

}  // namespace souk::cluster
