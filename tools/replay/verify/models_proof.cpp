#include "tools/replay/verify/models_proof.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "tools/replay/verify/explain.hpp"

namespace souk::replay {

ModelsProof::ModelsProof(std::string directory, std::unique_ptr<RowsFile> file)
    : directory_(std::move(directory)),
      file_(std::move(file)),
      left_(std::make_unique<RowSums>()),
      sums_(std::make_unique<RowsFold>(RowSink{.sums = left_.get()})) {}

void ModelsProof::compare_positions(const std::map<PartitionId, store::Offset>& ends,
                                    Audit& audit) const {
  for (const auto& [partition, position] : file_->positions()) {
    const auto end = ends.find(partition);
    const store::Offset last = end == ends.end() ? 0 : end->second;
    if (position <= last || !audit.is_seen(partition)) continue;
    audit.findings.add(
        {Check::read_models, partition, position, position, "positions",
         fmt::format("the read models have taken in record {}, and the log ends at {}: records "
                     "are missing in it",
                     position, last),
         directory_});
  }
}

void ModelsProof::read_rows(const Audit& audit, VerifyReport& report) {
  std::set<PartitionId> not_seen;
  for (const auto& [partition, position] : file_->positions())
    if (position > 0 && !audit.is_seen(partition)) not_seen.insert(partition);
  if (!not_seen.empty())
    scope_ = std::make_unique<RowScope>(audit.view.identity(), std::move(not_seen));
  sums_ = std::make_unique<RowsFold>(RowSink{.sums = left_.get(), .scope = scope_.get()});

  auto faults = file_->structure_faults();
  if (!faults.ok()) add_fault({"", faults.status().message()}, report.findings);
  std::vector<RowsFault> found = faults.ok() ? std::move(*faults) : std::vector<RowsFault>();
  RowSink sink{.sums = left_.get(), .scope = scope_.get(), .from_file = true};
  const store::Status status = file_->read(sink, &found);
  for (const RowsFault& fault : found) add_fault(fault, report.findings);
  report.rows += sink.rows;
  report.rows_not_seen += sink.rows_left_out;
  report.findings.looked_at(Check::read_models, sink.rows);
  if (status.ok()) return;
  add_fault({"", status.message()}, report.findings);
  file_.reset();
}

void ModelsProof::add_fault(const RowsFault& fault, Findings& findings) const {
  findings.add({Check::read_models, std::nullopt, 0, 0,
                fault.subject.empty() ? kReadModelsFile : fault.subject, fault.what, directory_});
}

RowSink ModelsProof::sink_for_a_worker() {
  return {.sums = &by_worker_.emplace_back(), .scope = scope_.get()};
}

void ModelsProof::add_worker(std::size_t worker, RowsFold& fold) {
  sums_->take_sums(fold);
  for (std::size_t table = 0; table < kTableCount; ++table)
    (*left_)[table].merge(by_worker_[worker][table]);
}

void ModelsProof::all_added() {
  by_worker_.clear();
  sums_->all_ended();
}

bool ModelsProof::agrees() const {
  return file_ == nullptr ||
         std::ranges::all_of(*left_, [](const BucketSums& one) { return one.all_zero(); });
}

RowSink ModelsProof::second_sink(RowsOfInterest& fold) {
  return {.scope = scope_.get(), .bad = left_.get(), .interesting = &fold};
}

void ModelsProof::explain(const RowsOfInterest& fold, const Alive& lost, Audit& audit) {
  RowsOfInterest rows;
  RowSink sink{.scope = scope_.get(), .from_file = true, .bad = left_.get(), .interesting = &rows};
  if (const store::Status status = file_->read(sink, nullptr); !status.ok())
    add_fault({"", status.message()}, audit.findings);
  explain_rows(fold, rows, lost, directory_, audit);
}

}  // namespace souk::replay
