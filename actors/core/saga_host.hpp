// The saga host: an aggregate host with an outbox.
//
// After every group of records that has become durable it compares what should be in flight
// (`pending` of the committed state) with what is, and sends the difference; nothing is sent for a
// state that is not durable. Answers are handed to the saga as one Advance command: of a wave once
// all of it has been answered (or the deadline has passed), otherwise as they come. A step that is
// not answered is sent again with back-off; past its tries the saga records a dead letter, and it
// is still sent again.
//
// A command may be answered later than it is durable (`wait_key`): the asker then gets an answer
// that is not final when it is durable, and the final one when what it waits for has been
// committed. Those who wait are not stored: after a restart a client asks again with the same id.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "actors/core/host.hpp"
#include "actors/core/outbox.hpp"

namespace souk::core {

template <Saga S>
class SagaHost final : public Host<S> {
 public:
  using Base = Host<S>;
  using Base::Base;
  using typename Base::Command;
  using typename Base::Event;

  const char* name() const override { return "souk.saga-host"; }

  void on_exit() override {
    count_open(false);
    Base::on_exit();
  }

 protected:
  caf::message_handler handlers() override {
    return Base::handlers()
        .or_else(caf::message_handler{
            [this](const Tick&) { tick(); },
            [this](flush_atom) {
              flush_sent_ = false;
              advance_if_ready();
            },
        })
        .or_else(answer_handlers(static_cast<typename S::Calls*>(nullptr)));
  }

  void start() override {
    committed_ = this->loaded_.state;
    remembers_all_ = this->loaded_.sequence == 0;
    random_.seed(static_cast<unsigned>(XXH3_64bits(this->id_.data(), this->id_.size())));
    if (S::open(committed_)) follow();
  }

  void one_committed(const std::vector<Event>& events) override {
    for (const Event& event : events) {
      committed_ = S::evolve(std::move(committed_), event);
      changed_ = true;
      if (const auto key = S::released_by(committed_, event)) release(*key);
    }
  }

  void all_committed() override {
    if (changed_) {
      changed_ = false;
      follow();
    } else if (this->nothing_in_flight()) {
      advancing_ = false;
    }
    advance_if_ready();
  }

  bool idle() const override {
    return this->nothing_in_flight() && outbox_.idle() && deferred_.empty();
  }
  bool open() const override { return S::open(this->loaded_.state); }

  bool defer(const ReplyTo& reply_to, const Answer<S>& result, const Command& command) override {
    if (!reply_to.actor) return false;
    const auto key = S::wait_key(command);
    if (!key || S::settled(this->loaded_.state, *key)) return false;
    Answer<S> not_yet = result;
    not_yet.final = false;
    this->answer({reply_to.actor, reply_to.token, /*want_view=*/false}, std::move(not_yet));
    auto& waiters = deferred_[*key];
    // A client that asks again and again for an order that is stuck. Who waited for longest has
    // given up long ago, and whoever has not finds out by asking.
    if (waiters.size() >= kWaitersMax) waiters.erase(waiters.begin());
    waiters.push_back({reply_to, result});
    return true;
  }

  void fail_deferred(const std::string& why) override {
    for (auto& [key, waiters] : deferred_)
      for (Deferred& one : waiters) {
        Answer<S> unknown;
        unknown.token = one.reply_to.token;
        unknown.verdict = Verdict::unavailable;
        unknown.detail = why;
        this->send(one.reply_to.actor, std::move(unknown));
      }
    deferred_.clear();
  }

  // How far its participants had come when they answered. A saga that was loaded does not know what
  // its participants answered before; then the ends of their partitions stand in for that: further
  // than need be, but surely behind everything that it had heard of. Another node's ends are what
  // it said since this one started, so that holds for them too; one that has said nothing is left
  // out.
  std::shared_ptr<const Positions> participants_reached() const override {
    auto reached = std::make_shared<Positions>(reached_);
    if (!remembers_all_) reach_ends(*reached);
    return reached;
  }

