#include "tools/replay/verify/verify.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <deque>
#include <filesystem>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "store/keys.hpp"
#include "tools/replay/verify/against.hpp"
#include "tools/replay/verify/explain.hpp"
#include "tools/replay/verify/files.hpp"

namespace souk::replay {
namespace {

constexpr std::chrono::milliseconds kReportEvery{100};
constexpr const char* kReadModelsFile = "read-models.sqlite";

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

bool is_damage(const store::Status& status) {
  return status.code() == store::Code::corruption || status.code() == store::Code::io_error;
}

// One proof.
class Proof {
 public:
  Proof(const store::LogView& view, const store::DirectoryView* directory, VerifyReport& report,
        const VerifyOptions& options)
      : options_(options),
        report_(report),
        audit_{.view = view,
               .directory = directory,
               .findings = report.findings,
               .decisions = options.decisions,
               .streams_max = options.streams_max,
               .records_done = records_done_,
               .stop = options.stop} {}

  // `models`: the read models, opened before the log; nothing if they are not to be compared.
  void run(std::optional<store::Result<std::unique_ptr<RowsFile>>> models) {
    if (models) take_read_models(std::move(*models));
    const unsigned threads = std::max(1u, options_.threads);
    for (unsigned i = 0; i < threads; ++i)
      shares_.push_back(std::make_unique<Share>(RowSink{.sums = &row_sums_.emplace_back()}));
    count_records();
    if (models_) read_rows();
    audit_partitions([](PartitionId partition) { return is_saga(partition); }, "records");
    for (const auto& share : shares_) audit_.alive.merge(share->alive);
    report_.streams_under_way = audit_.alive.size();
    audit_partitions([](PartitionId partition) { return !is_saga(partition); }, "records");
    add_up();
    if (options_.against != nullptr) compare_logs(audit_, *options_.against);
    report_.stopped = audit_.stopped();
  }

 private:
  // --- the first look ---------------------------------------------------------------------------

  void take_read_models(store::Result<std::unique_ptr<RowsFile>> models) {
    if (models.ok()) {
      const std::string& cluster = audit_.view.identity().cluster_id;
      if ((*models)->cluster_id() != cluster) {
        report_.findings.add({Check::read_models, std::nullopt, 0, 0, kReadModelsFile,
                              fmt::format("they are of cluster '{}', and the log is of '{}'",
                                          (*models)->cluster_id(), cluster)});
        return;
      }
      models_ = std::move(*models);
      audit_.models = models_.get();
    } else if (is_damage(models.status())) {
      report_.findings.add(
          {Check::read_models, std::nullopt, 0, 0, kReadModelsFile, models.status().message()});
    } else {
      report_.not_checked.push_back("read models: " + models.status().message());
    }
  }

  void count_records() {
    for (const PartitionId partition : store::partitions_of(audit_.view.identity())) {
      const auto last = audit_.view.last(partition);
      if (last.ok()) total_ += *last;
      ends_[partition] = last.ok() ? *last : 0;
    }
    if (!models_) return;
    for (const auto& [partition, position] : models_->positions())
      if (position > ends_[partition])
        report_.findings.add(
            {Check::read_models, partition, position, position, "positions",
             fmt::format("the read models have taken in record {}, and the log ends at {}: records "
                         "are missing in it",
                         position, ends_[partition])});
  }

  void read_rows() {
    auto faults = models_->structure_faults();
    if (!faults.ok()) add_rows_fault({"", faults.status().message()});
    std::vector<RowsFault> found = faults.ok() ? std::move(*faults) : std::vector<RowsFault>();
    RowSink sink{.sums = &file_sums_, .from_file = true};
    const store::Status status = models_->read(sink, &found);
    for (const RowsFault& fault : found) add_rows_fault(fault);
    report_.rows = sink.rows;
    report_.findings.looked_at(Check::read_models, sink.rows);
    if (status.ok()) return;
    add_rows_fault({"", status.message()});
    audit_.models = nullptr;  // no use in comparing half of it
    models_.reset();
  }

