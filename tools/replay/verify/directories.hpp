// Which directories a proof is of, and what it can say about them as such.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tools/replay/joined_view.hpp"
#include "tools/replay/verify/models_proof.hpp"
#include "tools/replay/verify/verify.hpp"

namespace souk::replay {

// The read models that the directories have. What is wrong with one that cannot be opened goes to
// the report.
ModelsUnderProof open_models(const std::vector<std::string>& paths, VerifyReport& report);

// Takes out what is not of the log's cluster: a finding.
void keep_those_of(const JoinedView& view, ModelsUnderProof& models, VerifyReport& report);

// The directories as one log; null if none can be opened. A damaged one that cannot be opened is a
// finding, and is left out. Fails if they do not belong together, or are not there.
store::Result<std::unique_ptr<JoinedView>> open_directories(const std::vector<std::string>& paths,
                                                            VerifyReport& report);

// Findings about partitions of which two directories have something.
void report_splits(const JoinedView& view, Findings& findings);

// Whether what is in one directory can be held against what is in another: not while nodes write.
bool are_of_one_moment(const std::vector<std::string>& paths, VerifyReport& report);

// What could not be proved, because its records are elsewhere. `unproved`: facts, by the partition
// that has the other side's word on them.
void say_not_seen(const JoinedView& view, const std::map<PartitionId, std::uint64_t>& unproved,
                  VerifyReport& report);

}  // namespace souk::replay
