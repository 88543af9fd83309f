// A snapshot against the fold of its stream's records: state, receipts, where it stands.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/history/fold.hpp"

namespace souk::replay {

// Kept beside a stream that has a snapshot, up to the record that the snapshot is of: its receipts
// are folded as its host would have, forgetting those that are over.
template <class A>
class SnapshotDue {
 public:
  explicit SnapshotDue(store::Snapshot snapshot) : snapshot_(std::move(snapshot)) {}

  store::Offset offset() const { return snapshot_.offset; }
  bool was_met() const { return met_; }

  // A record that has been folded into `state`. Calls `fault(sentence)` if it is the snapshot's and
  // the snapshot is not what its records make.
  template <class F>
  void take(const store::RecordView& record, const std::vector<typename A::Event>& events,
            const typename A::State& state, F&& fault) {
    if (met_ || record.offset > snapshot_.offset) return;
    receipts_.forget_before(record.time);
    if (!record.command_id.empty())
      receipts_.keep(record.command_id, static_cast<Intent>(record.intent), record.fingerprint,
                     record.refusal, A::reply(events), record.receipt_until);
    if (record.offset < snapshot_.offset) return;
    met_ = true;
    compare(record, state, fault);
    receipts_ = {};
    snapshot_.bytes.clear();
  }

 private:
  using SomeReceipts = Receipts<typename A::Reply>;
  using Receipt = typename SomeReceipts::Receipt;

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
      if (!(*mine->second == one)) wrong = id;
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

  store::Snapshot snapshot_;
  SomeReceipts receipts_;
  bool met_ = false;
};

}  // namespace souk::replay
