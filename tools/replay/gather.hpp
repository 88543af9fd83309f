// Everything that belongs to one order, found without reading the log through.
#pragma once

#include <vector>

#include "actors/checkout/checkout.hpp"
#include "tools/replay/entry.hpp"
#include "tools/replay/scan.hpp"
#include "tools/replay/stream_ref.hpp"

namespace souk::replay {

// What a checkout did, and what others did for it.
struct Gathered {
  std::vector<Entry> entries;  // in the order in which they were written
  checkout::State state;       // the checkout's, after its last record
};

// A checkout says whom it calls. So each of their partitions is read from the group of the
// checkout's first record to the one after its last (to the end, if it goes on), and records that
// carry its id as their correlation id are kept; of those who were called also later ones, if they
// have few. Costs what happened in the log while the checkout ran. Throws Failure.
Gathered gather(const store::LogView& view, const StreamRef& checkout, ScanProgress& progress);

}  // namespace souk::replay
