#include "actors/core/writer.hpp"

#include <spdlog/spdlog.h>

#include "actors/core/feed.hpp"

namespace souk::core {
namespace {

// A group is not made larger than this: everybody in it waits for all of it.
constexpr std::size_t kGroupBytesMax = 32u << 20;

}  // namespace

Writer::Writer(caf::actor_config& config, const Runtime& runtime)
    : Actor(config, Failure::ends_node), runtime_(runtime), log_(runtime.log) {}

caf::behavior Writer::make_behavior() {
  return {
      [this](AppendRequest& request) { add(request); },
      [this](flush_atom) {
        flush_sent_ = false;
        flush();
      },
      [this](SnapshotRequest& request) {
        log_.put_snapshot(*request.stream, std::move(request.snapshot));
      },
      [this](Fence& fence) {
        flush();
        fence.gone.clean = true;
        send(fence.keeper, std::move(fence.gone));
      },
      // Everything that was appended before this is durable when it is answered.
      [this](stop_atom) {
        flush();
        if (const store::Status status = log_.flush(); !status.ok())
          spdlog::warn(
              "heads and snapshots were not saved at the stop (the next start rebuilds them): {}",
              status.message());
        quit();
        return true;
      },
  };
}

void Writer::add(AppendRequest& request) {
  group_bytes_ += request.append.bytes.size();
  group_.push_back(std::move(request.append));
  from_.push_back(std::move(request.from));
  snapshots_.push_back(std::move(request.snapshot));
  if (!flush_sent_) {
    flush_sent_ = true;
    send(this, flush_atom::value);
  }
  if (group_bytes_ >= kGroupBytesMax) flush();
}

void Writer::flush() {
  if (group_.empty()) return;
  group_bytes_ = 0;
  std::vector<store::Offset> offsets;
  const std::vector<store::Status> statuses = log_.append(group_, offsets);
  for (std::size_t i = 0; i < group_.size(); ++i) {
    if (!snapshots_[i] || !statuses[i].ok()) continue;
    snapshots_[i]->offset = offsets[i];
    log_.put_snapshot(*group_[i].stream, std::move(*snapshots_[i]));
  }
  tell(statuses, offsets);
  tell_feed();
  group_.clear();
  from_.clear();
  snapshots_.clear();
}

void Writer::tell(const std::vector<store::Status>& statuses,
                  const std::vector<store::Offset>& offsets) {
  std::vector<Committed> news;
  std::vector<std::size_t> first;  // index into from_ of the actor that the news is for
  std::unordered_map<caf::actor_id, std::size_t> index;
  index.reserve(from_.size());
  for (std::size_t i = 0; i < from_.size(); ++i) {
    const auto [at, added] = index.try_emplace(from_[i].id(), news.size());
    if (added) {
      news.emplace_back();
      first.push_back(i);
    }
    Committed& one = news[at->second];
    if (one.failure) continue;
    if (statuses[i].ok()) {
      ++one.count;
      one.last = offsets[i];
    } else {
      one.failure = std::make_shared<const store::Status>(statuses[i]);
    }
  }
  for (std::size_t i = 0; i < news.size(); ++i) send(from_[first[i]], std::move(news[i]));
}

// The feed sets the flag and then looks at the log; here it is the other way round. The log's lock
// orders the two, so one of them sees the other: no group is missed.
void Writer::tell_feed() {
  if (runtime_.feed_waits && runtime_.feed_waits.exchange(false))
    send(runtime_.feed, durable_atom::value);
}

}  // namespace souk::core
