// What the gateway asks about the read models. They lag the actors a little; whoever wants to read
// its own writes says at least how far they must have come.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "actors/read_models/info.hpp"
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
  bool foreign = false;        // the SQL came from outside: it gives way to the gateway's own
  Positions at_least;          // empty: whatever there is
  Duration wait = seconds(5);  // for `at_least`
  std::function<void(ReadAnswer)> done;  // called exactly once, on any thread; must not block
};

using ReadModelsInfo = read_models::Info;

enum class ParkedAction : std::uint8_t { retry, skip };

// What to do about the parked records of one stream.
struct ParkedRequest {
  PartitionId partition;
  std::string stream;
  ParkedAction action = ParkedAction::retry;
  // Of a skip: why, in the operator's words, and which record is meant. `invalid` if that is not
  // the stream's oldest parked one: a request that comes twice must not skip two.
  std::string reason;
  std::uint64_t offset = 0;
  std::function<void(ReadAnswer)> done;
};

}  // namespace souk::gateway
