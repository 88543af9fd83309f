// The aggregate host: one template runs every aggregate. Nobody writes a line of persistence in an
// aggregate.
//
//   command -> receipts -> decide on the newest state -> fold -> hand a record to the writer ->
//   next command committed -> answer
//
// Pipelined: the state runs ahead of the disk, answers do not. Every answer, refusals, duplicates
// and reads included, waits until everything that it was decided upon is durable. A failed append
// ends the actor; the next one is loaded from the log. A bad `evolve` throws or asserts before its
// events reach the log.
//
// Messages: Envelope<A> (from the keeper only), Committed (writer), Passivate (keeper), and once,
// at the start, the result of the load job. SagaHost adds what a saga needs.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <caf/all.hpp>
#include <spdlog/spdlog.h>
#include <xxhash.h>

#include "actors/core/actor.hpp"
#include "actors/core/loaded.hpp"
#include "actors/core/messages.hpp"
#include "actors/core/runtime.hpp"
#include "actors/model/answered.hpp"
#include "actors/model/decide_command.hpp"
#include "events/codec.hpp"

namespace souk::core {

// A command for whose answer nobody has waited so long is not tried any more: a node that was
// frozen, or fell behind, catches up with what matters. (The clocks of two nodes may differ.)
inline constexpr Duration kLateBy = seconds(2);

template <Aggregate A>
class Host : public Actor {
 public:
  using State = typename A::State;
  using Command = typename A::Command;
  using Event = typename A::Event;

  Host(caf::actor_config& config, const Runtime& runtime, caf::actor keeper, PartitionId partition,
       std::string id, std::uint64_t incarnation)
      : Actor(config, Failure::ends_actor),
        runtime_(runtime),
        keeper_(std::move(keeper)),
        partition_(partition),
        id_(std::move(id)),
        incarnation_(incarnation) {}

  // A stream that surely has no records needs no disk; anything else is read by a loader, and what
  // arrives meanwhile waits in the mailbox.
  caf::behavior make_behavior() override {
    if (runtime_.log.surely_new(partition_, id_)) {
      if (auto stream = runtime_.log.open_stream(partition_, id_); stream.ok()) {
        loaded_.stream = *stream;
        start();
        return handlers();
      }
    }
    keep_unknown();
    send(runtime_.loader_for(partition_), Job{[&log = runtime_.log, partition = partition_,
                                               id = id_, self = caf::actor_cast<caf::actor>(this)] {
           caf::anon_send(self, load_or_say_why<A>(log, partition, id));
         }});
    return {[this](std::shared_ptr<Loaded<A>>& loaded) { take(std::move(*loaded)); }};
  }

  std::string described() const override { return std::string(name_of(A::kService)) + "/" + id_; }

  void on_exit() override {
    fail_waiting("The aggregate was stopped while the command was under way.");
    send(keeper_, Gone{id_, incarnation_, clean_, !clean_});
    keeper_ = nullptr;
  }

 protected:
  // --- what a saga adds -------------------------------------------------------------------------

  virtual caf::message_handler handlers() {
    return {
        [this](Envelope<A>& envelope) { handle(envelope); },
        [this](const Committed& news) { committed(news); },
        [this](const Passivate&) { passivate(); },
    };
  }
  virtual void start() {}                                   // the state has been loaded
  virtual void one_committed(const std::vector<Event>&) {}  // one record more is durable
  virtual void all_committed() {}                           // those of one group are
  virtual bool idle() const { return nothing_in_flight(); }
  virtual bool open() const { return false; }
  // Takes over an accepted command's answer that has to wait for more than durability.
  virtual bool defer(const ReplyTo&, const Answer<A>&, const Command&) { return false; }
  virtual void fail_deferred(const std::string&) {}
  // How far others had come whose answers the state is based on; null: nobody's.
  virtual std::shared_ptr<const Positions> participants_reached() const { return nullptr; }

  // --- a command --------------------------------------------------------------------------------