 private:
  static constexpr std::size_t kWaitersMax = 64;  // who wait for the end of one order

  struct Deferred {
    ReplyTo reply_to;
    Answer<S> result;
  };

  template <class... A>
  caf::message_handler answer_handlers(std::variant<Call<A>...>*) {
    return caf::message_handler{[this](Answer<A>& answer) { participant_answered(answer); }...};
  }

  void reach_ends(Positions& reached) const {
    if constexpr (requires { S::participants(this->loaded_.state); }) {
      for (const Participant& one : S::participants(this->loaded_.state))
        reach_end(this->runtime_.router.partition_of(one.service, one.id), reached);
    } else {
      reach_all_ends(reached, static_cast<typename S::Calls*>(nullptr));
    }
  }
  template <class... A>
  void reach_all_ends(Positions& reached, std::variant<Call<A>...>*) const {
    for (const Service service : {A::kService...})
      for (std::uint16_t number = 0; number < this->runtime_.router.partitions(service); ++number)
        reach_end({service, number}, reached);
  }
  void reach_end(PartitionId partition, Positions& reached) const {
    const store::Offset next = this->runtime_.next_offset(partition);
    if (next > 1) merge(reached, {{partition, next - 1}});
  }

  // --- out --------------------------------------------------------------------------------------

  void follow() {
    advancing_ = false;
    count_open(S::open(committed_));
    outbox_.follow(S::pending(committed_));
    send_due(this->clock_now());
  }

  void send_due(Time now) {
    outbox_.send_due(now, S::kRetry, random_, [&](const auto& entry) { send_out(entry.out); });
    arm();
  }

  void send_out(const Outgoing<typename S::Calls>& out) {
    Header header;
    header.command_id.reserve(this->id_.size() + 24);
    header.command_id.append(name_of(S::kService)).append(1, ':').append(this->id_);
    header.command_id.append(1, '/').append(std::to_string(out.step.step));
    header.command_id.append(1, '/').append(std::to_string(out.step.index));
    header.intent = out.intent;
    header.deadline = attempt_deadline();
    header.causation_id = this->id_;
    header.correlation_id = this->id_;
    const ReplyTo reply_to{caf::actor_cast<caf::actor>(this), token_of(out.step, out.intent),
                           false};
    std::visit(
        [&]<class A>(const Call<A>& call) {
          this->runtime_.router.send(
              Envelope<A>{call.target, std::move(header), call.command, reply_to});
        },
        out.call);
  }

  Time attempt_deadline() const {
    if constexpr (requires { S::attempt_deadline(committed_); })
      return S::attempt_deadline(committed_).value_or(Time{});
    return S::deadline(committed_).value_or(Time{});
  }

  // --- in ---------------------------------------------------------------------------------------

  template <class A>
  void participant_answered(Answer<A>& answer) {
    if (undecided(answer.verdict) || !outbox_.waits_for(answer.token)) return;
    store::Offset& reached = reached_[answer.based_on.partition];
    reached = std::max(reached, answer.based_on.offset);
    std::string refusal;
    if (answer.verdict == Verdict::id_reused) {
      refusal = "id_reused";
      spdlog::error("{}/{}: {} says that the command's id came before with another body",
                    name_of(S::kService), this->id_, name_of(A::kService));
    } else if (answer.refusal >= kRefusalDeadlinePassed) {
      refusal = refusal_name<A>(answer.refusal);
    } else if (answer.refusal != 0) {
      refusal =
          std::string(name_of(A::kService)) + "." + std::string(refusal_name<A>(answer.refusal));
    }
    const StepRef step = outbox_.find(answer.token)->out.step;
    outbox_.answered(answer.token, S::answer(step, std::move(refusal), answer.reply));
    if constexpr (S::kWave) {
      if (outbox_.all_answered()) advance_if_ready();
    } else if (!flush_sent_) {
      // Whatever else is in the mailbox goes into the same Advance.
      flush_sent_ = true;
      this->send(this, flush_atom::value);
    }
  }

