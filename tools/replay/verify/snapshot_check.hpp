// A snapshot against the fold of its stream's records: state, receipts, where it stands.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/history/fold.hpp"

namespace souk::replay {

// Kept beside a stream that has a snapshot, up to the record that the snapshot is of: its receipts
// are folded as its host would have, forgetting those that are over. Those that will be over when
// the snapshot is made are forgotten at once: of a SKU's orders in the last minutes, a few remain.
template <class A>
class SnapshotDue {
 public:
  explicit SnapshotDue(store::Snapshot snapshot)
      : snapshot_(std::move(snapshot)), made_at_(history::time_of_snapshot(snapshot_.bytes)) {}

  store::Offset offset() const { return snapshot_.offset; }
  bool was_met() const { return met_; }

  // A record that has been folded into `state`. Calls `fault(sentence)` if it is the snapshot's and
  // the snapshot is not what its records make.
  template <class F>
  void take(const store::RecordView& record, const std::vector<typename A::Event>& events,
            const typename A::State& state, F&& fault) {
    if (met_ || record.offset > snapshot_.offset) return;
    receipts_.forget_before(record.time);
    if (!record.command_id.empty() && !is_over_by_then(record))
      receipts_.keep(record.command_id, static_cast<Intent>(record.intent), record.fingerprint,
                     record.refusal, A::reply(events), record.receipt_until);
    if (record.offset < snapshot_.offset) return;
    met_ = true;
    compare(record, state, fault);
    receipts_ = {};
    over_ = {};
    snapshot_.bytes.clear();
  }

 private:
  using SomeReceipts = Receipts<typename A::Reply>;
  using Receipt = typename SomeReceipts::Receipt;

  // Whether the record's receipt will be over when the snapshot is made, together with that of the
  // attempt that it settles or undoes. That does not hold if the id comes again with a later end,
  // which only deadlines seen by different clocks can bring about: so what was over shortly before
  // is remembered.
  bool is_over_by_then(const store::RecordView& record) {
    const bool granted =
        static_cast<Intent>(record.intent) == Intent::attempt && record.refusal == 0;
    if (granted || !record.receipt_until.is_set() || !(record.receipt_until < made_at_))
      return false;
    id_.assign(record.command_id);
    if (!receipts_.forget(id_)) return false;
    if (made_at_ < record.receipt_until + kClocksDiffer)
      over_.push_back(std::hash<std::string>{}(id_));
    return true;
  }

  template <class F>
  void compare(const store::RecordView& record, const typename A::State& state, F&& fault) const {
    history::Folded<A> saved;
    if (!history::begin_with<A>(snapshot_, saved)) return fault("the snapshot cannot be read");
    if (saved.sequence != record.sequence)
      return fault("the snapshot is of record " + std::to_string(saved.sequence) +
                   " of the stream, and its offset has record " + std::to_string(record.sequence));
    if (!(saved.state == state)) return fault("the snapshot's state is not what its events make");
    if (saved.last_time != record.time)
      return fault("the snapshot's time is not that of its last record");
    compare_receipts(record, saved.receipts, fault);
  }

  // A receipt may be missing on either side only if it is over: when each side forgets is its own.
  template <class F>
  void compare_receipts(const store::RecordView& record, const SomeReceipts& saved,
                        F&& fault) const {
    std::unordered_map<std::string_view, const Receipt*> left;
    receipts_.for_each([&](const std::string& id, const Receipt& one) { left.emplace(id, &one); });
    std::string wrong;
    saved.for_each([&](const std::string& id, const Receipt& one) {
      const auto mine = left.find(id);
      if (mine == left.end()) {
        if (!one.until.is_set() || one.until >= record.time) wrong = id;
        return;
      }
      if (!(*mine->second == one) && !may_be_more(id)) wrong = id;
      left.erase(mine);
    });
    const Time now{std::chrono::duration_cast<std::chrono::microseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count()};
    for (const auto& [id, one] : left)
      if (!one->until.is_set() || one->until >= now) wrong = id;
    if (!wrong.empty())
      fault("the snapshot's receipt of command " + wrong + " is not what its records make");
  }

  bool may_be_more(const std::string& id) const {
    return std::ranges::find(over_, std::hash<std::string>{}(id)) != over_.end();
  }

  static constexpr Duration kClocksDiffer = seconds(600);

  store::Snapshot snapshot_;
  Time made_at_;
  SomeReceipts receipts_;
  std::vector<std::size_t> over_;  // hashes of ids
  std::string id_;
  bool met_ = false;
};

}  // namespace souk::replay
