// Where the answers come from: a node, or the files of one.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "events/ids.hpp"
#include "events/positions.hpp"
#include "events/sql_rows.hpp"

namespace souk::query {

// One SELECT over the tables and views of docs/read-models.md.
struct Query {
  std::string sql;
  SqlParameters parameters;
};

// As many rows as the source gives.
inline constexpr std::size_t kAllRows = 100'000'000;

struct PartitionProgress {
  PartitionId partition;
  std::uint64_t position = 0;  // offset of the last record that is in the models
  std::uint64_t end = 0;       // offset of the partition's last record
  double seconds_behind = 0;   // age of the oldest record that is not in them
  std::uint64_t records_behind() const { return end > position ? end - position : 0; }
};

struct ParkedStream {
  PartitionId partition;
  std::string stream;
  std::uint64_t offset = 0;   // of the record that could not be taken
  std::uint64_t records = 0;  // it and those behind it
  std::string reason;
  std::string since;  // a time, as in the tables
};

struct Rebuild {
  bool running = false;
  std::uint64_t records = 0;
  std::uint64_t records_total = 0;
  double seconds = 0;
  double lag_at_switch_seconds = 0;
  std::string ended_at;  // a time; empty: it has not
  std::string failure;   // empty: none
};

struct Lag {
  std::string state;  // LIVE, BUILDING, FAILED, OFF; FILE: read from a directory
  std::string detail;
  std::int64_t version = 0;
  std::string file;
  std::vector<PartitionProgress> partitions;
  std::vector<ParkedStream> parked;
  std::optional<Rebuild> rebuild;  // the one that runs, or the last one
};

// All functions throw Failure. One thread.
class Source {
 public:
  virtual ~Source() = default;

  // How many rows it gives at once.
  virtual std::size_t rows_most() const { return kAllRows; }

  // Runs a query; at most `rows_max` rows, and `truncated` if there are more.
  virtual SqlRows run(const Query& query, std::size_t rows_max) = 0;

  // From now on answers are at least as new as `position`. Throws a Failure of kExitBehind if the
  // models do not get there in time.
  virtual void wait_for(const Positions& position, Duration timeout) = 0;

  // Runs `ask`, whose queries are of one moment then. A source that cannot promise that runs it
  // again until it returns true (the answers fit together), five times at most. Returns the last
  // word of `ask`.
  virtual bool at_one_moment(const std::function<bool()>& ask) = 0;

  virtual Lag lag() = 0;

  // From now on a query ends soon after `flag` has become true, with a Failure of
  // kExitInterrupted, if it is run here and not by a node.
  virtual void stop_when(const std::atomic<bool>&) {}

  // Before each further look at the same source.
  virtual void refresh() {}
};

}  // namespace souk::query
