#include "cluster/link.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <xxhash.h>

#include "cluster/dispatch.hpp"
#include "cluster/greeting.hpp"
#include "events/codec.hpp"

namespace souk::cluster {
namespace {

constexpr auto kTick = std::chrono::milliseconds(50);
constexpr Duration kStays = seconds(5);  // a peer that was up for less came and went

std::string lane_name(std::uint8_t lane) {
  return lane == 0 ? "the log" : std::string(name_of(static_cast<Service>(lane)));
}

double seconds_of(Duration time) { return static_cast<double>(time.micros) / 1e6; }

template <class T>
bool decode_head(const ItemView& item, T& head) {
  return !item.parts.empty() && codec::decode(item.parts.front(), head);
}

}  // namespace

Link::Link(caf::actor_config& config, Context& context, std::string peer, Endpoint at,
           std::string partitions)
    : core::Actor(config, core::Failure::ends_node),
      context_(context),
      peer_(std::move(peer)),
      at_(std::move(at)),
      partitions_(std::move(partitions)),
      silence_(context.options.silence_max),
      clock_gap_(context.options.clock_window()),
      unanswered_(context.options.unanswered),
      random_(static_cast<unsigned>(XXH3_64bits(peer_.data(), peer_.size()) ^
                                    static_cast<std::uint64_t>(context.self.started.micros))) {}

caf::behavior Link::make_behavior() {
  shown_.since = state_since_ = now();
  shown_.why = "it has not been reached yet";
  show();
  send(this, core::tick_atom::value);
  return {
      [this](core::RemoteCommand& one) { command(one); },
      [this](Request& one) { request(one); },
      [this](Dialled& news) { dialled(news); },
      [this](Received& news) { received(news); },
      [this](const Arriving& news) {
        if (connection_ && news.connection == connection_->id()) silence_.heard(now());
      },
      [this](Closed& news) {
        if (connection_ && news.connection == connection_->id()) go_away(news.why);
      },
      [this](core::flush_atom) {
        flush_sent_ = false;
        flush();
      },
      [this](core::tick_atom) {
        tick();
        delayed_send(this, kTick, core::tick_atom::value);
      },
      [this](core::stop_atom) {
        if (connection_) connection_->close("this node is stopping");
        said_ = "this node is stopping";  // nobody needs to be told of each peer
        state_ = State::away;
        go_away(said_);
        quit();
      },
  };
}

// --- the connection ------------------------------------------------------------------------------

void Link::dial() {
  state_ = State::dialling;
  state_since_ = now();
  context_.transport.dial(at_, context_.options.dial_max, caf::actor_cast<caf::actor>(this),
                          ++attempt_);
}

void Link::dialled(Dialled& news) {
  if (news.attempt != attempt_ || state_ != State::dialling) {
    if (news.connection) news.connection->close("it is not wanted any more");
    return;
  }
  if (!news.connection) return go_away(news.why);
  connection_ = std::move(news.connection);
  state_ = State::greeting;
  state_since_ = now();
  silence_.heard(state_since_);
  goodbye_.reset();
  wire::Hello hello = context_.self;
  hello.to = peer_;
  hello.at = now();
  std::string head;
  codec::encode(hello, head);
  send_now(Kind::hello, head);
}

void Link::received(Received& news) {
  if (!connection_ || news.connection != connection_->id()) return;
  silence_.heard(now());
  shown_.traffic.received_bytes += static_cast<std::int64_t>(news.frame.size());
  const store::Status status =
      for_each_item(news.frame, [this](const ItemView& one) { item(one); });
  if (!connection_) return;
  connection_->consumed(news.frame.size());
  if (!status.ok()) connection_->close("it sent a damaged frame: " + status.message());
}

void Link::item(const ItemView& one) {
  switch (one.kind) {
    case Kind::welcome: return welcomed(one);
    case Kind::goodbye: return told_goodbye(one);
    case Kind::status: return told_status(one);
    case Kind::failure: return failed(one);
    default: return answered(one);
  }
}

void Link::welcomed(const ItemView& one) {
  wire::Hello hello;
  if (state_ != State::greeting || !connection_) return;
  if (!decode_head(one, hello)) return connection_->close("its greeting makes no sense");
  if (const std::string why = disagreement(context_.self, hello); !why.empty()) {
    goodbye_ = why;
    return connection_->close(why);
  }
  clock_gap_ = ClockGap(context_.options.clock_window());
  clock_gap_.heard(hello.at, now());
  state_ = State::up;
  state_since_ = beat_at_ = now();
  failures_ = 0;
  said_.clear();
  shown_.up = true;
  shown_.since = state_since_;
  shown_.why.clear();
  shown_.version = hello.version;
  shown_.started = hello.started;
  spdlog::info("peer {} at {} is up (souk {})", peer_, to_string(at_), hello.version);
  show();
}

void Link::told_goodbye(const ItemView& one) {
  wire::Goodbye goodbye;
  if (decode_head(one, goodbye)) goodbye_ = goodbye.why;
}

void Link::told_status(const ItemView& one) {
  wire::Status status;
  if (!decode_head(one, status)) return;
  clock_gap_.heard(status.at, now());
  report_clock();
  if (context_.runtime.ends) core::take_ends(status.ends, *context_.runtime.ends);
  shown_.status = std::move(status);
}

// The one way out of every other state. Whoever waits is told that the outcome is unknown.
void Link::go_away(const std::string& transport_why) {
  const Time at = now();
  const bool was_up = state_ == State::up;
  const bool came_and_went = was_up && at - state_since_ < kStays;
  const std::string why = goodbye_ ? *goodbye_ : transport_why;
  connection_.reset();
  state_ = State::away;
  state_since_ = at;
  writer_ = {};
  items_to_send_ = 0;
  ++attempt_;  // a dial that is under way is not wanted any more
  const auto& options = context_.options;
  const auto doublings = std::min<std::int64_t>(failures_++, 20);
  // Every round of one that does not stay is two lines in the log.
  const std::int64_t wait =
      came_and_went ? options.redial_max.micros
                    : std::min(options.redial_min.micros << doublings, options.redial_max.micros);
  dial_at_ = at + Duration{wait - static_cast<std::int64_t>(
                                      random_() % static_cast<std::uint64_t>(wait / 4 + 1))};
  if (was_up) {
    shown_.up = false;
    shown_.since = state_since_;
  }
  shown_.why = why;
  report_away(was_up, why);
  goodbye_.reset();
  unanswered_.take_all([&](const Unanswered::Asker& asker) {
    const std::string unknown = fmt::format(
        "The connection to {} ended while it was at it ({}); whether it was carried "
        "out is unknown.",
        peer_, why);
    if (asker.lane == 0)
      send(asker.reply_to.actor,
           Told{asker.reply_to.token, {store::Code::stopped, unknown}, Kind::failure, {}});
    else
      deliver_verdict(static_cast<Service>(asker.lane), asker.reply_to, core::Verdict::unavailable,
                      unknown);
  });
  show();
}

// Once when it goes, once when it was never there, and whenever it says why it does not want us.
void Link::report_away(bool was_up, const std::string& why) {
  if (!was_up && !goodbye_ && !said_.empty()) return;
  if (said_ == why) return;
  said_ = why;
  const std::string lost =
      partitions_.empty() ? std::string() : fmt::format(" ({} cannot be reached)", partitions_);
  if (was_up || goodbye_)
    spdlog::warn("peer {} at {} is down: {}{}", peer_, to_string(at_), why, lost);
  else
    spdlog::info("peer {} at {} is not there yet: {}", peer_, to_string(at_), why);
}

// --- what is asked -------------------------------------------------------------------------------

void Link::command(core::RemoteCommand& one) {
  const Service service = one.partition.service;
  const auto lane = static_cast<std::uint8_t>(service);
  const auto turn_away = [&](core::Verdict verdict, const std::string& why) {
    deliver_verdict(service, one.reply_to, verdict, why);
  };
  if (state_ != State::up)
    return turn_away(core::Verdict::away,
                     fmt::format("The service {} (partition {}) is on {}, which is away: {}.",
                                 name_of(service), one.partition.number, peer_, shown_.why));
  const Time at = now();
  const std::size_t bytes = one.head.size() + one.command.size() + kItemHeaderBytes + 8;
  switch (unanswered_.admit(lane, bytes, one.until.is_set(), at)) {
    case Unanswered::Admission::window_full:
      return turn_away(core::Verdict::overloaded,
                       fmt::format("Too much is on its way to the service {} on {} already, and "
                                   "nothing was done; try again shortly.",
                                   name_of(service), peer_));
    case Unanswered::Admission::breaker_open:
      return turn_away(
          core::Verdict::away,
          fmt::format("The service {} on {} has not answered anything for {:.1f} s.",
                      name_of(service), peer_, seconds_of(unanswered_.silence(lane, at))));
    case Unanswered::Admission::yes: break;
  }
  const std::uint64_t number = unanswered_.add({lane, one.reply_to}, bytes, one.until, at);
  if (put({Kind::command, lane, number, one.until, {one.head, one.command}})) return;
  unanswered_.answered(number, at);
  turn_away(core::Verdict::away,
            fmt::format("A command of {} bytes is more than nodes send each other.", bytes));
}

void Link::request(Request& one) {
  const auto turn_away = [&](store::Code code, std::string why) {
    send(one.reply_to, Told{one.token, {code, std::move(why)}, Kind::failure, {}});
  };
  if (state_ != State::up)
    return turn_away(store::Code::stopped, fmt::format("{} is away: {}.", peer_, shown_.why));
  std::vector<std::string_view> parts(one.parts.begin(), one.parts.end());
  const std::size_t bytes = item_bytes(parts);
  const Time at = now();
  if (unanswered_.admit(0, bytes, false, at) != Unanswered::Admission::yes)
    return turn_away(store::Code::stopped, fmt::format("Too much is asked of {} already.", peer_));
  const std::uint64_t number =
      unanswered_.add({0, {one.reply_to, one.token, false}}, bytes, one.until, at);
  if (put({one.kind, 0, number, one.until, std::move(parts)})) return;
  unanswered_.answered(number, at);
  turn_away(store::Code::invalid, "The request is larger than what nodes send each other.");
}

// Adds to the frame that goes out once the mailbox has been looked through: what comes together
// goes together.
bool Link::put(const ItemView& one) {
  if (!writer_.add(one)) {
    if (writer_.empty()) return false;
    flush();
    if (!writer_.add(one)) return false;
  }
  ++items_to_send_;
  if (!flush_sent_) {
    flush_sent_ = true;
    send(this, core::flush_atom::value);
  }
  return true;
}

void Link::flush() {
  if (writer_.empty() || !connection_) return;
  shown_.traffic.sent_items += std::exchange(items_to_send_, 0);
  shown_.traffic.sent_bytes += static_cast<std::int64_t>(writer_.bytes());
  connection_->send(writer_.take());
}

void Link::send_now(Kind kind, const std::string& part) {
  FrameWriter frame;
  if (!frame.add({kind, 0, 0, {}, {part}}) || !connection_) return;
  shown_.traffic.sent_bytes += static_cast<std::int64_t>(frame.bytes());
  connection_->send(frame.take());
}

// --- what is answered ----------------------------------------------------------------------------

void Link::answered(const ItemView& one) {
  ++shown_.traffic.received_items;
  const Unanswered::Asker* found = unanswered_.find(one.number);
  if (found == nullptr) return;  // too late: nobody waits any more
  const Unanswered::Asker asker = *found;
  const Time at = now();
  if (asker.lane == 0) {
    unanswered_.answered(one.number, at);
    send(asker.reply_to.actor,
         Told{asker.reply_to.token, {}, one.kind, {one.parts.begin(), one.parts.end()}});
    return;
  }
  const auto service = static_cast<Service>(asker.lane);
  bool last = true;
  const bool good =
      one.kind == Kind::answer && deliver_answer(service, one.parts, asker.reply_to, last);
  if (last || !good)
    unanswered_.answered(one.number, at);
  else
    unanswered_.heard(one.number, at);
  if (!good)
    deliver_verdict(service, asker.reply_to, core::Verdict::unavailable,
                    fmt::format("{} answered something that this version does not know.", peer_));
}

// The peer did not try it.
void Link::failed(const ItemView& one) {
  ++shown_.traffic.received_items;
  const Unanswered::Asker* found = unanswered_.find(one.number);
  wire::Failure failure;
  if (found == nullptr || !decode_head(one, failure)) return;
  const Unanswered::Asker asker = *found;
  unanswered_.answered(one.number, now());
  if (asker.lane == 0)
    send(asker.reply_to.actor,
         Told{asker.reply_to.token,
              {static_cast<store::Code>(std::clamp<std::uint16_t>(
                   failure.code, 1, static_cast<std::uint16_t>(store::Code::timed_out))),
               failure.why},
              Kind::failure,
              {}});
  else
    deliver_verdict(static_cast<Service>(asker.lane), asker.reply_to, core::Verdict::away,
                    failure.why);
}

// --- time ----------------------------------------------------------------------------------------

void Link::tick() {
  const Time at = now();
  const Duration silent = silence_.tick(at);
  const auto& options = context_.options;
  // The clock may have been put back: then what was near must not be far off.
  state_since_ = std::min(state_since_, at);
  dial_at_ = std::min(dial_at_, at + options.redial_max);
  beat_at_ = std::min(beat_at_, at + options.heartbeat);
  switch (state_) {
    case State::away:
      if (at >= dial_at_) dial();
      break;
    case State::dialling:
      if (at - state_since_ > Duration{2 * options.dial_max.micros})
        go_away("there was no connection in time");
      break;
    case State::greeting:
    case State::up:
      if (silent > options.silence_max) {
        connection_->close("silent");
        go_away(fmt::format("nothing has been heard of it for {:.1f} s", seconds_of(silent)));
        break;
      }
      if (state_ == State::up && at >= beat_at_) {
        beat_at_ = at + options.heartbeat;
        std::string head;
        codec::encode(context_.status(), head);
        send_now(Kind::status, head);
        show();
      }
  }
  unanswered_.forget(at);
  report_breakers(at);
}

void Link::report_breakers(Time at) {
  std::vector<std::uint8_t> silent = unanswered_.silent(at);
  for (const std::uint8_t lane : silent)
    if (std::ranges::find(silent_, lane) == silent_.end())
      spdlog::warn("{} on {} has not answered anything for {:.1f} s: clients are turned away",
                   lane_name(lane), peer_, seconds_of(unanswered_.silence(lane, at)));
  for (const std::uint8_t lane : silent_)
    if (std::ranges::find(silent, lane) == silent.end() && state_ == State::up)
      spdlog::info("{} on {} answers again", lane_name(lane), peer_);
  silent_ = std::move(silent);
}

// Once when people should know of it, and once when it is over.
void Link::report_clock() {
  shown_.clock_ahead = clock_gap_.ahead();
  if (!shown_.clock_ahead) return;
  const std::int64_t gap = std::abs(shown_.clock_ahead->micros);
  if (!clocks_differ_ && gap > ClockGap::kTooMuch.micros) {
    clocks_differ_ = true;
    spdlog::warn(
        "the clock of {} is {:.1f} s {} this node's: the times in its log are off by that, and "
        "coupons "
        "end at other moments; let the machines of both follow the same time server",
        peer_, seconds_of({gap}), shown_.clock_ahead->micros > 0 ? "ahead of" : "behind");
  } else if (clocks_differ_ && gap <= ClockGap::kNone.micros) {
    clocks_differ_ = false;
    spdlog::info("the clock of {} agrees with this node's again", peer_);
  }
}

void Link::show() {
  shown_.unanswered = static_cast<std::int64_t>(unanswered_.size());
  shown_.unanswered_bytes = static_cast<std::int64_t>(unanswered_.bytes());
  shown_.breakers_open.clear();
  for (const std::uint8_t lane : silent_) shown_.breakers_open.push_back(lane_name(lane));
  context_.board.set(peer_, shown_);
}

}  // namespace souk::cluster
