// What did not add up, said of each order, group and row.
#pragma once

#include "tools/replay/verify/audit.hpp"

namespace souk::replay {

// Findings about the orders (and campaigns' coupons) among the suspects whose facts disagree.
// Streams in `lost`, and damaged partitions, explain what is missing: that is no finding.
void explain_suspects(const Suspects& suspects, const Alive& lost, Audit& audit);

// Findings about batches that are missing in their groups. Those that the damage explains are none.
void explain_rings(const Rings& rings, Audit& audit);

// Findings about rows: missing, of nothing, or with other values than the log makes.
// `directory` has the file, "" if only one is proved.
void explain_rows(const RowsOfInterest& fold, const RowsOfInterest& file, const Alive& lost,
                  const std::string& directory, Audit& audit);

}  // namespace souk::replay
