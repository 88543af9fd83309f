// One partition from end to end: each record is checked against what came before it in its stream.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "actors/history/fold.hpp"
#include "events/partitioning.hpp"
#include "store/keys.hpp"
#include "tools/replay/verify/audit.hpp"
#include "tools/replay/verify/redecide.hpp"
#include "tools/replay/verify/snapshot_check.hpp"
#include "tools/replay/verify/stream_map.hpp"

namespace souk::replay {

template <Aggregate A>
class PartitionAudit {
 public:
  PartitionAudit(Audit& audit, PartitionId partition, Share& share)
      : audit_(audit), partition_(partition), log_(log_of(audit.view, partition)), share_(share) {}

  // Streams that do not fit into memory at once are checked in several passes.
  void run() {
    std::size_t streams = 0;
    if (audit_.directory != nullptr)
      (void)audit_.directory->for_each_saved_head(
          partition_, [&](std::string_view, const store::Head&) { ++streams; });
    passes_ = streams / audit_.streams_max + 1;
    for (pass_ = 0; pass_ < passes_ && !audit_.stopped(); ++pass_) {
      slots_ = {};
      due_.clear();
      load_snapshots();
      scan();
      if (!audit_.stopped()) finish();
    }
  }

 private:
  using Event = typename A::Event;
  struct Slot {
    std::string id;
    store::Offset last = store::kNoOffset;
    store::Sequence sequence = 0;
    Time time;
    bool open = false;
    bool lost = false;        // what came of it is not known: records before are missing or wrong
    bool missing = false;     // some of its records are missing or cannot be read
    std::uint64_t unfit = 0;  // a bit for each file of read models whose rows it does not fit into
    bool has_head = false;    // a saved one
    bool saved_open = false;
    typename A::State state;
    Books<A> books;
    SnapshotDue<A>* due = nullptr;
  };

  bool mine(std::uint64_t hash) const { return passes_ == 1 || hash % passes_ == pass_; }
  bool first_look() const { return !audit_.second_look(); }

  void report(Check check, store::Offset from, store::Offset to, std::string_view subject,
              std::string what) {
    if (first_look())
      audit_.findings.add({check, partition_, from, to, std::string(subject), std::move(what)});
  }
  void report(Check check, const store::RecordView& record, std::string what) {
    report(check, record.offset, record.offset, record.stream, std::move(what));
  }

  // --- batches ----------------------------------------------------------------------------------

  void scan() {
    store::Offset at = 1;
    while (!audit_.stopped()) {
      const store::Status status = walk_from(at);
      if (status.ok()) return;
      if (status.code() != store::Code::corruption) {
        if (pass_ == 0) report(Check::batches, at, at, {}, status.message());
        return;
      }
      const auto next = audit_.view.next_batch(partition_, at);
      const auto last = audit_.view.last(partition_);
      const bool goes_on = next.ok() && *next != store::kNoOffset;
      const store::Offset to = goes_on ? *next - 1 : std::max(at, last.ok() ? *last : at);
      if (pass_ == 0 && first_look()) {
        audit_.damage.add(partition_, at, to);
        report(Check::batches, at, to, {}, what_is_wrong(status.message()));
      }
      damaged_ = true;
      if (!goes_on) return;
      at = *next;
    }
  }

  // Moves `at` to where the walk ended.
  store::Status walk_from(store::Offset& at) {
    const auto walk = audit_.view.walk(partition_, at);
    store::BatchView batch;
    while (true) {
      const auto more = walk->next(batch);
      if (!more.ok()) return more.status();
      if (!*more || audit_.stopped()) return {};
      take_batch(batch, at);
      at = batch.end_offset();
    }
  }

  // The sentence between "... at offset 17: " and "; restore ...".
  static std::string what_is_wrong(const std::string& message) {
    const auto begin = message.find(": ");
    const auto end = message.rfind("; restore");
    if (begin == std::string::npos) return message;
    return message.substr(begin + 2, end == std::string::npos ? end : end - begin - 2);
  }

  void take_batch(const store::BatchView& batch, store::Offset from) {
    if (pass_ == 0) take_ring(batch);
    store::RecordView& record = record_;
    std::uint64_t taken = 0;
    for (store::Offset at = std::max(from, batch.first_offset()); at < batch.end_offset(); ++at) {
      const store::Status status = store::parse_record(batch.record(at), record);
      record.offset = at;
      if (!status.ok()) {
        report(Check::batches, at, at, {}, status.message());
        audit_.damage.add(partition_, at, at);
        damaged_ = true;
        continue;
      }
      if (pass_ == 0) ++taken;
      const std::uint64_t hash = StreamMap<Slot>::hash_of(record.stream);
      if (mine(hash)) take(record, hash);
    }
    share_.records += taken;
    audit_.records_done.fetch_add(taken, std::memory_order_relaxed);
  }

