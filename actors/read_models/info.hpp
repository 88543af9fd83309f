// How the read models are doing, for people and programs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/ids.hpp"
#include "events/service.hpp"

namespace souk::read_models {

// How far one partition's records are in the models.
struct PartitionLag {
  PartitionId partition;
  std::uint64_t position = 0;  // offset of the last record that is in them
  std::uint64_t end = 0;       // offset of the partition's last record
  Duration behind;             // age of the oldest record that is not in them; 0 if there is none
  bool operator==(const PartitionLag&) const = default;
};

// A stream of which records are parked.
struct ParkedStream {
  PartitionId partition;
  std::string stream;
  std::uint64_t offset = 0;   // of the record that could not be taken
  std::uint64_t records = 0;  // it and those behind it
  std::string reason;         // why it could not
  Time since;                 // when it was decided
  bool operator==(const ParkedStream&) const = default;
};

// A rebuild that runs, or the last one.
struct Rebuild {
  std::uint64_t records = 0;        // taken in so far
  std::uint64_t records_total = 0;  // of the log, when last looked at
  Time started_at;
  Time ended_at;           // not set: it is running
  Duration lag_at_switch;  // of one that succeeded: age of what readers saw just before it
  std::string failure;     // of one that failed: why; the old models stayed
  bool operator==(const Rebuild&) const = default;
};

enum class State : std::uint8_t {
  off,       // this node keeps none
  building,  // not fit to be read, or of an older version, until the rebuild has ended
  live,
  failed,  // `detail` says why, and what to do; it is tried again by itself
};

struct Info {
  State state = State::off;
  std::string detail;
  std::int64_t version = 0;
  std::string file;  // that readers open now; empty: there is none
  std::vector<PartitionLag> partitions;
  std::vector<ParkedStream> parked;
  std::optional<Rebuild> rebuild;
};

}  // namespace souk::read_models
