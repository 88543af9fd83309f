#include "tools/replay/gather.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "tools/replay/failure.hpp"
#include "tools/replay/joined_view.hpp"
#include "tools/replay/lookup.hpp"

namespace souk::replay {
namespace {

using store::Offset;

// Of an aggregate with more records than this, later ones are not looked for.
constexpr store::Sequence kFewRecords = 5'000;

// The clocks of nodes agree to better than this.
constexpr Duration kClocksDiffer = seconds(5);

// The checkout's own records: its state, and when it ran.
struct Course {
  history::Folded<Checkout> folded;
  Offset first = store::kNoOffset;
  Time began;
};

Course course_of(const store::LogView& view, const StreamRef& checkout) {
  Course course;
  check(walk_stream(view, checkout.partition, checkout.id, store::kNoOffset, store::kOffsetMax,
                    [&](const store::RecordView& record) {
                      if (course.first == store::kNoOffset) {
                        course.first = record.offset;
                        course.began = record.time;
                      }
                      if (!history::fold_record<Checkout>(record, course.folded))
                        fail_unreadable(checkout.partition, record.offset);
                    }));
  return course;
}

class Gatherer {
 public:
  Gatherer(const store::LogView& view, const StreamRef& checkout, ScanProgress& progress)
      : view_(view), checkout_(checkout), progress_(progress) {}

  Gathered run() {
    Course course = course_of(view_, checkout_);
    const std::uint64_t first = group_of(view_, checkout_.partition, course.first);
    const bool open = Checkout::open(course.folded.state);
    const std::uint64_t last =
        open ? UINT64_MAX : group_of(view_, checkout_.partition, checkout_.head.offset) + 1;
    for (const PartitionId partition : partitions(course.folded.state))
      windows_[partition] = log_of(view_, partition) == log_of(view_, checkout_.partition)
                                ? window(partition, first, last)
                                : window_by_time(partition, course);
    read_windows();
    if (!open) add_later_ones(course.folded.state);
    const bool by_time = has_several_logs(view_);
    std::ranges::sort(entries_, {}, [&](const Entry& e) {
      return std::tuple(by_time ? 0 : e.group, e.record.time, e.partition, e.offset);
    });
    return {std::move(entries_), std::move(course.folded.state)};
  }

 private:
  struct Window {
    Offset from = 1;
    Offset to = 0;
  };

  std::set<PartitionId> partitions(const checkout::State& state) const {
    std::set<PartitionId> found{checkout_.partition};
    for (const Participant& one : Checkout::participants(state))
      found.insert(store::partition_of(view_.identity(), one.service, one.id));
    return found;
  }

  Window window(PartitionId partition, std::uint64_t first, std::uint64_t last) const {
    const Offset from = value_of(seek_group(view_, partition, first));
    if (last == UINT64_MAX) return {from, value_of(view_.last(partition))};
    return {from, value_of(seek_group(view_, partition, last + 1)) - 1};
  }

  // Of another log, whose groups have other numbers.
  Window window_by_time(PartitionId partition, const Course& course) const {
    const Time begin =
        course.began > Time{} + kClocksDiffer ? course.began - kClocksDiffer : Time{};
    const Offset from = value_of(seek_time(view_, partition, begin));
    if (Checkout::open(course.folded.state)) return {from, value_of(view_.last(partition))};
    const Time end = course.folded.last_time + kClocksDiffer;
    return {from, value_of(seek_time(view_, partition, end)) - 1};
  }

  void read_windows() {
    std::uint64_t records = 0;
    for (const auto& [partition, window] : windows_) records += window.to + 1 - window.from;
    progress_.start("reading", records);
    for (const auto& [partition, window] : windows_)
      check(walk_partition(view_, partition, window.from, window.to,
                           [&](const store::RecordView& record, const store::Place& place) {
                             progress_.passed();
                             keep(record, place);
                             return true;
                           }));
    progress_.clear();
  }

  void keep(const store::RecordView& record, const store::Place& place) {
    const bool own = place.partition == checkout_.partition && record.stream == checkout_.id;
    if (own || record.correlation_id == checkout_.id) entries_.push_back(entry_of(record, place));
  }

  // What somebody did later under the order's id, such as a refund.
  void add_later_ones(const checkout::State& state) {
    std::set<std::pair<PartitionId, std::string_view>> seen;
    for (const Participant& one : Checkout::participants(state)) {
      const PartitionId partition = store::partition_of(view_.identity(), one.service, one.id);
      if (!seen.emplace(partition, one.id).second) continue;
      const store::Head head = value_of(view_.head(partition, one.id));
      const Offset after = windows_.at(partition).to;
      if (head.offset <= after || head.sequence > kFewRecords) continue;
      check(walk_stream(view_, partition, one.id, after, store::kOffsetMax,
                        [&](const store::RecordView& record) {
                          if (record.correlation_id == checkout_.id)
                            keep(record, {partition, group_of(view_, partition, record.offset)});
                        }));
    }
  }

  const store::LogView& view_;
  const StreamRef& checkout_;
  ScanProgress& progress_;
  std::map<PartitionId, Window> windows_;
  std::vector<Entry> entries_;
};

}  // namespace

Gathered gather(const store::LogView& view, const StreamRef& checkout, ScanProgress& progress) {
  return Gatherer(view, checkout, progress).run();
}

}  // namespace souk::replay