  // The ring adds up: every batch is there as often as it is named.
  void take_ring(const store::BatchView& batch) {
    const store::GroupPlace& place = batch.place();
    const auto key =
        BucketSums::hash({reinterpret_cast<const char*>(&place.group), sizeof place.group}, log_);
    if (first_look()) {
      audit_.findings.looked_at(Check::batches, 1);
      share_.rings.add(key, ring_hash(key, partition_));
      share_.rings.take(key, ring_hash(key, place.next));
    } else if (audit_.bad_rings != nullptr && !audit_.bad_rings->is_zero(key)) {
      auto& ends = share_.suspect_rings[{log_, place.group}];
      ends.push_back({partition_, batch.first_offset(), true});
      ends.push_back({place.next, batch.first_offset(), false});
    }
  }
  static std::uint64_t ring_hash(std::uint64_t key, PartitionId partition) {
    const char bytes[3] = {static_cast<char>(partition.service),
                           static_cast<char>(partition.number >> 8),
                           static_cast<char>(partition.number)};
    return BucketSums::hash({bytes, 3}, key);
  }

  // --- records ----------------------------------------------------------------------------------

  void take(const store::RecordView& record, std::uint64_t hash) {
    const auto [found, is_new] = slots_.get(record.stream, hash);
    Slot& slot = *found;
    if (is_new) begin(slot);
    check_place(record, slot);
    slot.last = record.offset;
    slot.sequence = record.sequence;
    slot.time = record.time;

    events_.clear();
    if (!history::read_events<A>(record, events_)) {
      report(Check::payloads, record, "one of its events cannot be read");
      slot.lost = slot.missing = true;
    } else if (first_look()) {
      check_payloads(record);
    }
    if (!slot.lost) fold(record, slot);
    slot.open = (record.flags & store::kRecordOpen) != 0;
    for (std::size_t i = 0; i < audit_.models.size(); ++i)
      if (audit_.models[i] != nullptr) project(record, slot, i);
    share_.events += record.events.size();
  }

  void begin(Slot& slot) {
    if (const auto due = due_.find(slot.id); due != due_.end()) slot.due = &due->second;
  }

  void check_place(const store::RecordView& record, Slot& slot) {
    if (record.previous == slot.last && record.sequence == slot.sequence + 1 &&
        record.time >= slot.time)
      return;
    if (damaged_ && record.sequence > slot.sequence + 1) {
      slot.lost = slot.missing = true;  // follows from what was found before
      return;
    }
    if (record.sequence != slot.sequence + 1) {
      slot.lost = slot.missing = true;
      report(Check::sequences, record,
             fmt::format("it is the stream's record {}, and the one before it is {}",
                         record.sequence, slot.sequence));
    } else if (record.previous != slot.last) {
      report(Check::sequences, record,
             fmt::format("it says that it follows offset {}, and the stream's record before it is "
                         "at {}",
                         record.previous, slot.last));
    } else {
      report(Check::sequences, record, "it was decided before the stream's record before it");
    }
  }

  void check_payloads(const store::RecordView& record) {
    if (record.sequence == 1 &&
        partition_number(record.stream, count_of_partitions()) != partition_.number)
      report(Check::sequences, record, "the stream belongs into another partition");
    if (record.command) {
      const auto& command = *record.command;
      if (XXH3_64bits_withSeed(command.bytes.data(), command.bytes.size(), command.tag) !=
          record.fingerprint)
        report(Check::payloads, record, "its command is not the one that its fingerprint is of");
    }
    if (events_.size() != record.events.size()) return;  // some are not written any more
    for (std::size_t i = 0; i < events_.size(); ++i) {
      scratch_.clear();
      const auto tag = codec::encode_variant(events_[i], scratch_);
      if (tag != record.events[i].tag || scratch_ != record.events[i].bytes)
        report(Check::payloads, record,
               fmt::format("its event {} comes out otherwise when it is written again", i + 1));
    }
    const bool refused = record.refusal != 0;
    if (refused != ((record.flags & store::kRecordRefused) != 0) || (refused && !events_.empty()))
      report(Check::payloads, record, "it says both that it was refused and that it was not");
  }
  std::uint16_t count_of_partitions() const {
    const auto& partitions = audit_.view.identity().partitions;
    const auto at = partitions.find(partition_.service);
    return at == partitions.end() ? std::uint16_t{1} : at->second;
  }