  void add_rows_fault(const RowsFault& fault) {
    report_.findings.add({Check::read_models, std::nullopt, 0, 0,
                          fault.subject.empty() ? kReadModelsFile : fault.subject, fault.what});
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
    RowSums rows = file_sums_;
    RowsFold sums(RowSink{.sums = &rows});
    for (std::size_t i = 0; i < shares_.size(); ++i) {
      Share& share = *shares_[i];
      facts.merge(share.facts);
      rings.merge(share.rings);
      sums.take_sums(share.rows);
      for (std::size_t table = 0; table < kTableCount; ++table)
        rows[table].merge(row_sums_[i][table]);
      report_.records += share.records;
      report_.events += share.events;
      commands_missing_ += share.commands_missing;
      lost_.merge(share.lost);
    }
    sums.all_ended();
    report_.findings.looked_at(Check::sequences, report_.records);
    report_.findings.looked_at(Check::payloads, report_.events);
    report_.findings.looked_at(Check::books, report_.records);
    if (commands_missing_ > 0)
      report_.not_checked.push_back(fmt::format(
          "{} decisions: their commands were not recorded (--no-log-commands)", commands_missing_));
    shares_.clear();
    row_sums_.clear();
    if (audit_.stopped()) return;

    const bool facts_agree = audit_.directory == nullptr || facts.all_zero();
    const bool rows_agree =
        !models_ || std::ranges::all_of(rows, [](const BucketSums& one) { return one.all_zero(); });
    if (!facts_agree || !rings.all_zero()) look_at_suspects(facts, rings);
    if (!rows_agree) look_at_rows(rows);
  }

  // --- the second look --------------------------------------------------------------------------

  void look_at_suspects(const BucketSums& facts, const BucketSums& rings) {
    audit_.bad_facts = &facts;
    audit_.bad_rings = &rings;
    const RowsFile* models = std::exchange(audit_.models, nullptr);
    RowSums unused;
    Share share(RowSink{.sums = &unused});
    look_again(share);
    if (audit_.directory != nullptr) explain_suspects(share.suspects, lost_, audit_);
    explain_rings(share.suspect_rings, audit_);
    audit_.bad_facts = audit_.bad_rings = nullptr;
    audit_.models = models;
  }

  void look_at_rows(const RowSums& bad) {
    audit_.rows_only = true;
    RowsOfInterest fold, file;
    Share share(RowSink{.bad = &bad, .interesting = &fold});
    look_again(share);
    share.rows.all_ended();
    RowSink sink{.from_file = true, .bad = &bad, .interesting = &file};
    if (const store::Status status = models_->read(sink, nullptr); !status.ok())
      add_rows_fault({"", status.message()});
    explain_rows(fold, file, lost_, audit_);
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
  std::unique_ptr<RowsFile> models_;
  RowSums file_sums_;
  std::deque<RowSums> row_sums_;
  std::vector<std::unique_ptr<Share>> shares_;
  Alive lost_;
  Audit audit_;
};

}  // namespace

store::Result<std::unique_ptr<VerifyReport>> verify_directory(const std::string& path,
                                                              const VerifyOptions& options) {
  const Stopwatch watch;
  auto report = std::make_unique<VerifyReport>();
  report->subject = path;
  report->threads = options.threads;
  const std::string models_path = path + "/" + kReadModelsFile;
  const bool has_models = std::filesystem::exists(models_path);
  std::optional<store::Result<std::unique_ptr<RowsFile>>> models;
  if (options.read_models && has_models) models = RowsFile::open(models_path);
  auto view = store::DirectoryView::open(path);
  if (!view.ok() && !is_damage(view.status())) return view.status();
  if (options.files) check_files(path, options, *report);
  if (view.ok()) {
    if (options.read_models && !has_models)
      report->not_checked.emplace_back("read models: the directory has none");
    Proof(**view, view->get(), *report, options).run(std::move(models));
  } else {
    report->findings.add({Check::files, std::nullopt, 0, 0, path, view.status().message()});
    report->not_checked.emplace_back(
        "records, and all that is made of them: the log cannot be opened");
  }
  watch.read(*report);
  return report;
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
  Proof(view, nullptr, *report, options).run({});
  watch.read(*report);
  return report;
}

}  // namespace souk::replay
