// What the gateway asks about the read models. They lag the actors a little; whoever wants to read
// its own writes says at least how far they must have come.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "events/ids.hpp"
#include "events/positions.hpp"
#include "events/sql_rows.hpp"

namespace souk::gateway {

enum class ReadOutcome : std::uint8_t {
  ok,
  invalid,      // the query is wrong: `detail` says how
  not_found,    // there is no such thing (a parked record)
  behind,       // `at_least` was not reached within `wait`
  too_slow,     // the query took longer than it may
  unavailable,  // there are no read models (yet): `detail` says why
  overloaded,   // too many queries are waiting; nothing was done
};

struct ReadAnswer {
  ReadOutcome outcome = ReadOutcome::ok;
  std::string detail;  // one sentence, unless ok
  SqlRows rows;
  Positions position;  // how far the models had come, at the least
};

// One SELECT over the read models' tables and views (docs/read-models.md).
struct ReadRequest {
  std::string sql;
  SqlParameters parameters;
  std::size_t rows_max = 1'000;
  Positions at_least;                    // empty: whatever there is
  Duration wait = seconds(5);            // for `at_least`
  std::function<void(ReadAnswer)> done;  // called exactly once, on any thread; must not block
};

// How far one partition's records are in the read models.
struct PartitionLag {
  PartitionId partition;
  std::uint64_t position = 0;  // offset of the last record that is in them
  std::uint64_t end = 0;       // offset of the partition's last record
  Duration behind;             // age of the oldest record that is not in them; 0 if there is none
};

struct ParkedStreamInfo {
  PartitionId partition;
  std::string stream;
  std::uint64_t offset = 0;   // of the record that could not be taken
  std::uint64_t records = 0;  // it and those behind it
  std::string reason;
  Time since;
};

struct RebuildInfo {
  std::uint64_t records = 0;        // taken in so far
  std::uint64_t records_total = 0;  // of the log, when last looked at
  Duration took;                    // so far, or in all
  Duration lag_at_switch;           // of a finished one: age of what readers saw just before it
  Time ended_at;                    // not set: it is running
  std::string failure;              // of one that failed: the old models stayed
};

struct ReadModelsInfo {
  std::string state;   // LIVE, BUILDING (there is nothing to read yet), FAILED, OFF
  std::string detail;  // of FAILED: why, and what to do
  std::int64_t version = 0;
  std::string file;  // that readers open now; empty if there is none
  std::vector<PartitionLag> partitions;
  std::vector<ParkedStreamInfo> parked;
  std::optional<RebuildInfo> rebuild;  // the one that runs, or the last one
};

enum class ParkedAction : std::uint8_t { retry, skip };

// What to do about the parked records of one stream.
struct ParkedRequest {
  PartitionId partition;
  std::string stream;
  ParkedAction action = ParkedAction::retry;
  std::string reason;  // of a skip: the operator's
  std::function<void(ReadAnswer)> done;
};

}  // namespace souk::gateway
