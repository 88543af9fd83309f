// Where the partitions of a data directory end, for whoever looks from outside: beside a node that
// runs, or without one.
#pragma once

#include <map>
#include <string>

#include "events/positions.hpp"
#include "store/record.hpp"
#include "store/status.hpp"

namespace souk::store {

class Kv;

struct LogEnd {
  Offset end = kNoOffset;  // of the partition's last record; kNoOffset: it has none
  Time next_at;            // time of the first record after the one asked about; not set: none is
  bool operator==(const LogEnd&) const = default;
};

// Every partition of the directory, with the record that follows the one in `read`.
using LogEnds = std::map<PartitionId, LogEnd>;

// Takes no lock and changes nothing. What a running node wrote up to the call is seen; files that
// it replaces meanwhile are read again, a few times. Fails with not_found, newer_format,
// corruption, io_error.
Result<LogEnds> log_ends(const std::string& path, const Positions& read = {});

// The same of an open database.
Result<LogEnds> log_ends(const Kv& kv, const Positions& read);

}  // namespace souk::store
