#include "tools/replay/decide_again.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>
#include <tuple>
#include <utility>

#include "actors/history/fold.hpp"
#include "store/keys.hpp"
#include "store/log_walk.hpp"
#include "tools/replay/services.hpp"
#include "tools/replay/verify/redecide.hpp"
#include "tools/replay/verify/stream_map.hpp"

namespace souk::replay {
namespace {

// What the workers share.
class Work {
 public:
  Work(const store::LogView& view, const DecideAgainOptions& options)
      : view_(view), options_(options) {}

  const store::LogView& view() const { return view_; }
  const DecideAgainOptions& options() const { return options_; }
  bool stopped() const { return options_.stop != nullptr && options_.stop->load(); }

  void add(Redecision one, Service service) {
    std::lock_guard lock(mutex_);
    auto& group = groups_[{service, one.command, one.recorded, one.today}];
    if (group.count++ == 0 || one.time < group.first.time) group.first = one;
    group.service = service;
    if (report.differences.size() < options_.kept_max) report.differences.push_back(std::move(one));
  }
  void add_damage(std::string sentence) {
    std::lock_guard lock(mutex_);
    report.damage.push_back(std::move(sentence));
  }
  void count(const DecideAgainReport& part) {
    std::lock_guard lock(mutex_);
    report.records += part.records;
    report.asked += part.asked;
    report.same += part.same;
    report.not_recorded += part.not_recorded;
    report.unreadable += part.unreadable;
  }

  void finish() {
    for (auto& [key, group] : groups_) {
      std::tie(std::ignore, group.command, group.recorded, group.today) = key;
      report.groups.push_back(std::move(group));
    }
    std::ranges::stable_sort(report.groups, std::greater{}, &RedecisionGroup::count);
    std::ranges::stable_sort(report.differences, {}, &Redecision::time);
    report.stopped = stopped();
  }

  DecideAgainReport report;
  std::atomic<std::uint64_t> done{0};

 private:
  const store::LogView& view_;
  const DecideAgainOptions& options_;
  std::mutex mutex_;
  std::map<std::tuple<Service, std::string, std::string, std::string>, RedecisionGroup> groups_;
};

// One partition's streams. What cannot be read ends its stream: nothing more can be said of it.
template <class A>
class Partition {
 public:
  Partition(Work& work, PartitionId partition) : work_(work), partition_(partition) {}

  void run() {
    const store::Status status =
        store::walk_partition(work_.view(), partition_, 1, store::kOffsetMax,
                              [&](const store::RecordView& record, const store::Place&) {
                                take(record);
                                return !work_.stopped();
                              });
    if (!status.ok()) work_.add_damage(status.message());
    work_.count(counts_);
    work_.done += counts_.records & 1023;
  }

 private:
  struct Slot {
    std::string id;
    typename A::State state;
    bool lost = false;
  };

  void take(const store::RecordView& record) {
    if ((++counts_.records & 1023) == 0) work_.done += 1024;
    Slot& slot = *slots_.get(record.stream, StreamMap<Slot>::hash_of(record.stream)).first;
    if (slot.lost) return;
    events_.clear();
    if (!history::read_events<A>(record, events_)) {
      ++counts_.unreadable;
      slot.lost = true;
      return;
    }
    if (record.time >= work_.options().since) ask(record, slot);
    for (const auto& event : events_) slot.state = A::evolve(std::move(slot.state), event);
  }

  void ask(const store::RecordView& record, const Slot& slot) {
    Difference difference;
    switch (redecide<A>(slot.state, record, events_, difference)) {
      case Redecided::not_recorded: ++counts_.not_recorded; return;
      case Redecided::unreadable: ++counts_.unreadable; return;
      case Redecided::same: ++counts_.same; break;
      case Redecided::different:
        work_.add({partition_, record.offset, std::string(record.stream), record.time,
                   std::string(record.command_id), std::string(record.correlation_id),
                   std::string(difference.command), std::move(difference.recorded),
                   std::move(difference.today), std::move(difference.detail)},
                  A::kService);
    }
    ++counts_.asked;
  }

  Work& work_;
  PartitionId partition_;
  StreamMap<Slot> slots_;
  std::vector<typename A::Event> events_;
  DecideAgainReport counts_;
};

}  // namespace

DecideAgainReport decide_again(const store::LogView& view, const DecideAgainOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  Work work(view, options);
  const std::vector<PartitionId> partitions = store::partitions_of(view.identity());
  std::uint64_t total = 0;
  for (const PartitionId partition : partitions)
    if (const auto last = view.last(partition); last.ok()) total += *last;

  std::atomic<std::size_t> next{0};
  const unsigned count = std::max(1u, options.threads);
  std::atomic<unsigned> working{count};
  const auto run = [&] {
    for (std::size_t i = next++; i < partitions.size() && !work.stopped(); i = next++)
      for_service(
          partitions[i].service,
          [&]<class A>(Type<A>) {
            Partition<A>(work, partitions[i]).run();
            return 0;
          },
          0);
    --working;
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < count; ++i) threads.emplace_back(run);
  for (int tick = 0; working > 0; ++tick) {
    std::this_thread::sleep_for(std::chrono::milliseconds(tick == 0 ? 2 : 50));
    if (options.progress) options.progress(work.done, total);
  }
  for (std::thread& thread : threads) thread.join();
  work.finish();
  work.report.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return std::move(work.report);
}

}  // namespace souk::replay
