#include "node/front.hpp"

#include <algorithm>
#include <chrono>

namespace souk::node {
namespace {

constexpr Duration kWakeSoonest = milliseconds(10);  // how exact the waits are

template <class A>
gateway::Answer<A> to_gateway(core::Answer<A>& answer) {
  gateway::Answer<A> out;
  switch (answer.verdict) {
    case core::Verdict::accepted:
      out.outcome = answer.final ? gateway::Outcome::accepted : gateway::Outcome::pending;
      break;
    case core::Verdict::refused:
      out.outcome = gateway::Outcome::refused;
      out.refusal = refusal_name<A>(answer.refusal);
      break;
    case core::Verdict::id_reused: out.outcome = gateway::Outcome::id_reused; break;
    case core::Verdict::unavailable:
    case core::Verdict::away:
      out.outcome = gateway::Outcome::unavailable;
      out.detail = std::move(answer.detail);
      break;
    case core::Verdict::overloaded:
      out.outcome = gateway::Outcome::overloaded;
      out.detail = std::move(answer.detail);
      break;
  }
  out.reply = std::move(answer.reply);
  if (answer.view) out.view = *answer.view;
  out.positions = answer.based_on.positions();
  return out;
}

}  // namespace

Front::Front(caf::actor_config& config, const core::Runtime& runtime, std::size_t waiting_max)
    : core::Actor(config, core::Failure::ends_node),
      runtime_(runtime),
      waiting_max_(waiting_max),
      random_(static_cast<unsigned>(id())) {}

template <class A>
caf::message_handler Front::handlers_for() {
  return caf::message_handler{
      [this](Ask<A>& one) { ask(one); },
      [this](core::Answer<A>& answer) { answered(answer); },
  };
}

caf::behavior Front::make_behavior() {
  return caf::message_handler{[this](core::tick_atom) { expire_due(); }}
      .or_else(handlers_for<Order>())
      .or_else(handlers_for<Stock>())
      .or_else(handlers_for<Wallet>())
      .or_else(handlers_for<Coupon>())
      .or_else(handlers_for<Campaign>())
      .or_else(handlers_for<Checkout>());
}

// Nobody is left without an answer.
void Front::on_exit() {
  const auto unknown = [](auto& waiting) {
    for (auto& [token, one] : waiting) {
      one.so_far.outcome = one.durable ? gateway::Outcome::pending : gateway::Outcome::unavailable;
      if (!one.durable) one.so_far.detail = "The node is stopping.";
      one.request->done(std::move(one.so_far));
    }
    waiting.clear();
  };
  std::apply([&](auto&... each) { (unknown(each), ...); }, waiting_);
}

template <class A>
void Front::ask(Ask<A>& ask) {
  auto& waiting = std::get<WaitingMap<A>>(waiting_);
  gateway::Request<A>& request = *ask.request;
  if (waiting.size() >= waiting_max_) {
    gateway::Answer<A> turned_away;
    turned_away.outcome = gateway::Outcome::overloaded;
    turned_away.detail = "Too many requests wait for the service " +
                         std::string(name_of(A::kService)) +
                         " already, and nothing was done; try again shortly.";
    return request.done(std::move(turned_away));
  }
  const std::uint64_t token = ++last_token_;
  core::Envelope<A> envelope;
  envelope.target = request.target;
  envelope.header.command_id = request.command_id;
  envelope.header.correlation_id = request.correlation_id;
  envelope.header.trace = request.trace;
  envelope.command = std::move(request.command);
  envelope.reply_to = {caf::actor_cast<caf::actor>(this), token, true};

  const bool expired = request.wait.micros <= 0;
  const Time until = runtime_.clock.now() + (expired ? kDurableGrace : request.wait);
  envelope.until = until + kDurableGrace;
  Waiting<A> one{std::move(ask.request), expire_at<A>(until, token), false, expired, {}};
  const bool here =
      runtime_.router.is_here(runtime_.router.partition_of(A::kService, envelope.target));
  if (!here && (!envelope.command || !envelope.header.command_id.empty()))
    one.again = std::make_shared<const core::Envelope<A>>(envelope);
  waiting.emplace(token, std::move(one));
  runtime_.router.send(std::move(envelope));
}

template <class A>
void Front::answered(core::Answer<A>& answer) {
  auto& waiting = std::get<WaitingMap<A>>(waiting_);
  const auto found = waiting.find(answer.token);
  if (found == waiting.end()) return;
  Waiting<A>& one = found->second;
  if (undecided(answer.verdict)) {
    if (will_ask_again(answer.token, one, answer.verdict)) return;
    // It is in the log; only what comes of it cannot be said just now.
    if (one.durable) return finish(answer.token, std::move(one.so_far));
  }
  if (!answer.final && !one.expired) {
    one.durable = true;
    one.so_far = to_gateway(answer);
    return;
  }
  finish(answer.token, to_gateway(answer));
}

// A node that is known to be away is not waited for: its askers hear so at once. But what may have
// been carried out is asked for until its outcome is known, or the asker's wait is over.
template <class A>
bool Front::will_ask_again(std::uint64_t token, Waiting<A>& one, core::Verdict verdict) {
  if (verdict == core::Verdict::unavailable) one.unknown = true;
  if (!one.again || !one.unknown) return false;
  const std::int64_t wait =
      std::min(kAskAgainFirst.micros << std::min(one.tries++, 20), kAskAgainMax.micros);
  const auto jitter = static_cast<std::int64_t>(random_()) % (wait / 4 + 1);
  deadlines_.emplace(runtime_.clock.now() + Duration{wait - jitter},
                     std::pair{token, &Front::ask_again<A>});
  wake_in_time();
  return true;
}

template <class A>
void Front::ask_again(std::uint64_t token) {
  auto& waiting = std::get<WaitingMap<A>>(waiting_);
  const auto found = waiting.find(token);
  if (found != waiting.end()) runtime_.router.send(core::Envelope<A>(*found->second.again));
}

template <class A>
void Front::expire(std::uint64_t token) {
  auto& waiting = std::get<WaitingMap<A>>(waiting_);
  const auto found = waiting.find(token);
  if (found == waiting.end()) return;
  Waiting<A>& one = found->second;
  one.deadline = deadlines_.end();  // it has just been taken out
  if (one.durable) {
    finish(token, std::move(one.so_far));
  } else if (one.expired) {
    gateway::Answer<A> answer;
    answer.outcome = gateway::Outcome::timed_out;
    finish(token, std::move(answer));
  } else {
    one.expired = true;
    one.deadline = expire_at<A>(runtime_.clock.now() + kDurableGrace, token);
  }
}

template <class A>
void Front::finish(std::uint64_t token, gateway::Answer<A> answer) {
  auto& waiting = std::get<WaitingMap<A>>(waiting_);
  const auto found = waiting.find(token);
  const auto request = std::move(found->second.request);
  if (found->second.deadline != deadlines_.end()) deadlines_.erase(found->second.deadline);
  waiting.erase(found);
  request->done(std::move(answer));
}

template <class A>
Front::Deadlines::iterator Front::expire_at(Time when, std::uint64_t token) {
  const auto at = deadlines_.emplace(when, std::pair{token, &Front::expire<A>});
  wake_in_time();
  return at;
}

void Front::expire_due() {
  wake_at_ = {};
  const Time now = runtime_.clock.now();
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const auto [token, expire] = deadlines_.begin()->second;
    deadlines_.erase(deadlines_.begin());
    (this->*expire)(token);
  }
  wake_in_time();
}

// A tick for the earliest deadline. Most requests are answered long before theirs, so ticks are
// rare.
void Front::wake_in_time() {
  if (deadlines_.empty()) return;
  const Time now = runtime_.clock.now();
  const Time when = std::max(deadlines_.begin()->first, now + kWakeSoonest);
  if (wake_at_.is_set() && wake_at_ <= when) return;
  wake_at_ = when;
  delayed_send(this, std::chrono::microseconds((when - now).micros), core::tick_atom::value);
}

}  // namespace souk::node
