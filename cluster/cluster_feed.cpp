#include "cluster/cluster_feed.hpp"

#include <algorithm>
#include <chrono>

#include <spdlog/spdlog.h>

namespace souk::cluster {
namespace {

using store::Code;
using store::Status;

constexpr Duration kWaitMin = milliseconds(20);
constexpr Duration kMoreWithin = milliseconds(200);
constexpr Duration kAskedWait = seconds(2);  // how long a pull waits at its node
constexpr Duration kLostAfter = seconds(5);  // longer than that
constexpr Duration kAskAgainFirst = milliseconds(20);
constexpr Duration kAskAgainMax = milliseconds(500);
constexpr Duration kWakeSoonest = milliseconds(1);

std::size_t bytes_of(const core::Page& page) {
  std::size_t bytes = 0;
  for (const store::Slice& slice : page.slices) bytes += slice.bytes;
  return bytes;
}

bool is_one_batch(const core::Page& page) {
  return page.slices.size() == 1 && page.slices.front().batches.size() == 1;
}

template <class Wanted>
const store::Offset* offset_in(const Wanted& wanted, PartitionId partition) {
  const auto found =
      std::ranges::find_if(wanted, [&](const auto& one) { return one.first == partition; });
  return found == wanted.end() ? nullptr : &found->second;
}

// True if the page's records are those that are wanted next.
template <class Wanted>
bool continues(const core::Page& page, const Wanted& wanted, std::size_t bytes_max) {
  if (bytes_of(page) > bytes_max && !is_one_batch(page)) return false;
  if (page.failed && offset_in(wanted, *page.failed) == nullptr) return false;
  return std::ranges::all_of(page.slices, [&](const store::Slice& slice) {
    const store::Offset* offset = offset_in(wanted, slice.partition);
    return offset != nullptr && *offset == slice.from;
  });
}

// What is wanted by whoever has taken the page.
template <class Wanted>
void advance(Wanted& wanted, const core::Page& page) {
  for (auto& [partition, offset] : wanted)
    for (const store::Slice& slice : page.slices)
      if (slice.partition == partition) offset = slice.next;
}

// A page holds one failure.
bool takes(const core::Page& page, const core::Page& further, std::size_t bytes_max) {
  if (!page.status.ok() && !further.status.ok()) return false;
  return page.slices.empty() || bytes_of(page) + bytes_of(further) <= bytes_max;
}

void add(core::Page& page, core::Page&& further) {
  std::ranges::move(further.slices, std::back_inserter(page.slices));
  page.more |= further.more;
  if (further.status.ok()) return;
  page.status = std::move(further.status);
  page.failed = further.failed;
}

}  // namespace

ClusterFeed::ClusterFeed(caf::actor_config& config, const core::Runtime& runtime, core::Ends& ends,
                         const Peers& peers)
    : core::Actor(config, core::Failure::ends_node), runtime_(runtime), ends_(ends) {
  sources_.emplace_back().node = peers.self;
  for (const auto& [node, link] : peers.links) {
    Source& source = sources_.emplace_back();
    source.node = node;
    source.link = link;
  }
  const store::Identity& identity = runtime.log.identity();
  for (const auto& [service, count] : identity.partitions)
    for (std::uint16_t number = 0; number < count; ++number)
      for (std::size_t at = 0; at < sources_.size(); ++at)
        if (*peers.owner(identity, {service, number}) == sources_[at].node)
          source_of_[{service, number}] = at;
}

caf::behavior ClusterFeed::make_behavior() {
  return {
      [this](core::Pull& pull) { pulled(pull); },
      [this](core::Page& page) { paged(page); },
      [this](const Told& news) { told(news); },
      [this](core::tick_atom) {
        wake_at_ = {};
        serve();
      },
  };
}

// Nobody is left without an answer.
void ClusterFeed::on_exit() {
  core::Page page;
  page.status = {Code::stopped, "The node is stopping."};
  if (pull_) answer(std::move(page));
  sources_.clear();
}

void ClusterFeed::pulled(core::Pull& pull) {
  if (!pull.reply_to) return;
  const Duration wait = said_more_ ? std::min(pull.wait, kMoreWithin) : pull.wait;
  until_ = runtime_.clock.now() + std::max(wait, kWaitMin);
  pull_ = std::move(pull);
  for (Source& source : sources_) source.wanted.clear();
  for (const auto& one : pull_->wanted)
    if (const auto at = source_of_.find(one.first); at != source_of_.end())
      sources_[at->second].wanted.push_back(one);
  serve();
}

// Asks whoever has to be asked, and answers the pull if there is something to say.
void ClusterFeed::serve() {
  if (!pull_) return;
  const Time now = runtime_.clock.now();
  for (Source& source : sources_) {
    if (source.kept && !continues(*source.kept, source.wanted, pull_->bytes_max))
      source.kept.reset();
    ask(source, now);
  }
  if (answer_with_what_is_kept()) return;
  if (now >= until_) return answer({});
  wake_in_time(now);
}

// --- asking ------------------------------------------------------------------------------------

ClusterFeed::Source* ClusterFeed::asked(std::uint64_t token) {
  const auto found = std::ranges::find_if(
      sources_, [&](const Source& source) { return source.token == token && token != 0; });
  return found == sources_.end() ? nullptr : &*found;
}

// For what is wanted of it, if that is not under way, and has not come.
void ClusterFeed::ask(Source& source, Time now) {
  if (source.kept || source.wanted.empty() || now < source.again_at) return;
  const bool is_lost = source.token != 0 && now >= source.until;
  if (is_lost) source.room_max = std::max(source.room_max / 2, kRoomMin);
  if (source.token != 0 && !is_lost && source.asked == source.wanted) return;
  source.reader = {};
  source.asked = source.wanted;
  if (!source.link) {
    source.token = ++tokens_;
    source.until = now + kAskedWait + kLostAfter;
    send(runtime_.feed, core::Pull{source.wanted, pull_->bytes_max, kAskedWait, source.token,
                                   caf::actor_cast<caf::actor>(this)});
    return;
  }
  wire::Pull pull;
  for (const auto& [partition, offset] : source.wanted)
    pull.wanted.push_back(to_wire(partition, offset));
  pull.bytes_max = static_cast<std::int64_t>(std::min(pull_->bytes_max, source.room_max));
  pull.wait = kAskedWait;
  request(source, Kind::pull, saved(pull), now + kAskedWait + kLostAfter);
}

void ClusterFeed::ask_for_rest(Source& source, Time now) {
  request(source, Kind::read_log, saved(*source.reader.wanted()), now + kLostAfter);
}

void ClusterFeed::request(Source& source, Kind kind, std::string what, Time until) {
  source.token = ++tokens_;
  source.until = until;
  send(source.link,
       Request{kind, until, {std::move(what)}, caf::actor_cast<caf::actor>(this), source.token});
}

// --- what comes --------------------------------------------------------------------------------

void ClusterFeed::paged(core::Page& page) {
  Source* source = asked(page.token);
  if (source == nullptr) return;
  source->token = 0;
  came(*source, std::move(page));
}

void ClusterFeed::told(const Told& told) {
  Source* source = asked(told.token);
  if (source == nullptr) return;
  source->token = 0;
  Status status = told.status;
  if (status.ok())
    status = told.kind == Kind::failure ? failure_of(told.parts) : source->reader.take(told.parts);
  if (!status.ok()) return failed(*source, status);
  if (source->reader.wanted()) return ask_for_rest(*source, runtime_.clock.now());
  core::Page page = source->reader.page();
  if (!page.status.ok() && !page.failed) return failed(*source, page.status);
  for (const store::Slice& slice : page.slices) ends_.reached(slice.partition, slice.end);
  came(*source, std::move(page));
}

void ClusterFeed::came(Source& source, core::Page page) {
  source.again_after = {};
  source.trouble.clear();
  source.room_max = std::min(source.room_max + source.room_max / 16, kRoomMax);
  if (!page.slices.empty() || !page.status.ok()) source.kept = std::move(page);
  serve();
}

// A link says itself that its peer is away, and once.
void ClusterFeed::failed(Source& source, const Status& why) {
  source.reader = {};
  source.again_after =
      std::clamp(Duration{2 * source.again_after.micros}, kAskAgainFirst, kAskAgainMax);
  source.again_at = runtime_.clock.now() + source.again_after;
  if (why.code() != Code::stopped && why.message() != source.trouble)
    spdlog::warn("the log of node {} cannot be followed: {}", source.node, why.message());
  source.trouble = why.message();
  serve();
}

// --- answering ---------------------------------------------------------------------------------

bool ClusterFeed::answer_with_what_is_kept() {
  core::Page page;
  std::optional<std::size_t> left_over;
  std::vector<Source*> next;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const std::size_t at = (turn_ + i) % sources_.size();
    Source& source = sources_[at];
    if (!source.kept) continue;
    if (!takes(page, *source.kept, pull_->bytes_max)) {
      left_over = left_over.value_or(at);
      continue;
    }
    advance(source.wanted, *source.kept);
    if (source.kept->more) next.push_back(&source);
    add(page, *std::exchange(source.kept, std::nullopt));
  }
  if (page.slices.empty() && page.status.ok()) return false;
  if (left_over) page.more = true;
  turn_ = left_over.value_or(turn_ + 1) % sources_.size();
  // Who has more is asked for it while the consumer works.
  for (Source* source : next) ask(*source, runtime_.clock.now());
  answer(std::move(page));
  return true;
}

void ClusterFeed::answer(core::Page page) {
  page.token = pull_->token;
  said_more_ = page.more;
  send(pull_->reply_to, std::move(page));
  pull_.reset();
}

// A tick for the first thing that has to be done by the clock.
void ClusterFeed::wake_in_time(Time now) {
  Time soonest = until_;
  for (const Source& source : sources_) {
    if (source.wanted.empty()) continue;
    if (source.token != 0) soonest = std::min(soonest, source.until);
    if (source.again_at > now) soonest = std::min(soonest, source.again_at);
  }
  const Time when = std::max(soonest, now + kWakeSoonest);
  if (wake_at_.is_set() && wake_at_ <= when) return;
  wake_at_ = when;
  delayed_send(this, std::chrono::microseconds((when - now).micros), core::tick_atom::value);
}

}  // namespace souk::cluster