  void fold(const store::RecordView& record, Slot& slot) {
    if (audit_.decisions && first_look()) decide_again(record, slot);
    for (const Event& event : events_) {
      if (std::string fault = slot.books.take(event); !fault.empty()) {
        report(Check::books, record, std::move(fault));
        slot.lost = true;
        return;
      }
      slot.state = A::evolve(std::move(slot.state), event);
      facts_of(slot.books, slot.state, event, record.stream,
               [&](const Fact& fact) { take_fact(fact, record.offset); });
    }
    if (std::string fault = slot.books.fault_in(slot.state); !fault.empty()) {
      report(Check::books, record, std::move(fault));
      slot.lost = true;
      return;
    }
    if constexpr (Saga<A>)
      if (A::open(slot.state) != ((record.flags & store::kRecordOpen) != 0))
        report(Check::sagas, record,
               A::open(slot.state) ? "the saga has work left, and its record says that it has none"
                                   : "the saga has ended, and its record says that it goes on");
    if (slot.due != nullptr) slot.due->take(record, events_, slot.state, snapshot_report(slot));
  }

  void decide_again(const store::RecordView& record, const Slot& slot) {
    Difference difference;
    switch (redecide<A>(slot.state, record, events_, difference)) {
      case Redecided::same: break;
      case Redecided::not_recorded: ++share_.commands_missing; return;
      case Redecided::unreadable:
        report(Check::payloads, record, "its command cannot be read");
        break;
      case Redecided::different:
        report(Check::decisions, record,
               fmt::format("{}: {} is recorded, today it would be {}{}{}", difference.command,
                           difference.recorded, difference.today,
                           difference.detail.empty() ? "" : ": ", difference.detail));
    }
    audit_.findings.looked_at(Check::decisions, 1);
  }

  // --- what has to be compared with others ------------------------------------------------------

  void take_fact(const Fact& fact, store::Offset offset) {
    if (!audit_.facts) return;
    if (!fact.expected && !audit_.alive.empty() && audit_.alive.contains(fact.of)) return;
    if (!audit_.sees_all()) {
      const PartitionId other = counterpart_of(fact, audit_.view.identity());
      if (!audit_.is_seen(other)) {
        if (first_look()) ++share_.unproved[other];
        return;
      }
    }
    const std::uint64_t key = BucketSums::hash(fact.of);
    if (first_look()) {
      if (fact.expected)
        share_.facts.add(key, fact.content_hash());
      else
        share_.facts.take(key, fact.content_hash());
    } else if (audit_.bad_facts != nullptr && !audit_.bad_facts->is_zero(key)) {
      share_.suspects[std::string(fact.of)].push_back({fact.kind, fact.service,
                                                       std::string(fact.stream), fact.amount,
                                                       fact.expected, partition_, offset});
    }
  }

  // Into the rows of one file of read models.
  void project(const store::RecordView& record, Slot& slot, std::size_t file) {
    const RowsFile& models = *audit_.models[file];
    const std::uint64_t bit = std::uint64_t{1} << file;
    if (record.events.empty() || (slot.unfit & bit) != 0 || slot.missing) return;
    const auto at = models.positions().find(partition_);
    if (at == models.positions().end() || record.offset > at->second) return;
    if (models.leaves_out(partition_, record)) return;
    const read_models::RecordInfo info{partition_,      record.offset, record.stream,
                                       record.sequence, record.time,   record.correlation_id};
    const std::string why = share_.rows[file]->project(info, events_);
    if (why.empty()) return;
    slot.unfit |= bit;
    if (!slot.lost && !audit_.rows_only)
      report(Check::read_models, record,
             "the projections cannot take it, and it is not parked: " + why);
  }

  // --- at the end -------------------------------------------------------------------------------

  void finish() {
    std::uint64_t sagas = 0;
    slots_.for_each([&](Slot& slot) {
      if (slot.lost) {
        share_.lost.insert(slot.id);
        if constexpr (Saga<A>) share_.alive.insert(slot.id);
        return;
      }
      if constexpr (Saga<A>)
        alive_of(slot.state, slot.id, [&](std::string id) { share_.alive.insert(std::move(id)); });
      unfinished_of(slot.state, slot.id, [&](const Fact& fact) { take_fact(fact, slot.last); });
      if constexpr (Saga<A>) ++sagas;
    });
    for (const auto& rows : share_.rows) rows->streams_ended();
    if (!first_look()) return;
    audit_.findings.looked_at(Check::sagas, sagas);
    check_snapshots_left();
    if (audit_.directory != nullptr) check_heads();
  }

