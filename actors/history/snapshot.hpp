// The bytes of an aggregate's snapshot: state and receipts.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "actors/model/receipts.hpp"
#include "events/codec.hpp"
#include "events/ids.hpp"

namespace souk::history {

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

// When the last record in a snapshot was decided, from its bytes. Not set if they make no sense.
inline Time time_of_snapshot(std::string_view bytes) {
  return {detail::SnapshotReader{bytes}.number<std::int64_t>()};
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

}  // namespace souk::history
