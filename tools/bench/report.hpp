// What the bench found out, as a table for people or as JSON for programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/bench/floor.hpp"
#include "tools/bench/run.hpp"

namespace souk::bench {

struct Report {
  std::vector<RunResult> runs;
  std::optional<FloorResult> floor;

  bool ok() const;

  // The orders/s of one workload over happy's; nothing unless both were run.
  std::optional<double> ratio_to_happy(WorkloadKind kind) const;
};

// Ends with a newline. README.md says what every column means.
std::string as_table(const Report& report);

// One JSON object, indented; README.md lists its members. Figures that are not known are absent.
std::string as_json(const Report& report);

// What a person must be told about, one sentence a line: unexpected answers with an example, a node
// that did not stop cleanly, coupons that ran out. Empty if there is nothing.
std::string complaints(const Report& report);

}  // namespace souk::bench
