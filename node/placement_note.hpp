// What a data directory remembers about its place in the cluster: whose it is, and who owned which
// partition when it was last started. A configuration that says otherwise would leave data where
// nobody looks for it, and is refused: data does not move by itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cluster/placement.hpp"
#include "events/service.hpp"
#include "store/log.hpp"
#include "store/log_view.hpp"

namespace souk::node {

// The name of the note in the store. stored: never reuse
inline constexpr const char* kPlacementNote = "placement";

// {"node": "stock-1", "owners": {"stock": ["stock-1", "stock-2", ...], ...}}. stored
std::string write_placement_note(const std::string& node, const cluster::Placement& placement);

// What a directory has to say in the matter.
struct Remembered {
  std::optional<std::string> note;        // none: it is new, or older than notes
  std::vector<PartitionId> with_records;  // partitions that its log has records of
};
store::Result<Remembered> remembered(const store::Log& log);
store::Result<Remembered> remembered(const store::LogView& view);

// Ok if node `node` may work with this placement on a directory that remembers this. Else
// wrong_cluster, in a sentence with the partition, both nodes and what to do; corruption if the
// note is not one.
store::Status check_remembered(const Remembered& directory, const std::string& node,
                               const cluster::Placement& placement);

// What a start does before anything else: checks, and notes the placement if it is new. The
// writer's thread.
store::Status take_place(store::Log& log, const std::string& node,
                         const cluster::Placement& placement);

}  // namespace souk::node
