// An aggregate as it is read back: snapshot, then the records after it, folded. The same code runs
// at every start, after a crash and after an aggregate had left memory: recovery by replay is the
// only error path.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "actors/core/receipts.hpp"
#include "events/upcast.hpp"
#include "store/log.hpp"

namespace souk::core {

template <class A>
struct Loaded {
  store::Status status;
  std::shared_ptr<store::Stream> stream;
  typename A::State state;
  Receipts<typename A::Reply> receipts;
  store::Offset last_offset = store::kNoOffset;
  store::Sequence sequence = 0;
  store::Sequence snapshot_sequence = 0;  // of the saved snapshot; 0: none
  Time last_time;
};

namespace detail {

inline void put_bytes(std::string& out, std::string_view bytes) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out.append(bytes);
}
template <class T>
void put_number(std::string& out, T number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

// Reads what put_bytes and put_number wrote; `ok` turns false at the first thing that does not fit.
struct SnapshotReader {
  std::string_view rest;
  bool ok = true;
  template <class T>
  T number() {
    T value{};
    if (rest.size() < sizeof value) {
      ok = false;
      return value;
    }
    std::memcpy(&value, rest.data(), sizeof value);
    rest.remove_prefix(sizeof value);
    return value;
  }
  std::string_view bytes() {
    const auto size = number<std::uint32_t>();
    if (!ok || rest.size() < size) {
      ok = false;
      return {};
    }
    const std::string_view found = rest.substr(0, size);
    rest.remove_prefix(size);
    return found;
  }
};

}  // namespace detail

// The bytes of a snapshot, little-endian: i64 time of the last record | u32 length, state | u64
// number of receipts, each u32 length, id | u64 fingerprint | u16 refusal | u8 flags (1 attempted,
// 2 settled, 4 undone) | i64 until | u32 length, reply. Its version is A::kSnapshotVersion * 256 +
// kSnapshotLayout: a bump of either discards it.
inline constexpr std::uint32_t kSnapshotLayout = 1;
template <class A>
constexpr std::uint32_t snapshot_version() {
  return static_cast<std::uint32_t>(A::kSnapshotVersion) * 256 + kSnapshotLayout;
}

template <class A>
std::string encode_snapshot(const typename A::State& state,
                            const Receipts<typename A::Reply>& receipts, Time last_time) {
  std::string out;
  std::string scratch;
  detail::put_number(out, last_time.micros);
  codec::encode(state, scratch);
  detail::put_bytes(out, scratch);
  detail::put_number<std::uint64_t>(out, receipts.size());
  receipts.for_each([&](const std::string& id, const auto& receipt) {
    detail::put_bytes(out, id);
    detail::put_number(out, receipt.fingerprint);
    detail::put_number(out, receipt.refusal);
    detail::put_number<std::uint8_t>(
        out, static_cast<std::uint8_t>((receipt.attempted ? 1 : 0) | (receipt.settled ? 2 : 0) |
                                       (receipt.undone ? 4 : 0)));
    detail::put_number(out, receipt.until.micros);
    scratch.clear();
    codec::encode(receipt.reply, scratch);
    detail::put_bytes(out, scratch);
  });
  return out;
}

// False if the bytes make no sense; the caller then folds the whole stream.
template <class A>
bool decode_snapshot(std::string_view bytes, typename A::State& state,
                     Receipts<typename A::Reply>& receipts, Time& last_time) {
  detail::SnapshotReader in{bytes};
  last_time.micros = in.number<std::int64_t>();
  if (!codec::decode(in.bytes(), state) || !in.ok) return false;
  const auto count = in.number<std::uint64_t>();
  for (std::uint64_t i = 0; i < count && in.ok; ++i) {
    typename Receipts<typename A::Reply>::Receipt receipt;
    std::string id(in.bytes());
    receipt.fingerprint = in.number<std::uint64_t>();
    receipt.refusal = in.number<std::uint16_t>();
    const auto flags = in.number<std::uint8_t>();
    receipt.attempted = flags & 1;
    receipt.settled = flags & 2;
    receipt.undone = flags & 4;
    receipt.until.micros = in.number<std::int64_t>();
    if (!codec::decode(in.bytes(), receipt.reply)) return false;
    receipts.restore(std::move(id), std::move(receipt));
  }
  return in.ok && in.rest.empty();
}

// Folds one record into what is loaded. False if its bytes are not the aggregate's.
template <class A>
bool fold_record(const store::RecordView& record, Loaded<A>& into) {
  std::vector<typename A::Event> events;
  events.reserve(record.events.size());
  for (const store::PayloadView& stored : record.events)
    if (!codec::read_event(stored.tag, stored.bytes, events)) return false;
  for (const auto& event : events) into.state = A::evolve(std::move(into.state), event);
  if (!record.command_id.empty())
    into.receipts.keep(record.command_id, static_cast<Intent>(record.intent), record.fingerprint,
                       record.refusal, A::reply(events), record.receipt_until);
  into.last_offset = record.offset;
  into.sequence = record.sequence;
  into.last_time = record.time;
  return true;
}

// Loads an aggregate. May wait for the disk: not for a scheduler thread.
template <class A>
std::shared_ptr<Loaded<A>> load(store::Log& log, PartitionId partition, const std::string& id) {
  auto loaded = std::make_shared<Loaded<A>>();
  auto stream = log.open_stream(partition, id);
  if (!stream.ok()) {
    loaded->status = stream.status();
    return loaded;
  }
  loaded->stream = *stream;
  auto snapshot = log.snapshot(partition, id, snapshot_version<A>());
  if (snapshot.ok() && *snapshot) {
    const store::Snapshot& saved = **snapshot;
    if (decode_snapshot<A>(saved.bytes, loaded->state, loaded->receipts, loaded->last_time)) {
      loaded->last_offset = saved.offset;
      loaded->sequence = saved.sequence;
      loaded->snapshot_sequence = saved.sequence;
    } else {
      loaded->state = {};
      loaded->receipts = {};
      loaded->last_time = {};
    }
  }
  std::string broken;
  loaded->status =
      log.read_stream(partition, id, loaded->last_offset, [&](const store::RecordView& record) {
        if (broken.empty() && !fold_record<A>(record, *loaded))
          broken = "Record " + std::to_string(record.offset) + " of " +
                   std::string(name_of(partition.service)) + "/" +
                   std::to_string(partition.number) +
                   " is not one of its service's; was it written by a newer souk?";
      });
  if (loaded->status.ok() && !broken.empty())
    loaded->status = store::Status(store::Code::corruption, broken);
  return loaded;
}

// The same; an exception (out of memory, a bad `evolve`) becomes the status, so that whoever waits
// always hears.
template <class A>
std::shared_ptr<Loaded<A>> load_or_say_why(store::Log& log, PartitionId partition,
                                           const std::string& id) {
  try {
    return load<A>(log, partition, id);
  } catch (const std::exception& error) {
    auto failed = std::make_shared<Loaded<A>>();
    failed->status =
        store::Status(store::Code::io_error, "Reading " + id + " back failed: " + error.what());
    return failed;
  }
}

}  // namespace souk::core
