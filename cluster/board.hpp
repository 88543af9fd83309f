// What a node knows of its peers, for people: links write it, the HTTP API reads it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "events/ids.hpp"
#include "events/wire.hpp"

namespace souk::cluster {

// What went over a connection, in items (commands, answers, requests; no heartbeats) and in bytes
// (all).
struct Traffic {
  std::int64_t sent_items = 0;
  std::int64_t sent_bytes = 0;
  std::int64_t received_items = 0;
  std::int64_t received_bytes = 0;
  Traffic& operator+=(const Traffic& other) {
    sent_items += other.sent_items;
    sent_bytes += other.sent_bytes;
    received_items += other.received_items;
    received_bytes += other.received_bytes;
    return *this;
  }
};

// A peer as the link to it sees it.
struct Peer {
  bool up = false;
  Time since;                           // since when it is up, or down
  std::string why;                      // it is down; empty while it is up
  std::string version;                  // of souk; empty: never seen
  Time started;                         // this run of it
  wire::Status status;                  // as it said last
  std::optional<Duration> clock_ahead;  // of this node's; not set: not known
  Traffic traffic;                      // of the link: what this node asked
  std::int64_t unanswered = 0;
  std::int64_t unanswered_bytes = 0;
  std::vector<std::string> breakers_open;  // services that do not answer in time
};

// Thread-safe.
class Board {
 public:
  void set(const std::string& node, Peer peer) {
    const std::lock_guard lock(mutex_);
    peers_[node] = std::move(peer);
  }
  std::map<std::string, Peer> peers() const {
    const std::lock_guard lock(mutex_);
    return peers_;
  }

  // Adds to what peers asked of this node, over the sessions of each.
  void count(const std::string& node, const Traffic& traffic) {
    const std::lock_guard lock(mutex_);
    served_[node] += traffic;
  }
  std::map<std::string, Traffic> served() const {
    const std::lock_guard lock(mutex_);
    return served_;
  }

  // Whether a sentence for the log was not said in the last minute. Then it counts as said.
  bool is_news(const std::string& sentence, Time now) {
    const std::lock_guard lock(mutex_);
    std::erase_if(said_, [&](const auto& one) { return now - one.second > seconds(60); });
    return said_.emplace(sentence, now).second;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Time> said_;
  std::map<std::string, Peer> peers_;
  std::map<std::string, Traffic> served_;
};

}  // namespace souk::cluster
