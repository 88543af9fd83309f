#include "store/record.hpp"

#include "store/bytes.hpp"
#include "store/record_layout.hpp"

namespace souk::store {
namespace {

// A generous bound on the bytes that a record takes, to allocate once.
std::size_t size_bound(const Record& r) {
  constexpr std::size_t kVarintMax = 10;
  constexpr std::size_t kPayloadMax = sizeof(std::uint16_t) + kVarintMax;
  std::size_t size = kRecordHeaderBytes + 6 * kVarintMax + 1 + r.stream.size() +
                     r.command_id.size() + r.causation_id.size() + r.correlation_id.size() +
                     r.trace.size();
  if (r.command) size += kPayloadMax + r.command->bytes.size();
  for (const Payload& event : r.events) size += kPayloadMax + event.bytes.size();
  return size;
}

void put_payload(std::string& out, const Payload& payload) {
  put(out, payload.tag);
  put_bytes(out, payload.bytes);
}

PayloadView take_payload(Reader& in) {
  auto tag = in.take<std::uint16_t>();
  return {tag, in.take_bytes()};
}

Status broken(const char* what) {
  return {Code::corruption, std::string("The record's bytes make no sense: ") + what + '.'};
}

}  // namespace

void encode_record(const Record& r, std::string& out) {
  out.reserve(out.size() + size_bound(r));
  put(out, kNoOffset);  // the hole for the previous offset
  put(out, r.sequence);
  put(out, r.time.micros);
  put(out, r.receipt_until.micros);
  put(out, r.deadline.micros);
  put(out, r.fingerprint);
  put(out, r.flags);
  put(out, r.intent);
  put(out, r.refusal);
  put_bytes(out, r.stream);
  put_bytes(out, r.command_id);
  put_bytes(out, r.causation_id);
  put_bytes(out, r.correlation_id);
  put_bytes(out, r.trace);
  put(out, static_cast<std::uint8_t>(r.command.has_value()));
  if (r.command) put_payload(out, *r.command);
  put_varint(out, r.events.size());
  for (const Payload& event : r.events) put_payload(out, event);
}

void set_previous(std::string& bytes, Offset previous) {
  overwrite(bytes.data() + kPreviousAt, previous);
}

Status parse_record(std::string_view bytes, RecordView& view) {
  Reader in(bytes);
  view.previous = in.take<Offset>();
  view.sequence = in.take<Sequence>();
  view.time = {in.take<std::int64_t>()};
  view.receipt_until = {in.take<std::int64_t>()};
  view.deadline = {in.take<std::int64_t>()};
  view.fingerprint = in.take<std::uint64_t>();
  view.flags = in.take<std::uint8_t>();
  view.intent = in.take<std::uint8_t>();
  view.refusal = in.take<std::uint16_t>();
  view.stream = in.take_bytes();
  view.command_id = in.take_bytes();
  view.causation_id = in.take_bytes();
  view.correlation_id = in.take_bytes();
  view.trace = in.take_bytes();
  auto has_command = in.take<std::uint8_t>();
  view.command.reset();
  if (has_command > 1) return broken("neither with nor without a command");
  if (has_command == 1) view.command = take_payload(in);
  std::uint64_t count = in.take_varint();
  view.events.clear();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) view.events.push_back(take_payload(in));
  if (!in.ok()) return broken("they end too early");
  if (!in.finished()) return broken("there are more of them than it says");
  if (view.stream.empty() || view.sequence == 0) return broken("it belongs to no stream");
  return {};
}

Record record_of(const RecordView& view) {
  Record record;
  record.stream = view.stream;
  record.sequence = view.sequence;
  record.time = view.time;
  record.flags = view.flags;
  record.intent = view.intent;
  record.refusal = view.refusal;
  record.command_id = view.command_id;
  record.fingerprint = view.fingerprint;
  record.receipt_until = view.receipt_until;
  record.deadline = view.deadline;
  record.causation_id = view.causation_id;
  record.correlation_id = view.correlation_id;
  record.trace = view.trace;
  const auto owned = [](const PayloadView& payload) {
    return Payload{payload.tag, std::string(payload.bytes)};
  };
  if (view.command) record.command = owned(*view.command);
  record.events.reserve(view.events.size());
  for (const PayloadView& event : view.events) record.events.push_back(owned(event));
  return record;
}

}  // namespace souk::store
