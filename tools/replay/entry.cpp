#include "tools/replay/entry.hpp"

namespace souk::replay {
namespace {

store::PayloadView seen(const store::Payload& payload) { return {payload.tag, payload.bytes}; }

}  // namespace

Entry entry_of(const store::RecordView& record, const store::Place& place) {
  return {place.partition, place.group, record.offset, record.previous, store::record_of(record)};
}

store::RecordView view_of(const Entry& entry) {
  const store::Record& from = entry.record;
  store::RecordView view;
  view.offset = entry.offset;
  view.previous = entry.previous;
  view.stream = from.stream;
  view.sequence = from.sequence;
  view.time = from.time;
  view.flags = from.flags;
  view.intent = from.intent;
  view.refusal = from.refusal;
  view.command_id = from.command_id;
  view.fingerprint = from.fingerprint;
  view.receipt_until = from.receipt_until;
  view.deadline = from.deadline;
  view.causation_id = from.causation_id;
  view.correlation_id = from.correlation_id;
  view.trace = from.trace;
  if (from.command) view.command = seen(*from.command);
  view.events.reserve(from.events.size());
  for (const store::Payload& event : from.events) view.events.push_back(seen(event));
  return view;
}

}  // namespace souk::replay
