// An aggregate's host as histories need it: the receipts' rules, the decision, the record that is
// left. What actors/core does, without actors and without a disk.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <xxhash.h>

#include "actors/history/snapshot.hpp"
#include "actors/model/answered.hpp"
#include "actors/model/decide_command.hpp"
#include "store/log.hpp"
#include "tests/support/laws.hpp"

namespace souk::test {

// What travels with a command.
struct Sent {
  std::string command_id;  // empty: none
  Intent intent = Intent::request;
  Time deadline;
  std::string causation_id;
  std::string correlation_id;
  std::string trace;
  Duration window = seconds(30);  // what a checkout gets that has no deadline of its own
};

// A record as the host hands it to the log, its events decoded, and the snapshot if one is due. Its
// offset is the log's to fill in.
template <class A>
struct Told {
  std::uint16_t refusal = 0;
  typename A::Reply reply;
  std::optional<store::Record> record;  // none: nothing is left of it
  std::vector<typename A::Event> events;
  std::optional<store::Snapshot> snapshot;
};

template <class A>
struct Actor {
  static constexpr std::uint64_t kSnapshotEvery = 8;
  static constexpr Duration kReceiptMargin = seconds(3'600);

  typename A::State state;
  std::uint64_t sequence = 0;
  Receipts<typename A::Reply> receipts;

  Told<A> tell(const std::string& id, const typename A::Command& command, const Sent& sent,
               Time now) {
    receipts.forget_before(now);
    Told<A> told;
    store::Record record;
    store::Payload& payload = record.command.emplace();
    payload.tag = codec::encode_variant(command, payload.bytes);
    record.fingerprint =
        XXH3_64bits_withSeed(payload.bytes.data(), payload.bytes.size(), payload.tag);
    if (!sent.command_id.empty() && know_answer(sent, record.fingerprint, told)) return told;

    record.deadline = sent.deadline.is_set() ? sent.deadline : now + sent.window;
    auto decided = decide_command<A>(state, command, sent.intent,
                                     {now, CommandId(sent.command_id), record.deadline});
    told.refusal = record.refusal = decided.refusal;
    told.events = std::move(decided.events);
    if (told.refusal == 0) told.reply = A::reply(told.events);
    state = fold<A>(std::move(state), told.events);
    if (told.events.empty() && sent.command_id.empty()) return told;
    leave(id, sent, now, std::move(record), told);
    return told;
  }

 private:
  // The receipts' rules 1 to 3.
  bool know_answer(const Sent& sent, std::uint64_t fingerprint, Told<A>& told) const {
    auto before = answered_before(receipts, sent.command_id, sent.intent, fingerprint);
    if (!before) return false;
    told.refusal = before->id_reused ? kRefusalUndone : before->refusal;
    told.reply = std::move(before->reply);
    return true;
  }

  void leave(const std::string& id, const Sent& sent, Time now, store::Record record,
             Told<A>& told) {
    record.stream = id;
    record.sequence = ++sequence;
    record.time = now;
    record.intent = static_cast<std::uint8_t>(sent.intent);
    record.command_id = sent.command_id;
    record.causation_id = sent.causation_id;
    record.correlation_id = sent.correlation_id;
    record.trace = sent.trace;
    record.receipt_until = receipt_until(sent.deadline, record.refusal, now, kReceiptMargin);
    if (record.refusal != 0) record.flags |= store::kRecordRefused;
    if constexpr (Saga<A>)
      if (A::open(state)) record.flags |= store::kRecordOpen;
    for (const auto& event : told.events) {
      store::Payload& payload = record.events.emplace_back();
      payload.tag = codec::encode_variant(event, payload.bytes);
    }
    if (!sent.command_id.empty())
      receipts.keep(sent.command_id, sent.intent, record.fingerprint, record.refusal, told.reply,
                    record.receipt_until);
    if (sequence % kSnapshotEvery == 0)
      told.snapshot = {history::snapshot_version<A>(), store::kNoOffset, sequence,
                       history::encode_snapshot<A>(state, receipts, now)};
    told.record = std::move(record);
  }
};

}  // namespace souk::test
