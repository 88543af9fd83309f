// One file of read models under proof: its rows against those that the fold makes of the log, up to
// the file's own positions.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tools/replay/verify/audit.hpp"
#include "tools/replay/verify/rows.hpp"
#include "tools/replay/verify/verify.hpp"

namespace souk::replay {

inline constexpr const char* kReadModelsFile = "read-models.sqlite";

// In the order of the calls. One thread, but for the workers' sinks.
class ModelsProof {
 public:
  // `directory` has the file, "" if only one is proved.
  ModelsProof(std::string directory, std::unique_ptr<RowsFile> file);

  // Null once the file cannot be read to its end: no use in comparing half of it.
  const RowsFile* file() const { return file_.get(); }
  const std::string& directory() const { return directory_; }

  // A file cannot have taken in what the log, which ends at `ends`, has not.
  void compare_positions(const std::map<PartitionId, store::Offset>& ends, Audit& audit) const;
  // Reads all rows, and checks what holds them.
  void read_rows(const Audit& audit, VerifyReport& report);

  // Where one worker's fold puts its rows.
  RowSink sink_for_a_worker();
  void add_worker(std::size_t worker, RowsFold& fold);
  void all_added();
  bool agrees() const;

  // For a second look, at rows that do not agree, which go to `fold`.
  RowSink second_sink(RowsOfInterest& fold);
  void explain(const RowsOfInterest& fold, const Alive& lost, Audit& audit);

 private:
  void add_fault(const RowsFault& fault, Findings& findings) const;

  std::string directory_;
  std::unique_ptr<RowsFile> file_;
  std::unique_ptr<RowScope> scope_;
  std::unique_ptr<RowSums> left_;  // what the fold makes, less what is in the file
  std::deque<RowSums> by_worker_;
  std::unique_ptr<RowsFold> sums_;
};
using ModelsUnderProof = std::vector<ModelsProof>;

}  // namespace souk::replay