  void decide(const Header& header, const Command& command, Time now, const ReplyTo& reply_to) {
    store::Record record;
    encode_command(command, record);
    if (!header.command_id.empty() &&
        answer_from_receipt(header, record.fingerprint, command, reply_to))
      return;

    const Context context{now, CommandId(header.command_id), deadline_for(header, now)};
    Decided<A> decided = decide_command<A>(loaded_.state, command, header.intent, context);
    std::vector<Event>& events = decided.events;
    for (const Event& event : events) loaded_.state = A::evolve(std::move(loaded_.state), event);
    Answer<A> result;
    if (decided.refusal == 0) {
      result.reply = A::reply(events);
    } else {
      result.verdict = Verdict::refused;
      result.refusal = decided.refusal;
    }
    log_decision(header, result, events.size());
    // With an id the outcome is kept even if nothing changed: the same id must get the same answer
    // again.
    if (!events.empty() || !header.command_id.empty()) {
      const Time until =
          receipt_until(header.deadline, result.refusal, now, runtime_.options.receipt_margin);
      if (!header.command_id.empty())
        loaded_.receipts.keep(header.command_id, header.intent, record.fingerprint, result.refusal,
                              result.reply, until);
      append(std::move(record), header, result.refusal, events, context, until);
      in_flight_.push_back({{}, std::move(events)});
    }
    if (result.verdict == Verdict::accepted && defer(reply_to, result, command)) return;
    answer(reply_to, std::move(result));
  }

  // Answers once everything that has been decided so far is durable.
  void answer(const ReplyTo& reply_to, Answer<A> result) {
    if (!reply_to.actor) return;
    result.token = reply_to.token;
    result.based_on.partition = partition_;
    if (result.final) result.based_on.participants = participants_reached();
    if (reply_to.want_view) result.view = std::make_shared<const State>(A::view(loaded_.state));
    if (in_flight_.empty()) {
      result.based_on.offset = loaded_.last_offset;
      send(reply_to.actor, std::move(result));
    } else {
      in_flight_.back().answers.emplace_back(reply_to.actor, std::move(result));
    }
  }

  bool nothing_in_flight() const { return in_flight_.empty(); }

  // The time never goes back within one aggregate.
  Time clock_now() const { return std::max(runtime_.clock.now(), loaded_.last_time); }

  const Runtime& runtime_;
  caf::actor keeper_;
  PartitionId partition_;
  std::string id_;
  Loaded<A> loaded_;  // state, receipts and sequence run ahead of the disk; last_offset does not

 private:
  // A record that is not durable yet, and the answers that wait for it.
  struct InFlight {
    std::vector<std::pair<caf::actor, Answer<A>>> answers;
    std::vector<Event> events;
  };

  void take(Loaded<A>&& loaded) {
    if (!loaded.status.ok()) {
      spdlog::error("{}/{} cannot be loaded: {}", name_of(A::kService), id_,
                    loaded.status.message());
      refuse_waiting(loaded.status.message());
      return;
    }
    loaded_ = std::move(loaded);
    drop_unknown();
    become(handlers());
    start();
  }

  // It could not be loaded: whoever has asked meanwhile is told why, then the actor ends.
  void refuse_waiting(const std::string& why) {
    drop_unknown();
    become([this, why](const Envelope<A>& envelope) { refuse(envelope.reply_to, why); },
           [](const Tick&) {}, [](const Passivate&) {},
           [this](stop_atom) { quit(caf::sec::runtime_error); });
    send(this, stop_atom::value);
  }

  void refuse(const ReplyTo& reply_to, const std::string& why) {
    if (!reply_to.actor) return;
    Answer<A> unknown;
    unknown.token = reply_to.token;
    unknown.verdict = Verdict::unavailable;
    unknown.detail = why;
    send(reply_to.actor, std::move(unknown));
  }

  void passivate() {
    if (!idle()) {
      send(keeper_, Stay{id_});
      return;
    }
    if (loaded_.sequence - loaded_.snapshot_sequence >= runtime_.options.snapshot_walk_min) {
      store::Snapshot snapshot = make_snapshot();
      snapshot.offset = loaded_.last_offset;
      send(runtime_.writer, SnapshotRequest{loaded_.stream, std::move(snapshot)});
    }
    clean_ = true;
    quit();
  }

  void handle(Envelope<A>& envelope) {
    // By the node's clock: what an aggregate decided while the clock was ahead does not make others
    // late now that it has been put back.
    if (envelope.until.is_set() && envelope.until + kLateBy < runtime_.clock.now()) return;
    const Time now = clock_now();
    loaded_.receipts.forget_before(now);
    if constexpr (Timed<A>) {
      if (const auto command = A::due(loaded_.state, now)) decide({}, *command, now, {});
    }
    if (envelope.command)
      decide(envelope.header, *envelope.command, now, envelope.reply_to);
    else
      answer(envelope.reply_to, {});
  }

