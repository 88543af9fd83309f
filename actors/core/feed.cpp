#include "actors/core/feed.hpp"

#include <algorithm>
#include <chrono>
#include <exception>

namespace souk::core {
namespace {

constexpr Duration kWakeSoonest = milliseconds(1);  // how exact the waits are

// Where in `wanted` a page begins: after the partition that the last one ended with.
std::size_t first_turn(const Pull& pull, const std::optional<PartitionId>& last) {
  const auto at = std::ranges::find_if(pull.wanted,
                                       [&](const auto& one) { return last && one.first == *last; });
  if (at == pull.wanted.end() || at + 1 == pull.wanted.end()) return 0;
  return static_cast<std::size_t>(at - pull.wanted.begin()) + 1;
}

// Fills one page.
class Filling {
 public:
  Filling(const store::Log& log, const Pull& pull) : log_(log), left_(pull.bytes_max) {
    draft_.page.token = pull.token;
  }

  void take(PartitionId partition, store::Offset from, bool from_disk) {
    if (full_) {
      draft_.page.more = draft_.page.more || log_.next_offset(partition) > from;
      return;
    }
    if (!from_disk) {
      if (auto slice = log_.read_tail(partition, from, left_)) return add(std::move(*slice));
      draft_.behind = draft_.page.more = full_ = true;
      return;
    }
    auto slice = log_.read(partition, from, left_);
    if (slice.ok()) return add(std::move(*slice));
    if (!draft_.page.status.ok()) return;
    draft_.page.status = slice.status();
    draft_.page.failed = partition;
  }

  Feed::Draft draft() { return std::move(draft_); }

 private:
  void add(store::Slice slice) {
    if (slice.empty()) return;
    Page& page = draft_.page;
    if (slice.bytes > left_ && !page.slices.empty()) {
      page.more = full_ = true;  // the next page begins with it
      return;
    }
    left_ -= std::min(left_, slice.bytes);
    full_ = left_ == 0;
    page.more = page.more || slice.next < slice.end;
    draft_.last = slice.partition;
    page.slices.push_back(std::move(slice));
  }

  const store::Log& log_;
  std::size_t left_;
  bool full_ = false;
  Feed::Draft draft_;
};

Feed::Draft fill(const store::Log& log, const Pull& pull, const std::optional<PartitionId>& last,
                 bool from_disk) {
  Filling filling(log, pull);
  const std::size_t count = pull.wanted.size();
  const std::size_t first = first_turn(pull, last);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& [partition, from] = pull.wanted[(first + i) % count];
    filling.take(partition, from, from_disk);
  }
  return filling.draft();
}

Feed::Draft fill_from_disk(const store::Log& log, const Pull& pull,
                           const std::optional<PartitionId>& last) {
  try {
    return fill(log, pull, last, true);
  } catch (const std::exception& error) {
    Feed::Draft failed;
    failed.page.token = pull.token;
    failed.page.status = {store::Code::io_error,
                          std::string("Reading the log failed: ") + error.what() + "."};
    return failed;
  }
}

}  // namespace

Feed::Feed(caf::actor_config& config, const Runtime& runtime)
    : Actor(config, Failure::ends_node), runtime_(runtime) {
  set_down_handler([this](const caf::down_msg& down) { consumers_.erase(down.source.id()); });
}

caf::behavior Feed::make_behavior() {
  return {
      [this](Pull& pull) { pulled(pull); },
      [this](durable_atom) { serve_waiting(); },
      [this](Loaded& one) { loaded(one); },
      [this](tick_atom) {
        wake_at_ = {};
        serve_waiting();
      },
  };
}

// Nobody is left without an answer.
void Feed::on_exit() {
  for (auto& [id, consumer] : consumers_) {
    if (!consumer.pull) continue;
    Draft draft;
    draft.page.token = consumer.pull->token;
    draft.page.status = {store::Code::stopped, "The node is stopping."};
    answer(consumer, draft);
  }
  consumers_.clear();
}

void Feed::pulled(Pull& pull) {
  if (!pull.reply_to) return;
  const auto [at, added] = consumers_.try_emplace(pull.reply_to.id());
  if (added) monitor(pull.reply_to);
  Consumer& consumer = at->second;
  consumer.until = runtime_.clock.now() + pull.wait;
  consumer.pull = std::make_shared<const Pull>(std::move(pull));
  consumer.loading = false;
  ++consumer.serial;
  if (!serve(consumer)) serve_waiting();
}

// True if the consumer waits no longer: it has its page, or a loader is at it.
bool Feed::serve(Consumer& consumer) {
  Draft draft = fill(runtime_.log, *consumer.pull, consumer.last, false);
  if (draft.page.slices.empty()) {
    if (draft.behind) {
      load(consumer);
      return true;
    }
    if (runtime_.clock.now() < consumer.until) return false;
  }
  answer(consumer, draft);
  return true;
}

// The writer is told that somebody waits before they are looked at: what becomes durable after the
// look, it tells.
void Feed::serve_waiting() {
  runtime_.feed_waits = true;
  bool somebody_waits = false;
  for (auto& [id, consumer] : consumers_)
    if (consumer.waits() && !serve(consumer)) somebody_waits = true;
  if (somebody_waits)
    wake_in_time();
  else
    runtime_.feed_waits = false;
}

void Feed::load(Consumer& consumer) {
  consumer.loading = true;
  const PartitionId any = consumer.pull->wanted.front().first;
  send(
      runtime_.loader_for(any),
      Job{[&log = runtime_.log, pull = consumer.pull, last = consumer.last,
           serial = consumer.serial, self = caf::actor_cast<caf::actor>(this)] {
        caf::anon_send(self, Loaded{pull->reply_to.id(), serial, fill_from_disk(log, *pull, last)});
      }});
}

void Feed::loaded(Loaded& loaded) {
  const auto found = consumers_.find(loaded.consumer);
  if (found == consumers_.end() || found->second.serial != loaded.serial) return;
  answer(found->second, loaded.draft);
}

void Feed::answer(Consumer& consumer, Draft& draft) {
  if (draft.last) consumer.last = draft.last;
  const auto pull = std::move(consumer.pull);
  consumer.pull = nullptr;
  consumer.loading = false;
  send(pull->reply_to, std::move(draft.page));
}

// A tick for the earliest end of a wait. Waits rarely run out on a node that is in use.
void Feed::wake_in_time() {
  std::optional<Time> soonest;
  for (const auto& [id, consumer] : consumers_)
    if (consumer.waits() && (!soonest || consumer.until < *soonest)) soonest = consumer.until;
  if (!soonest) return;
  const Time now = runtime_.clock.now();
  const Time when = std::max(*soonest, now + kWakeSoonest);
  if (wake_at_.is_set() && wake_at_ <= when) return;
  wake_at_ = when;
  delayed_send(this, std::chrono::microseconds((when - now).micros), tick_atom::value);
}

}  // namespace souk::core
