// The writer: the one actor of a node that appends to its log.
//
// Group commit without a timer: an append that finds the writer idle sends it a `flush` behind
// whatever is already in its mailbox; all appends that come before that flush go into one group,
// one synced write. While the write runs (the actor is detached, no scheduler thread waits for the
// disk), the next group gathers in the mailbox.
//
// Every actor that appended gets one Committed a group: how many of its appends are durable, and
// the failure if one is not. Nothing is said before the write has been synced. The feed is told
// only while somebody waits in it.
#pragma once

#include <unordered_map>
#include <vector>

#include <caf/all.hpp>

#include "actors/core/actor.hpp"
#include "actors/core/messages.hpp"
#include "actors/core/runtime.hpp"

namespace souk::core {

class Writer : public Actor {
 public:
  Writer(caf::actor_config& config, const Runtime& runtime);
  caf::behavior make_behavior() override;
  const char* name() const override { return "souk.writer"; }

 private:
  void add(AppendRequest& request);
  void flush();
  void tell(const std::vector<store::Status>& statuses, const std::vector<store::Offset>& offsets);
  void tell_feed();

  const Runtime& runtime_;
  store::Log& log_;
  bool flush_sent_ = false;
  std::size_t group_bytes_ = 0;
  // One group: the same index in all three.
  std::vector<store::Append> group_;
  std::vector<caf::actor> from_;
  std::vector<std::optional<store::Snapshot>> snapshots_;
};

}  // namespace souk::core
