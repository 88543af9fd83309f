#include "cluster/session.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "cluster/greeting.hpp"
#include "cluster/pages.hpp"
#include "events/codec.hpp"

namespace souk::cluster {
namespace {

constexpr auto kTick = std::chrono::milliseconds(100);
constexpr Duration kForgetOpen = seconds(60);

// A node that drains takes no command that begins something: those that end what was begun it does.
bool begins_something(const wire::Command& head) {
  const auto intent = static_cast<Intent>(head.intent);
  return head.has_command && intent != Intent::settle && intent != Intent::undo;
}

}  // namespace

Session::Session(caf::actor_config& config, Context& context, ConnectionPtr connection)
    : core::Actor(config, core::Failure::ends_actor),
      context_(context),
      connection_(std::move(connection)),
      silence_(context.options.silence_max),
      clock_gap_(context.options.clock_window()) {}

template <class... A>
caf::message_handler Session::answer_handlers(Types<A...>) {
  return caf::message_handler{[this](const core::Answer<A>& one) { answer(one); }...};
}

caf::behavior Session::make_behavior() {
  silence_.heard(now());
  context_.transport.own(connection_, caf::actor_cast<caf::actor>(this));
  delayed_send(this, kTick, core::tick_atom::value);
  return caf::message_handler{[this](Received& news) { received(news); },
                              [this](const Arriving&) { silence_.heard(now()); },
                              [this](const Closed&) { quit(); },
                              [this](core::flush_atom) {
                                flush_sent_ = false;
                                flush();
                              },
                              [this](core::tick_atom) {
                                tick();
                                delayed_send(this, kTick, core::tick_atom::value);
                              },
                              [this](core::stop_atom) { end("it is stopping"); }}
      .or_else(answer_handlers(Aggregates{}));
}

void Session::on_exit() {
  context_.runtime.counters.from_peers -= static_cast<std::int64_t>(open_.size());
  open_.clear();
  if (log_giver_) send_exit(log_giver_, caf::exit_reason::user_shutdown);
  log_giver_ = nullptr;
  connection_->close("the session has ended");
}

void Session::received(Received& news) {
  silence_.heard(now());
  traffic_.received_bytes += static_cast<std::int64_t>(news.frame.size());
  const store::Status status =
      for_each_item(news.frame, [this](const ItemView& one) { item(one); });
  connection_->consumed(news.frame.size());
  if (!status.ok()) end("it sent a damaged frame: " + status.message());
}

void Session::item(const ItemView& one) {
  if (one.kind == Kind::hello) return greet(one);
  if (peer_.empty()) return end("it has to say who it is first");
  switch (one.kind) {
    case Kind::command: return command(one);
    case Kind::pull:
    case Kind::read_log: return ask_log(one);
    case Kind::status: {
      wire::Status status;  // its link to us tells the same; the first to come counts
      if (one.parts.empty() || !codec::decode(one.parts[0], status)) return;
      clock_gap_.heard(status.at, now());
      if (context_.runtime.ends) core::take_ends(status.ends, *context_.runtime.ends);
      return;
    }
    default: return;  // of a newer version: not for us
  }
}

void Session::greet(const ItemView& one) {
  wire::Hello hello;
  if (!peer_.empty()) return;
  if (one.parts.empty() || !codec::decode(one.parts[0], hello))
    return end("its greeting makes no sense");
  if (const std::string why = disagreement(context_.self, hello); !why.empty()) {
    if (context_.board.is_news(why, now()))
      spdlog::error("{} was turned away: {}", connection_->peer(), why);
    wire::Hello self = context_.self;
    self.to = hello.node;
    // Only this side can know that another node was meant.
    const std::string told = disagreement(hello, self);
    return end(told.empty() ? why : told);
  }
  peer_ = hello.node;
  clock_gap_.heard(hello.at, now());
  wire::Hello self = context_.self;
  self.to = peer_;
  self.at = now();
  const std::string welcome = saved(self), status = saved(context_.status());
  put({Kind::welcome, 0, 0, {}, {welcome}});
  put({Kind::status, 0, 0, {}, {status}});
  beat_at_ = now() + context_.options.heartbeat;
}

void Session::command(const ItemView& one) {
  ++traffic_.received_items;
  wire::Command head;
  if (!is_service(one.service) || one.parts.size() < 2 || !codec::decode(one.parts[0], head))
    return refuse(one.number, store::Code::invalid,
                  context_.self.node + " does not know such a command.");
  if (context_.draining && begins_something(head))
    return refuse(one.number, store::Code::stopped,
                  context_.self.node + " is draining: it takes no new work.");
  head.deadline = clock_gap_.here(head.deadline);
  const auto service = static_cast<Service>(one.service);
  const core::ReplyTo reply_to{caf::actor_cast<caf::actor>(this), one.number, false};
  const std::string why = deliver_command(context_.runtime.router, service, std::move(head),
                                          one.parts[1], clock_gap_.here(one.until), reply_to);
  if (!why.empty())
    return refuse(one.number, store::Code::invalid,
                  fmt::format("{} cannot take the command: {}.", context_.self.node, why));
  open_.emplace(one.number, now());
  ++context_.runtime.counters.from_peers;
}

void Session::ask_log(const ItemView& one) {
  ++traffic_.received_items;
  if (!log_giver_) {
    if (!context_.log_giver)
      return refuse(one.number, store::Code::invalid,
                    context_.self.node + " does not give out its log.");
    log_giver_ = context_.log_giver(*this, connection_);
  }
  send(log_giver_, Asked{connection_->id(),
                         one.kind,
                         one.number,
                         clock_gap_.here(one.until),
                         {one.parts.begin(), one.parts.end()}});
}

template <class A>
void Session::answer(const core::Answer<A>& one) {
  const std::vector<std::string> parts = core::answer_to_parts(one);
  if (one.final && open_.erase(one.token) > 0) --context_.runtime.counters.from_peers;
  const ItemView item{Kind::answer,
                      static_cast<std::uint8_t>(A::kService),
                      one.token,
                      {},
                      {parts.begin(), parts.end()}};
  if (item_bytes(item.parts) <= kItemBytesMax) return put(item);
  // What it answers may have been done.
  core::Answer<A> unknown;
  unknown.token = one.token;
  unknown.verdict = core::Verdict::unavailable;
  unknown.detail = "The answer is larger than what nodes send each other.";
  answer(unknown);
}

void Session::refuse(std::uint64_t number, store::Code code, std::string why) {
  const std::string head = saved(wire::Failure{static_cast<std::uint16_t>(code), std::move(why)});
  put({Kind::failure, 0, number, {}, {head}});
}

void Session::put(const ItemView& one) {
  if (!writer_.add(one)) {
    flush();
    if (!writer_.add(one))
      return refuse(one.number, store::Code::invalid,
                    "The answer is larger than what nodes send each other.");
  }
  if (one.kind == Kind::answer || one.kind == Kind::failure) ++traffic_.sent_items;
  if (!flush_sent_) {
    flush_sent_ = true;
    send(this, core::flush_atom::value);
  }
}

// A peer that does not take its answers is not waited for.
void Session::flush() {
  constexpr std::size_t kQueuedMax = 64u << 20;
  if (writer_.empty()) return;
  traffic_.sent_bytes += static_cast<std::int64_t>(writer_.bytes());
  connection_->send(writer_.take());
  if (connection_->queued_bytes() > kQueuedMax) connection_->close("it does not take its answers");
}

// Says why in the last frame, and ends the connection: Closed follows.
void Session::end(const std::string& why) {
  const std::string head = saved(wire::Goodbye{why, false});
  put({Kind::goodbye, 0, 0, {}, {head}});
  flush();
  connection_->close(why);
}

void Session::tick() {
  const Time at = now();
  beat_at_ =
      std::min(beat_at_, at + context_.options.heartbeat);  // the clock may have been put back
  if (silence_.tick(at) > context_.options.silence_max) return connection_->close("silent");
  if (peer_.empty()) return;
  if (at >= beat_at_) {
    beat_at_ = at + context_.options.heartbeat;
    const std::string status = saved(context_.status());
    put({Kind::status, 0, 0, {}, {status}});
    context_.board.count(peer_, std::exchange(traffic_, {}));
    const auto forgotten =
        std::erase_if(open_, [&](const auto& one) { return at - one.second > kForgetOpen; });
    context_.runtime.counters.from_peers -= static_cast<std::int64_t>(forgotten);
  }
}

// --- the door ------------------------------------------------------------------------------------

Door::Door(caf::actor_config& config, Context& context)
    : core::Actor(config, core::Failure::ends_node), context_(context) {
  set_down_handler([this](const caf::down_msg& down) {
    sessions_.erase(down.source.id());
    if (stopping_ && sessions_.empty()) quit();
  });
}

caf::behavior Door::make_behavior() {
  return {
      [this](Accepted& news) {
        if (stopping_) return news.connection->close("this node is stopping");
        const auto session = spawn<Session, caf::monitored>(context_, std::move(news.connection));
        sessions_.emplace(session.id(), session);
      },
      [this](core::stop_atom) {
        stopping_ = true;
        for (const auto& [id, session] : sessions_) send(session, core::stop_atom::value);
        if (sessions_.empty()) quit();
      },
  };
}

}  // namespace souk::cluster