  // The receipts' rules 1 to 3. True if they had the answer.
  bool answer_from_receipt(const Header& header, std::uint64_t fingerprint, const Command& command,
                           const ReplyTo& reply_to) {
    auto before = answered_before(loaded_.receipts, header.command_id, header.intent, fingerprint);
    if (!before) return false;
    Answer<A> again;
    if (before->id_reused)
      again.verdict = Verdict::id_reused;
    else if (before->refusal != 0)
      again.verdict = Verdict::refused;
    again.refusal = before->refusal;
    again.reply = std::move(before->reply);
    if (again.verdict == Verdict::accepted && defer(reply_to, again, command)) return true;
    answer(reply_to, std::move(again));
    return true;
  }

  static void encode_command(const Command& command, store::Record& record) {
    store::Payload& payload = record.command.emplace();
    payload.tag = codec::encode_variant(command, payload.bytes);
    record.fingerprint =
        XXH3_64bits_withSeed(payload.bytes.data(), payload.bytes.size(), payload.tag);
  }

  void append(store::Record record, const Header& header, std::uint16_t refusal,
              const std::vector<Event>& events, const Context& context, Time until) {
    record.stream = id_;
    record.sequence = ++loaded_.sequence;
    record.time = loaded_.last_time = context.now;
    record.intent = static_cast<std::uint8_t>(header.intent);
    record.refusal = refusal;
    record.command_id = header.command_id;
    record.receipt_until = until;
    record.deadline = context.deadline;
    record.causation_id = header.causation_id;
    record.correlation_id = header.correlation_id;
    record.trace = header.trace;
    if (refusal != 0) record.flags |= store::kRecordRefused;
    if (open()) record.flags |= store::kRecordOpen;
    if (!runtime_.options.log_commands) record.command.reset();
    record.events.reserve(events.size());
    for (const Event& event : events) {
      store::Payload& payload = record.events.emplace_back();
      payload.tag = codec::encode_variant(event, payload.bytes);
    }
    AppendRequest request{caf::actor_cast<caf::actor>(this),
                          {loaded_.stream, record.sequence, open(), {}},
                          std::nullopt};
    store::encode_record(record, request.append.bytes);
    if (snapshot_is_due()) request.snapshot = make_snapshot();
    send(runtime_.writer, std::move(request));
  }

  void committed(const Committed& news) {
    if (news.count > 0) loaded_.last_offset = news.last;
    for (std::uint32_t i = 0; i < news.count; ++i) {
      InFlight entry = std::move(in_flight_.front());
      in_flight_.pop_front();
      for (auto& [actor, result] : entry.answers) {
        result.based_on.offset = news.last;
        send(actor, std::move(result));
      }
      one_committed(entry.events);
    }
    if (news.failure) {
      fail_waiting(news.failure->message());
      quit(caf::sec::runtime_error);
    } else {
      all_committed();
    }
  }

  // Whoever waits learns that the outcome is unknown.
  void fail_waiting(const std::string& why) {
    for (InFlight& entry : in_flight_)
      for (auto& [actor, result] : entry.answers) refuse({actor, result.token, false}, why);
    in_flight_.clear();
    fail_deferred(why);
  }

  Time deadline_for(const Header& header, Time now) const {
    return header.deadline.is_set() ? header.deadline : now + runtime_.options.checkout_window;
  }

  // At most every so many records, and not more often than there are receipts to save: a constant
  // per record.
  bool snapshot_is_due() const {
    const auto since = loaded_.sequence - loaded_.snapshot_sequence;
    return since >= runtime_.options.snapshot_records_min && since >= loaded_.receipts.size();
  }

  store::Snapshot make_snapshot() {
    loaded_.snapshot_sequence = loaded_.sequence;
    return {history::snapshot_version<A>(), store::kNoOffset, loaded_.sequence,
            history::encode_snapshot<A>(loaded_.state, loaded_.receipts, loaded_.last_time)};
  }

  void log_decision(const Header& header, const Answer<A>& result, std::size_t events) const {
    if (!spdlog::should_log(spdlog::level::debug)) return;
    spdlog::debug("{}/{} {}: command {}, {} events, correlation {}", name_of(A::kService), id_,
                  result.refusal == 0 ? "accepted" : refusal_name<A>(result.refusal),
                  header.command_id, events, header.correlation_id);
  }

  std::uint64_t incarnation_;
  bool clean_ = false;  // it leaves with nothing in flight
  std::deque<InFlight> in_flight_;
};

}  // namespace souk::core
