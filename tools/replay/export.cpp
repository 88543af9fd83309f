#include "tools/replay/export.hpp"

#include <algorithm>
#include <memory>

#include "store/log_walk.hpp"
#include "tools/replay/csv_rows.hpp"
#include "tools/replay/export_frame.hpp"
#include "tools/replay/export_sink.hpp"
#include "tools/replay/failure.hpp"
#include "tools/replay/group_walk.hpp"
#include "tools/replay/ordered_pool.hpp"

namespace souk::replay {
namespace {

// By how much times within a partition may be out of order, with a wide margin.
constexpr Duration kDisorderMax = seconds(60);

Matcher matcher_of(const Filter& filter) {
  std::string why;
  auto matcher = Matcher::of(filter, why);
  if (!matcher) throw Failure(kExitBadInput, why);
  return *matcher;
}

std::unique_ptr<ExportSink> sink_of(const store::LogView& view, const ExportOptions& options,
                                    std::FILE* out) {
  const std::string header = header_line(view.identity(), options.filter);
  const bool csv = options.format == ExportFormat::csv;
  std::string first = csv ? csv_titles() : header;
  if (options.path.empty() || options.path == "-") return sink_to(out, std::move(first));
  return sink_to(options.path, std::move(first), (csv ? "csv of " : "ndjson of ") + header,
                 options.restart, options.vouch_every);
}

// The first offset of the partition that can match.
store::Offset first_offset(const store::LogView& view, PartitionId partition,
                           const Filter& filter) {
  store::Offset from = filter.from;
  if (filter.since.is_set()) {
    const auto found = value_of(store::seek_time(view, partition, filter.since - kDisorderMax));
    from = std::max(from, found > 1 ? found - 1 : 1);  // the batch before it may reach beyond it
  }
  return from;
}

// The last one.
store::Offset last_offset(const store::LogView& view, PartitionId partition, const Filter& filter) {
  store::Offset last = std::min(value_of(view.last(partition)), filter.to);
  if (filter.until.is_set()) {
    const auto found = value_of(store::seek_time(view, partition, filter.until + kDisorderMax));
    last = std::min(last, found - 1);
  }
  return last;
}

// What is to be read, after what an earlier run has looked at.
std::vector<Stretch> stretches_of(const store::LogView& view, const Matcher& matcher,
                                  const Positions& reached) {
  std::vector<Stretch> stretches;
  for (const PartitionId partition : matcher.partitions(view.identity())) {
    Stretch stretch{partition, first_offset(view, partition, matcher.filter()),
                    last_offset(view, partition, matcher.filter())};
    if (const auto at = reached.find(partition); at != reached.end())
      stretch.from = std::max(stretch.from, at->second + 1);
    if (stretch.from <= stretch.to) stretches.push_back(stretch);
  }
  return stretches;
}

// One run: from the walk through the pool to the sink.
class Run {
 public:
  Run(const ExportOptions& options, const Matcher& matcher, ExportSink& sink,
      cli::Progress& progress)
      : options_(options),
        sink_(sink),
        progress_(progress),
        state_(sink.begin()),
        pool_(options.threads,
              [&options, &matcher](ExportPiece& piece) { piece.encode(options.format, matcher); }) {
  }

  const ExportState& state() const { return state_; }

  // False if it was stopped.
  bool go(GroupWalk& walk, const std::atomic<bool>* stop) {
    bool more = true;
    while (more && !(stop != nullptr && stop->load(std::memory_order_relaxed))) {
      auto piece = std::make_unique<ExportPiece>();
      store::Status damage;
      more = fill(walk, *piece, damage);
      if (pool_.full()) deliver();
      pool_.put(std::move(piece));
      if (damage.ok()) continue;
      drain();
      sink_.stop();
      check(damage);
    }
    drain();
    return !more;
  }

 private:
  // False if there is nothing more; then `damage` may say why.
  bool fill(GroupWalk& walk, ExportPiece& piece, store::Status& damage) {
    while (piece.bytes() < options_.piece_bytes) {
      const auto found = walk.next(group_);
      if (!found.ok()) damage = found.status();
      if (!found.ok() || !*found) return false;
      piece.add(group_, options_.filter.wants_all());
    }
    return true;
  }

  void drain() {
    while (!pool_.empty()) deliver();
  }

  void deliver() {
    const auto piece = pool_.take();
    sink_.write(piece->text());
    merge(state_.reached, piece->reached());
    state_.records += piece->records();
    state_.lines += piece->lines();
    sink_.reached(state_);
    progress_.advance(piece->records());
    progress_.draw();
  }

  const ExportOptions& options_;
  ExportSink& sink_;
  cli::Progress& progress_;
  ExportState state_;
  OrderedPool<ExportPiece> pool_;
  std::vector<GroupBatch> group_;
};

}  // namespace

Exported export_log(store::LogView& view, const ExportOptions& options, std::FILE* out,
                    cli::Progress& progress, const std::atomic<bool>* stop) {
  const Matcher matcher = matcher_of(options.filter);
  const std::uint64_t last_group = value_of(last_whole_group(view));
  const auto sink = sink_of(view, options, out);
  Run run(options, matcher, *sink, progress);
  Exported exported;
  exported.resumed_at = run.state().records;

  const auto stretches = stretches_of(view, matcher, run.state().reached);
  std::uint64_t records = 0;
  for (const Stretch& stretch : stretches) records += stretch.to - stretch.from + 1;
  progress.start("export", records);
  GroupWalk walk(view, stretches, last_group);
  exported.interrupted = !run.go(walk, stop);
  exported.records = run.state().records;
  exported.lines = run.state().lines;
  if (exported.interrupted) {
    sink->stop();
    return exported;
  }
  if (options.format == ExportFormat::ndjson)
    sink->write(end_line({run.state().lines, run.state().reached}));
  sink->finish();
  return exported;
}

}  // namespace souk::replay
