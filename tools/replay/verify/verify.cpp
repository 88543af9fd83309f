#include "tools/replay/verify/verify.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "store/keys.hpp"
#include "tools/replay/verify/against.hpp"
#include "tools/replay/verify/directories.hpp"
#include "tools/replay/verify/explain.hpp"
#include "tools/replay/verify/files.hpp"
#include "tools/replay/verify/models_proof.hpp"

namespace souk::replay {
namespace {

constexpr std::chrono::milliseconds kReportEvery{100};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

class Stopwatch {
 public:
  void read(VerifyReport& report) const {
    report.cpu_seconds = cpu_seconds() - cpu_;
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

 private:
  double cpu_ = cpu_seconds();
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// The services whose sagas say what the others must have done: they are folded first.
bool is_saga(PartitionId partition) {
  return partition.service == Service::checkout || partition.service == Service::campaign;
}

// One proof.
class Proof {
 public:
  // `models` were opened before the log. `facts`: whether partitions are of one moment.
  Proof(const store::LogView& view, const JoinedView* directory, ModelsUnderProof models,
        bool facts, VerifyReport& report, const VerifyOptions& options)
      : options_(options),
        report_(report),
        models_(std::move(models)),
        audit_{.view = view,
               .directory = directory,
               .findings = report.findings,
               .decisions = options.decisions,
               .facts = facts,
               .streams_max = options.streams_max,
               .records_done = records_done_,
               .stop = options.stop} {}

  void run() {
    count_records();
    for (ModelsProof& one : models_) one.read_rows(audit_, report_);
    for (const ModelsProof& one : models_) audit_.models.push_back(one.file());
    const unsigned threads = std::max(1u, options_.threads);
    for (unsigned i = 0; i < threads; ++i) {
      std::vector<RowSink> sinks;
      for (ModelsProof& one : models_) sinks.push_back(one.sink_for_a_worker());
      shares_.push_back(std::make_unique<Share>(sinks));
    }
    audit_partitions([](PartitionId partition) { return is_saga(partition); }, "records");
    for (const auto& share : shares_) audit_.alive.merge(share->alive);
    report_.streams_under_way = audit_.alive.size();
    audit_partitions([](PartitionId partition) { return !is_saga(partition); }, "records");
    add_up();
    if (options_.against != nullptr) compare_logs(audit_, *options_.against);
    if (audit_.directory != nullptr) say_not_seen(*audit_.directory, unproved_, report_);
    report_.stopped = audit_.stopped();
  }

 private:
  // --- the first look ---------------------------------------------------------------------------

  void count_records() {
    for (const PartitionId partition : store::partitions_of(audit_.view.identity())) {
      const auto last = audit_.view.last(partition);
      if (last.ok()) total_ += *last;
      ends_[partition] = last.ok() ? *last : 0;
    }
    for (const ModelsProof& one : models_) one.compare_positions(ends_, audit_);
  }

  template <class Wanted>
  void audit_partitions(Wanted wanted, const char* label) {
    std::vector<PartitionId> todo;
    for (const auto& [partition, end] : ends_)
      if (wanted(partition)) todo.push_back(partition);
    std::ranges::sort(todo, std::greater{}, [&](PartitionId one) { return ends_.at(one); });
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> working{shares_.size()};
    const auto work = [&](Share& share) {
      for (std::size_t i = next++; i < todo.size() && !audit_.stopped(); i = next++)
        audit_partition(audit_, todo[i], share);
      --working;
    };
    std::vector<std::thread> threads;
    for (const auto& share : shares_) threads.emplace_back(work, std::ref(*share));
    while (working > 0) {
      std::this_thread::sleep_for(working > 0 && quick_ ? std::chrono::milliseconds(1)
                                                        : kReportEvery);
      quick_ = false;
      if (options_.progress) options_.progress({label, records_done_, total_});
    }
    for (std::thread& thread : threads) thread.join();
  }

  // --- does it add up ---------------------------------------------------------------------------

  void add_up() {
    BucketSums facts, rings{1u << 12};
    for (std::size_t i = 0; i < shares_.size(); ++i) {
      Share& share = *shares_[i];
      facts.merge(share.facts);
      rings.merge(share.rings);
      for (std::size_t file = 0; file < models_.size(); ++file)
        models_[file].add_worker(i, *share.rows[file]);
      report_.records += share.records;
      report_.events += share.events;
      commands_missing_ += share.commands_missing;
      lost_.merge(share.lost);
      for (const auto& [partition, count] : share.unproved) unproved_[partition] += count;
    }
    for (ModelsProof& one : models_) one.all_added();
    report_.findings.looked_at(Check::sequences, report_.records);
    report_.findings.looked_at(Check::payloads, report_.events);
    report_.findings.looked_at(Check::books, report_.records);
    if (commands_missing_ > 0)
      report_.not_checked.push_back(fmt::format(
          "{} decisions: their commands were not recorded (--no-log-commands)", commands_missing_));
    shares_.clear();
    if (audit_.stopped()) return;

    if ((audit_.facts && !facts.all_zero()) || !rings.all_zero()) look_at_suspects(facts, rings);
    for (std::size_t file = 0; file < models_.size(); ++file)
      if (!models_[file].agrees()) look_at_rows(file);
  }

  // --- the second look --------------------------------------------------------------------------

  void look_at_suspects(const BucketSums& facts, const BucketSums& rings) {
    audit_.bad_facts = &facts;
    audit_.bad_rings = &rings;
    const auto models = std::exchange(audit_.models, {});
    Share share({});
    look_again(share);
    if (audit_.facts) explain_suspects(share.suspects, lost_, audit_);
    explain_rings(share.suspect_rings, audit_);
    audit_.bad_facts = audit_.bad_rings = nullptr;
    audit_.models = models;
  }

  void look_at_rows(std::size_t file) {
    ModelsProof& models = models_[file];
    audit_.rows_only = true;
    const auto all = std::exchange(audit_.models, {models.file()});
    RowsOfInterest fold;
    Share share({models.second_sink(fold)});
    look_again(share);
    share.rows.front()->all_ended();
    models.explain(fold, lost_, audit_);
    audit_.models = all;
    audit_.rows_only = false;
  }

  void look_again(Share& share) {
    records_done_ = 0;
    for (const auto& [partition, end] : ends_) {
      if (audit_.stopped()) return;
      audit_partition(audit_, partition, share);
      if (options_.progress) options_.progress({"a second look", records_done_, total_});
    }
  }

  const VerifyOptions& options_;
  VerifyReport& report_;
  std::atomic<std::uint64_t> records_done_{0};
  std::uint64_t total_ = 0;
  std::uint64_t commands_missing_ = 0;
  bool quick_ = true;  // a small log is done before the first tick
  std::map<PartitionId, store::Offset> ends_;
  std::map<PartitionId, std::uint64_t> unproved_;
  ModelsUnderProof models_;
  std::vector<std::unique_ptr<Share>> shares_;
  Alive lost_;
  Audit audit_;
};

}  // namespace

store::Result<std::unique_ptr<VerifyReport>> verify_directories(
    const std::vector<std::string>& paths, const VerifyOptions& options) {
  const Stopwatch watch;
  auto report = std::make_unique<VerifyReport>();
  report->subject = fmt::format("{}", fmt::join(paths, ", "));
  report->threads = options.threads;
  if (paths.size() > 1) report->directories = paths;
  // Read models first: the log is then not behind the rows, also beside a running node.
  ModelsUnderProof models = options.read_models ? open_models(paths, *report) : ModelsUnderProof();
  auto view = open_directories(paths, *report);
  if (!view.ok()) return view.status();
  if (options.files)
    for (const std::string& path : paths)
      check_files(path, paths.size() > 1 ? path : "", options, *report);
  if (*view) {
    const JoinedView& joined = **view;
    if (joined.size() > 1)
      report->findings.name_directories(
          [&joined](PartitionId partition) { return joined.name_of(joined.place_of(partition)); });
    report_splits(joined, report->findings);
    keep_those_of(joined, models, *report);
    const bool facts = are_of_one_moment(paths, *report);
    Proof(joined, &joined, std::move(models), facts, *report, options).run();
    report->findings.name_directories({});
  }
  watch.read(*report);
  return report;
}

store::Result<std::unique_ptr<VerifyReport>> verify_directory(const std::string& path,
                                                              const VerifyOptions& options) {
  return verify_directories({path}, options);
}

std::unique_ptr<VerifyReport> verify_view(const store::LogView& view, std::string subject,
                                          const VerifyOptions& options) {
  const Stopwatch watch;
  auto report = std::make_unique<VerifyReport>();
  report->subject = std::move(subject);
  report->threads = options.threads;
  report->not_checked = {
      "files, snapshots, saved ends of streams, read models: a node does not show them; use --data",
      "sagas, all or nothing: a node's partitions are not read at one moment; use --data"};
  Proof(view, nullptr, {}, false, *report, options).run();
  watch.read(*report);
  return report;
}

}  // namespace souk::replay
