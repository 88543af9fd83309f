#include "tools/replay/stats.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <mutex>
#include <thread>

#include "store/batch_walk.hpp"
#include "store/directory_view.hpp"
#include "tools/replay/failure.hpp"
#include "tools/replay/joined_view.hpp"
#include "tools/replay/stats_partition.hpp"

namespace souk::replay {
namespace {

// The threads take one partition after the other.
class Collector {
 public:
  Collector(const store::LogView& view, const StatsOptions& options, cli::Progress& progress,
            const std::atomic<bool>* stop, Stats& stats)
      : view_(view),
        directory_(dynamic_cast<const store::DirectoryView*>(&view)),
        options_(options),
        progress_(progress),
        stop_(stop),
        stats_(stats) {}

  void run() {
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < options_.threads; ++i) threads.emplace_back([this] { serve(false); });
    serve(true);
    for (std::thread& thread : threads) thread.join();
    if (failed_) std::rethrow_exception(failed_);
  }

 private:
  bool stopped() const {
    return given_up_ || (stop_ != nullptr && stop_->load(std::memory_order_relaxed));
  }

  void serve(bool draws) {
    try {
      for (std::size_t place; (place = next_++) < stats_.partitions.size() && !stopped();)
        count(place, draws);
    } catch (...) {
      std::lock_guard lock(mutex_);
      if (!failed_) failed_ = std::current_exception();
      given_up_ = true;
    }
  }

  void count(std::size_t place, bool draws) {
    const PartitionId partition = stats_.partitions[place].partition;
    PartitionCount counted(partition, options_.sketch_counters);
    if (directory_ != nullptr) check(counted.read_snapshots(*directory_));
    const auto walk = view_.walk(partition, 1);
    store::BatchView batch;
    store::RecordView record;
    while (!stopped()) {
      const auto more = walk->next(batch);
      if (!more.ok()) check(more.status());
      if (!*more) break;
      counted.add_batch(batch.bytes().size());
      for (store::Offset at = batch.first_offset(); at < batch.end_offset(); ++at) {
        const std::string_view bytes = batch.record(at);
        if (const auto status = store::parse_record(bytes, record); !status.ok())
          check(store::corruption_at(partition, at, status.message()));
        record.offset = at;
        counted.add(record, bytes.size());
      }
      progress_.advance(batch.count());
      if (draws) draw();
    }
    std::lock_guard lock(mutex_);
    counted.merge_into(stats_, place);
    keep_hottest(stats_.by_records);
    keep_hottest(stats_.by_bytes);
  }

  // A stream is in one partition only, so that the hottest of all are among the hottest of each.
  void keep_hottest(std::vector<HotStream>& streams) const {
    std::ranges::sort(streams, [](const HotStream& a, const HotStream& b) {
      if (a.at_least != b.at_least) return a.at_least > b.at_least;
      return std::pair(a.partition, a.stream) < std::pair(b.partition, b.stream);
    });
    if (streams.size() > options_.top) streams.resize(options_.top);
  }

  void draw() {
    const auto now = std::chrono::steady_clock::now();
    if (now - drawn_ < std::chrono::milliseconds(100)) return;
    drawn_ = now;
    progress_.draw();
  }

  const store::LogView& view_;
  const store::DirectoryView* directory_;  // null: the view is not one
  const StatsOptions& options_;
  cli::Progress& progress_;
  const std::atomic<bool>* stop_;
  Stats& stats_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> given_up_ = false;
  std::mutex mutex_;
  std::exception_ptr failed_;
  std::chrono::steady_clock::time_point drawn_{};
};

// The bytes of key and value of a saved head beside its stream's id.
constexpr std::size_t kHeadFrameBytes = 3 + 8 + 18;

void add_files(const std::string& path, DirectoryStats& stats) {
  if (path.empty()) return;
  std::error_code ignored;
  for (const auto& file : std::filesystem::directory_iterator(path, ignored)) {
    const std::uintmax_t bytes = file.is_regular_file(ignored) ? file.file_size(ignored) : 0;
    if (ignored) continue;  // a node has replaced it
    if (file.path().extension() == ".sst") stats.table_bytes += bytes;
    if (file.path().extension() == ".log") stats.write_ahead_bytes += bytes;
  }
}

DirectoryStats directory_stats(const store::DirectoryView& directory) {
  DirectoryStats stats;
  for (const PartitionId partition : store::partitions_of(directory.identity()))
    check(directory.for_each_saved_head(partition,
                                        [&stats](std::string_view stream, const store::Head&) {
                                          stats.heads.add(kHeadFrameBytes + stream.size());
                                        }));
  if (const auto* joined = dynamic_cast<const JoinedView*>(&directory))
    for (std::size_t i = 0; i < joined->size(); ++i) add_files(joined->part(i).path(), stats);
  else
    add_files(directory.path(), stats);
  return stats;
}

}  // namespace

Stats collect_stats(const store::LogView& view, const StatsOptions& options,
                    cli::Progress& progress, const std::atomic<bool>* stop) {
  Stats stats;
  stats.identity = view.identity();
  std::uint64_t records = 0;
  for (const PartitionId partition : store::partitions_of(view.identity())) {
    stats.partitions.emplace_back().partition = partition;
    records += value_of(view.last(partition));
  }
  if (const auto* directory = dynamic_cast<const store::DirectoryView*>(&view))
    stats.directory = directory_stats(*directory);
  progress.start("stats", records);
  Collector(view, options, progress, stop, stats).run();
  stats.interrupted = stop != nullptr && stop->load(std::memory_order_relaxed);
  return stats;
}

PartitionStats sum_of(const Stats& stats, std::optional<Service> service) {
  PartitionStats sum;
  for (const PartitionStats& one : stats.partitions) {
    if (service && one.partition.service != *service) continue;
    sum.records.add(one.records);
    sum.events += one.events;
    sum.refusals += one.refusals;
    sum.streams += one.streams;
    sum.batches.add(one.batches);
    sum.live_bytes += one.live_bytes;
    sum.ended_bytes += one.ended_bytes;
    sum.superseded_bytes += one.superseded_bytes;
    if (one.records.count == 0) continue;
    sum.first = sum.first.is_set() ? std::min(sum.first, one.first) : one.first;
    sum.last = std::max(sum.last, one.last);
  }
  return sum;
}

}  // namespace souk::replay