  void load_snapshots() {
    if (audit_.directory == nullptr || audit_.second_look()) return;
    (void)audit_.directory->for_each_snapshot(
        partition_, [&](std::string_view id, const std::optional<store::Snapshot>& snapshot) {
          if (!mine(StreamMap<Slot>::hash_of(id))) return;
          audit_.findings.looked_at(Check::snapshots, 1);
          if (!snapshot)
            report(Check::snapshots, 0, 0, id, "the snapshot's checksum does not match");
          else if (snapshot->version == history::snapshot_version<A>())
            due_.emplace(std::string(id), SnapshotDue<A>(*snapshot));
        });
  }

  auto snapshot_report(const Slot& slot) {
    return [this, &slot](std::string what) {
      report(Check::snapshots, slot.last, slot.last, slot.id, std::move(what));
    };
  }

  void check_snapshots_left() {
    for (auto& [id, due] : due_) {
      if (due.was_met()) continue;
      const Slot* slot = slots_.find(id);
      if (slot != nullptr && slot->lost) continue;
      report(Check::snapshots, due.offset(), due.offset(), id,
             slot == nullptr || due.offset() > slot->last
                 ? fmt::format(
                       "the snapshot is of offset {}, and the log has the stream only up to {}",
                       due.offset(), slot == nullptr ? 0 : slot->last)
                 : fmt::format("the snapshot is of offset {}, where no record of the stream stands",
                               due.offset()));
    }
  }

  void check_heads() {
    const auto through = audit_.directory->heads_through(partition_);
    if (!through.ok()) {
      report(Check::heads, 0, 0, {}, through.status().message());
      return;
    }
    store::Status status = audit_.directory->for_each_saved_head(
        partition_, [&](std::string_view id, const store::Head& head) {
          const std::uint64_t hash = StreamMap<Slot>::hash_of(id);
          if (mine(hash)) check_head(id, slots_.find(id, hash), head, *through);
        });
    if (!status.ok()) report(Check::heads, 0, 0, {}, status.message());
    status = audit_.directory->for_each_open(partition_, [&](std::string_view id) {
      Slot* slot = slots_.find(id);
      if (!mine(StreamMap<Slot>::hash_of(id))) return;
      if (slot == nullptr || !slot->saved_open)
        report(Check::heads, 0, 0, id,
               "it is listed as having work left, and its saved end is not");
      else
        slot->saved_open = false;
    });
    if (!status.ok()) report(Check::heads, 0, 0, {}, status.message());
    slots_.for_each([&](Slot& slot) {
      if (slot.saved_open)
        report(Check::heads, slot.last, slot.last, slot.id,
               "it has work left, and is not in the list of those that a start goes on with");
      if (!slot.has_head && !slot.lost && slot.last <= *through)
        report(Check::heads, slot.last, slot.last, slot.id, "its end should be saved, and is not");
    });
  }

  void check_head(std::string_view id, Slot* slot, const store::Head& head, store::Offset through) {
    audit_.findings.looked_at(Check::heads, 1);
    if (head.offset == store::kOffsetMax)
      return report(Check::heads, 0, 0, id, "its saved end's checksum does not match");
    if (slot == nullptr) {
      if (!damaged_)
        report(Check::heads, head.offset, head.offset, id,
               "its end is saved, and the log has no record of it");
      return;
    }
    slot->has_head = true;
    slot->saved_open = head.open;
    if (head.offset > slot->last) {
      if (!damaged_)
        report(Check::heads, head.offset, head.offset, id,
               fmt::format("its saved end is offset {}, and the log has it only up to {}",
                           head.offset, slot->last));
    } else if (slot->last <= through && !slot->lost &&
               head != store::Head{slot->last, slot->sequence, slot->open}) {
      report(
          Check::heads, head.offset, head.offset, id,
          fmt::format("its saved end is record {} at offset {}, and it is record {} at offset {}",
                      head.sequence, head.offset, slot->sequence, slot->last));
    }
  }

  Audit& audit_;
  PartitionId partition_;
  std::size_t log_;  // whose groups its batches belong to
  Share& share_;
  std::size_t passes_ = 1, pass_ = 0;
  bool damaged_ = false;  // records before where the walk is now are missing
  StreamMap<Slot> slots_;
  std::unordered_map<std::string, SnapshotDue<A>> due_;
  store::RecordView record_;
  std::vector<Event> events_;
  std::string scratch_;
};

}  // namespace souk::replay
