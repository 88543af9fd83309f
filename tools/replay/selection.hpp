// Which records the command line asks for.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "events/positions.hpp"
#include "store/log_view.hpp"
#include "tools/replay/filter.hpp"
#include "tools/replay/options.hpp"
#include "tools/replay/stream_ref.hpp"

namespace souk::replay {

// A filter that is ready to be asked, and what it says of streams and partitions. Regular value.
struct Selection {
  Matcher matcher;
  std::vector<StreamRef> streams;  // those that were named; empty: any
  Positions from, to;              // by partition, where the command line says so

  bool wants(PartitionId partition, const store::RecordView& record) const;

  // The partitions to look into.
  std::vector<PartitionId> partitions(const store::Identity& identity) const;
};

// From the options of `events` and `export`; times are of `now`. Throws Failure.
Selection selection_of(const store::LogView& view, const Options& options, Time now);

// The same as a filter alone, for an export: its streams are of one service, its offsets of one
// partition. Throws Failure.
Filter filter_of(const Options& options, Time now);

}  // namespace souk::replay