  void advance_if_ready() {
    const bool ready = S::kWave ? outbox_.all_answered() : outbox_.has_answers();
    if (ready && !advancing_) advance(false);
  }

  // While an Advance is on its way to the log, later answers wait in the outbox.
  void advance(bool timed_out) {
    advancing_ = true;
    submit(S::advance(outbox_.take_answers(), timed_out));
  }

  void count_open(bool open) {
    if (open != counted_) this->runtime_.counters.open_sagas += open ? 1 : -1;
    counted_ = open;
  }

  void submit(const Command& command) {
    Header header;
    header.causation_id = this->id_;
    header.correlation_id = this->id_;
    this->decide(header, command, this->clock_now(), {});
    if (this->nothing_in_flight()) advancing_ = false;  // it was refused, or changed nothing
  }

  // --- time -------------------------------------------------------------------------------------

  void tick() {
    armed_ = false;
    const Time now = this->clock_now();
    const auto deadline = S::deadline(committed_);
    if (deadline && *deadline <= now && !advancing_) {
      if (const auto others = this->runtime_.deadlines_passed.my_turn(now))
        spdlog::info("{}/{} has passed its deadline and turns back{}", name_of(S::kService),
                     this->id_, and_others(*others));
      advance(true);
    } else {
      send_due(now);
      report_used_up();
    }
    arm();
  }

  static std::string and_others(std::int64_t others) {
    return others == 0 ? ""
                       : " (and " + std::to_string(others) + " others since the last such line)";
  }

  void report_used_up() {
    std::vector<StepRef> steps = outbox_.newly_used_up(S::kRetry);
    if (steps.empty()) return;
    if (const auto others = this->runtime_.steps_unanswered.my_turn(this->clock_now()))
      spdlog::warn("{}/{}: {} step(s) stay unanswered after {} tries; they are tried on, slowly{}",
                   name_of(S::kService), this->id_, steps.size(),
                   S::kRetry.tries_before_dead_letter, and_others(*others));
    if (const auto command = S::give_up(std::move(steps), S::kRetry.tries_before_dead_letter))
      submit(*command);
  }

  // Asks the keeper for a Tick when something is next due. At most one is asked for at a time.
  void arm() {
    if (armed_ || outbox_.idle()) return;
    std::optional<Time> due = outbox_.next_due();
    if (const auto deadline = S::deadline(committed_); deadline && (!due || *deadline < *due))
      due = deadline;
    if (!due) return;
    armed_ = true;
    this->send(this->keeper_, WakeAt{this->id_, *due});
  }

  void release(const std::string& key) {
    const auto found = deferred_.find(key);
    if (found == deferred_.end()) return;
    const auto view = std::make_shared<const typename S::State>(S::view(committed_));
    const auto participants = participants_reached();
    for (Deferred& one : found->second) {
      one.result.token = one.reply_to.token;
      one.result.based_on = {this->partition_, this->loaded_.last_offset, participants};
      if (one.reply_to.want_view) one.result.view = view;
      this->send(one.reply_to.actor, std::move(one.result));
    }
    deferred_.erase(found);
  }

  typename S::State committed_;  // the fold of what is durable; loaded_.state may be ahead of it
  Outbox<S> outbox_;
  std::minstd_rand random_;
  std::unordered_map<std::string, std::vector<Deferred>> deferred_;
  Positions reached_;           // by its participants, as they answered since it is in memory
  bool remembers_all_ = false;  // it has been in memory since its first record
  bool counted_ = false;        // among the node's open sagas
  bool changed_ = false;        // committed_ has changed since the last `follow`
  bool advancing_ = false;      // an Advance is on its way to the log
  bool flush_sent_ = false;     // a flush to take the answers is in the mailbox
  bool armed_ = true;           // a Tick will come: the keeper sends one to every new child
};

// The host that runs an aggregate of kind A.
template <class A>
struct HostOf {
  using type = Host<A>;
};
template <Saga A>
struct HostOf<A> {
  using type = SagaHost<A>;
};

}  // namespace souk::core
