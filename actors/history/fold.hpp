// An aggregate folded from its records: what a host loads at every start, and what souk-replay
// shows and proves. One function for both, so that what is shown is what would run.
#pragma once

#include <string>
#include <vector>

#include "actors/history/snapshot.hpp"
#include "actors/model/aggregate.hpp"
#include "events/upcast.hpp"
#include "store/log.hpp"

namespace souk::history {

// An aggregate as its records up to one of them made it. Regular only in so far as its parts are:
// receipts are moved, not copied.
template <class A>
struct Folded {
  typename A::State state;
  Receipts<typename A::Reply> receipts;
  store::Offset last_offset = store::kNoOffset;
  store::Sequence sequence = 0;
  store::Sequence snapshot_sequence = 0;  // of the snapshot that it began with; 0: none
  Time last_time;
};

// The record's events, as today's code knows them, appended to `events`. False if they are not the
// aggregate's.
template <class A>
[[nodiscard]] bool read_events(const store::RecordView& record,
                               std::vector<typename A::Event>& events) {
  events.reserve(events.size() + record.events.size());
  for (const store::PayloadView& stored : record.events)
    if (!codec::read_event(stored.tag, stored.bytes, events)) return false;
  return true;
}

// Begins with a snapshot, if its bytes make sense; otherwise leaves `into` as it was made.
template <class A>
bool begin_with(const store::Snapshot& snapshot, Folded<A>& into) {
  Folded<A> begun;
  if (snapshot.version != snapshot_version<A>() ||
      !decode_snapshot<A>(snapshot.bytes, begun.state, begun.receipts, begun.last_time))
    return false;
  begun.last_offset = snapshot.offset;
  begun.sequence = begun.snapshot_sequence = snapshot.sequence;
  into = std::move(begun);
  return true;
}

// Folds one record, whose events are given, into the state and the receipts.
template <class A>
void fold_events(const store::RecordView& record, const std::vector<typename A::Event>& events,
                 Folded<A>& into) {
  for (const auto& event : events) into.state = A::evolve(std::move(into.state), event);
  if (!record.command_id.empty())
    into.receipts.keep(record.command_id, static_cast<Intent>(record.intent), record.fingerprint,
                       record.refusal, A::reply(events), record.receipt_until);
  into.last_offset = record.offset;
  into.sequence = record.sequence;
  into.last_time = record.time;
}

// Folds one record into what came before. False if its bytes are not the aggregate's.
template <class A>
[[nodiscard]] bool fold_record(const store::RecordView& record, Folded<A>& into) {
  std::vector<typename A::Event> events;
  if (!read_events<A>(record, events)) return false;
  fold_events(record, events, into);
  return true;
}

}  // namespace souk::history
