#include "actors/core/read_models/projector.hpp"

#include <algorithm>
#include <chrono>

#include <spdlog/spdlog.h>

#include "actors/read_models/project.hpp"

namespace souk::core {
namespace {

constexpr std::size_t kPageBytes = 4u << 20;
constexpr Duration kPollWait = seconds(30);
constexpr Duration kPollWaitRemote = seconds(1);  // what is missing is dated no more exactly
constexpr std::uint64_t kCommitRecords = 100'000;
constexpr std::size_t kCommitRows = 50'000;
constexpr Duration kLingerMax = milliseconds(100);  // the most that a commit waits for company
constexpr std::int64_t kLingerRounds = 4;           // times what the last round took
constexpr Duration kRetryFirst = milliseconds(500);
constexpr Duration kRetryMax = seconds(30);
constexpr Duration kRebuildAgain = seconds(60);  // after a rebuild that did not help
constexpr Duration kUnreadableAgain = seconds(10);
constexpr Duration kNoteMissingEvery = milliseconds(500);
constexpr Duration kWaitsTick = milliseconds(20);  // how exact the waits are

std::chrono::microseconds micros(Duration duration) {
  return std::chrono::microseconds(duration.micros);
}

}  // namespace

Projector::Projector(caf::actor_config& config, const Runtime& runtime, std::string data,
                     std::shared_ptr<Serving> serving,
                     std::shared_ptr<const std::atomic<bool>> cancelled)
    : Actor(config, Failure::ends_actor),
      runtime_(runtime),
      log_(*runtime.source),
      data_(std::move(data)),
      serving_(std::move(serving)),
      cancelled_(std::move(cancelled)) {
  for (const auto& [service, count] : log_.identity().partitions)
    for (std::uint16_t number = 0; number < count; ++number) {
      partitions_.push_back({service, number});
      has_remote_ |= log_.is_remote(partitions_.back());
    }
}

caf::behavior Projector::make_behavior() {
  start();
  return {
      [this](pull_atom, std::uint64_t serial) {
        if (serial == next_pull_.serial) pull_now();
      },
      [this](Page& page) { take(page); },
      [this](WaitForPosition& request) { wait_for(request); },
      [this](tick_atom, std::uint64_t serial) {
        if (serial != tick_.serial) return;
        tick_.at = {};
        answer_waiters(runtime_.clock.now());
      },
      [this](AskInfo& request) { request.done(info()); },
      [this](AskRebuild& request) {
        if (!generations_) start();  // the cause may have been mended: do not make them wait
        request.done(start_build());
      },
      [this](SettleParked& request) { settle(request); },
      [this](const BuildProgress& news) { progress(news); },
      [this](Built& news) { built(news); },
      [this](sweep_atom) { sweep(); },
      [this](stop_atom) {
        quit();
        return true;
      },
  };
}

// What is applied and not committed is applied again at the next start. A half-built generation is
// removed then, too. The files are closed here: messages to itself that are under way keep the
// actor's memory for a while.
void Projector::on_exit() {
  if (builder_) anon_send_exit(builder_, caf::exit_reason::user_shutdown);
  builder_ = nullptr;
  for (Waiter& waiter : waiters_) waiter.done(false, readable());
  waiters_.clear();
  serving_->set("", "The node is stopping.");  // so queries that wait for a reader end at once
  live_ = {};
  next_ = {};
  replaced_.clear();
}

// --- following the log -----------------------------------------------------------------------

Models* Projector::active() const { return next_.models ? next_.models.get() : live_.models.get(); }

void Projector::pull() {
  const Models* models = active();
  if (pulling_ || models == nullptr) return;
  const Time now = runtime_.clock.now();
  Pull request;
  for (const PartitionId partition : partitions_) {
    const auto unreadable = unreadable_.find(partition);
    if (unreadable == unreadable_.end() || unreadable->second.again_at <= now)
      request.wanted.emplace_back(partition, models->next(partition));
  }
  request.bytes_max = kPageBytes;
  request.wait = next_.models          ? Duration{0}
                 : has_remote_         ? kPollWaitRemote
                 : unreadable_.empty() ? kPollWait
                                       : kUnreadableAgain;
  next_pull_ = {{}, next_pull_.serial + 1};  // takes the place of one that is under way
  request.token = ++token_;
  request.reply_to = caf::actor_cast<caf::actor>(this);
  pulling_ = true;
  send(runtime_.feed_of_models(), std::move(request));
}

void Projector::pull_after(Duration wait) {
  const Time at = runtime_.clock.now() + wait;
  if (next_pull_.at.is_set() && next_pull_.at <= at) return;
  next_pull_ = {at, next_pull_.serial + 1};
  if (wait.micros <= 0)
    send(this, pull_atom::value, next_pull_.serial);
  else
    delayed_send(this, micros(wait), pull_atom::value, next_pull_.serial);
}

void Projector::pull_now() {
  next_pull_.at = {};
  if (!generations_) start();  // the start failed, and is tried again
  pull();
}

void Projector::take(Page& page) {
  if (page.token != token_) return;  // it was asked for before a switch
  pulling_ = false;
  if (active() == nullptr) return;
  const Time began = runtime_.clock.now();
  if (const store::Status status = apply(page); !status.ok()) return trouble(status);
  if (page.failed)
    failed(*page.failed, page.status);
  else if (!page.status.ok())
    return trouble(page.status);
  if (active() == nullptr) return;
  trouble_.clear();
  retry_after_ = {};
  if (next_.models && !page.more) try_to_switch();
  if (active() == nullptr) return;
  const Time now = runtime_.clock.now();
  note_missing(now);
  answer_waiters(now);
  const bool hurry = page.more || next_.models || !waiters_.empty() || page.slices.empty();
  pull_after(hurry ? Duration{0}
                   : std::min(kLingerMax, Duration{kLingerRounds * (now - began).micros}));
}

store::Status Projector::apply(const Page& page) {
  Models& models = *active();
  for (const store::Slice& slice : page.slices) {
    const store::Status status = models.apply(slice);
    if (status.ok()) {
      unreadable_.erase(slice.partition);
      continue;
    }
    if (!models.log_is_damaged()) return status;
    set_aside(slice.partition, status);
    return {};  // what is forgotten of the others is pulled again
  }
  const bool full =
      models.records_to_commit() >= kCommitRecords || models.rows_to_commit() >= kCommitRows;
  if (models.records_to_commit() == 0 || (page.more && !full)) return {};
  return models.commit();
}

void Projector::failed(PartitionId partition, const store::Status& why) {
  const bool ahead = why.code() == store::Code::invalid && log_.is_remote(partition);
  if (ahead && !next_.models) return build_from_another_log(partition);
  set_aside(partition, why);
}

// The log's other partitions go on.
void Projector::set_aside(PartitionId partition, const store::Status& why) {
  Unreadable& entry = unreadable_[partition];
  if (entry.why != why.message())
    spdlog::error("the read models get no further in {}/{}: {}", name_of(partition.service),
                  partition.number, why.message());
  entry = {why.message(), runtime_.clock.now() + kUnreadableAgain};
}

// The models stay as they are, and what is missing is tried again later.
void Projector::trouble(const store::Status& status) {
  if (next_.models) {
    end_build(status.message());
    if (live_.models) pull_after({});
    return;
  }
  if (status.message() != trouble_)
    spdlog::error("the read models cannot be kept up: {}", status.message());
  trouble_ = status.message();
  retry_after_ = std::clamp(Duration{2 * retry_after_.micros}, kRetryFirst, kRetryMax);
  pull_after(retry_after_);
  if (!live_.models || !live_.models->file_is_damaged()) return;
  const Time now = runtime_.clock.now();
  if (rebuild_ && rebuild_->ended_at.is_set() && now - rebuild_->ended_at < kRebuildAgain) return;
  if (const store::Status started = start_build(); !started.ok())
    spdlog::error("{}", started.message());
}

// --- those who ask ---------------------------------------------------------------------------

// What readers can see.
Positions Projector::readable() const {
  return live_.models ? live_.models->positions() : Positions{};
}

void Projector::wait_for(WaitForPosition& request) {
  const Time now = runtime_.clock.now();
  waiters_.push_back({std::move(request.wanted), now + request.wait, std::move(request.done)});
  answer_waiters(now);
  if (!waiters_.empty()) pull();  // does not wait for company
}

void Projector::answer_waiters(Time now) {
  if (waiters_.empty()) return;
  const Positions reached = readable();
  std::optional<Time> soonest;
  for (auto at = waiters_.begin(); at != waiters_.end();) {
    const bool there = covers(reached, at->wanted);
    if (there || at->until <= now) {
      at->done(there, reached);
      at = waiters_.erase(at);
    } else {
      soonest = std::min(soonest.value_or(at->until), at->until);
      ++at;
    }
  }
  if (!soonest) return;
  const Time when = std::max(*soonest, now + kWaitsTick);
  if (tick_.at.is_set() && tick_.at <= when) return;
  tick_ = {when, tick_.serial + 1};
  delayed_send(this, micros(when - now), tick_atom::value, tick_.serial);
}

read_models::Info Projector::info() {
  using read_models::State;
  read_models::Info info;
  const Time now = runtime_.clock.now();
  info.version = read_models::kReadModelsVersion;
  info.file = serving_->file();
  info.rebuild = rebuild_;
  info.state = live_.models ? State::live : State::building;
  if (!trouble_.empty()) {
    info.state = State::failed;
    info.detail = trouble_;
  } else if (!live_.models && building_.number == 0 && !next_.models) {
    info.state = listening_ ? State::building : State::failed;
    info.detail = serving_->why_not();
  }
  for (const auto& [partition, unreadable] : unreadable_) info.detail = unreadable.why;
  info.partitions = lags(now);
  if (live_.models) info.parked = live_.models->parked();
  return info;
}

std::vector<read_models::PartitionLag> Projector::lags(Time now) {
  note_missing(now);
  const Positions reached = readable();
  std::vector<read_models::PartitionLag> lags;
  for (const PartitionId partition : partitions_) {
    read_models::PartitionLag lag{partition, 0, 0, {}};
    if (const auto found = reached.find(partition); found != reached.end())
      lag.position = found->second;
    const store::Offset next = log_.next_offset(partition);
    lag.end = std::max(lag.position, next == store::kNoOffset ? next : next - 1);
    lag.behind = behind(lag, now);
    lags.push_back(lag);
  }
  return lags;
}

// The age of the first record that is missing. Of another node's: how long it is known to be
// missing, which is less, because this must not wait for that node.
Duration Projector::behind(const read_models::PartitionLag& lag, Time now) {
  if (lag.position >= lag.end) return {};
  if (log_.is_remote(lag.partition)) {
    const auto known = missing_since_.find(lag.partition);
    const bool is_dated = known != missing_since_.end() && known->second.offset == lag.position + 1;
    return is_dated ? now - known->second.since : Duration{};
  }
  Duration age{};
  if (const auto slice = log_.read(lag.partition, lag.position + 1, 1); slice.ok())
    (void)slice->for_each([&](const store::RecordView& record) {
      age = std::max(Duration{0}, now - record.time);
      return false;
    });
  return age;
}

void Projector::note_missing(Time now) {
  if (!has_remote_ || now - missing_noted_at_ < kNoteMissingEvery) return;
  missing_noted_at_ = now;
  const Positions reached = readable();
  for (const PartitionId partition : partitions_) {
    if (!log_.is_remote(partition)) continue;
    const auto found = reached.find(partition);
    const store::Offset next = found == reached.end() ? 1 : found->second + 1;
    Missing& missing = missing_since_[partition];
    if (next >= log_.next_offset(partition))
      missing = {};
    else if (missing.offset != next)
      missing = {next, now};
  }
}

void Projector::settle(SettleParked& request) {
  const store::Status status = settled(request);
  if (status.ok())
    spdlog::info("{}/{}: parked records {}", name_of(request.partition.service), request.stream,
                 request.skip ? "skipped, as asked" : "taken in");
  request.done(status);
}

store::Status Projector::settled(const SettleParked& request) {
  if (!live_.models)
    return {store::Code::stopped, "There are no read models yet. " + serving_->why_not()};
  if (building_.number != 0 || next_.models)
    return {store::Code::in_use,
            "The read models are being built anew, and what is decided now would not be in them; "
            "try again when that is done."};
  const history::ReadLog read = [this](PartitionId partition, store::Offset from,
                                       std::size_t bytes_max) {
    return log_.read(partition, from, bytes_max);
  };
  if (!request.skip) return live_.models->retry(request.partition, request.stream, read);
  for (const read_models::ParkedStream& one : live_.models->parked())
    if (one.partition == request.partition && one.stream == request.stream &&
        one.offset != request.offset)
      return {store::Code::invalid, "The oldest parked record of " + one.stream + " is " +
                                        std::to_string(one.offset) + ", not " +
                                        std::to_string(request.offset) +
                                        ", which may have been skipped already; nothing was done."};
  return live_.models->skip(request.partition, request.stream, request.reason, runtime_.clock.now(),
                            read);
}

}  // namespace souk::core
