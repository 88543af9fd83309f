// Which records are wanted: what `events` and `export` can be asked for. The test reads a record's
// fields and its payloads' tags, and decodes nothing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/ids.hpp"
#include "events/service.hpp"
#include "store/keys.hpp"
#include "store/log_view.hpp"
#include "store/record.hpp"
#include "tools/replay/payload_names.hpp"

namespace souk::replay {

// Every condition that is set must hold; of a list, one of its elements. Regular value.
struct Filter {
  std::vector<Service> services;
  std::vector<PartitionId> partitions;
  std::vector<std::string> streams;   // aggregates' ids
  std::vector<std::string> events;    // "held" of any service, "stock.held" of one
  std::vector<std::string> commands;  // likewise
  std::string id;                     // a stream, or a command, correlation or causation id
  std::string command_id;
  std::string correlation_id;
  std::string causation_id;
  std::string trace;                     // a whole traceparent, or its trace id alone
  Time since;                            // decided then or later
  Time until;                            // decided before
  store::Offset from = 1;                // within each partition
  store::Offset to = store::kOffsetMax;  // inclusive
  bool refused = false;                  // only refusals

  bool operator==(const Filter&) const = default;
  bool wants_all() const { return *this == Filter(); }
};

// The filter's conditions as a JSON object on one line, the set ones only: "{}" if it wants all.
std::string filter_json(const Filter& filter);

// A filter that is ready to be asked. Regular value; any number of threads may ask one.
class Matcher {
 public:
  // Nothing, and one sentence in `why`, if no service (of those asked for) has an event or a
  // command of a name.
  static std::optional<Matcher> of(const Filter& filter, std::string& why);

  bool matches(PartitionId partition, const store::RecordView& record) const;

  // Of a record that matches: whether this event is one of those asked for. All are if no types of
  // events were.
  bool wants_event(Service service, std::uint16_t tag) const {
    return filter_.events.empty() || (events_[index(service)] >> (tag & 63) & 1) != 0;
  }

  // The partitions that may have matching records, in their order.
  std::vector<PartitionId> partitions(const store::Identity& identity) const;

  const Filter& filter() const { return filter_; }

 private:
  using Tags = std::array<std::uint64_t, 8>;  // by service: a bit a tag; no service has 64 of them
  static std::size_t index(Service service) { return static_cast<std::uint8_t>(service) & 7; }
  static bool mark(const std::vector<std::string>& names, PayloadKind kind, const Filter& filter,
                   Tags& tags, std::string& why);
  bool wants_partition(PartitionId partition) const;
  bool wants_types(Service service, const store::RecordView& record) const;
  bool wants_ids(const store::RecordView& record) const;

  Filter filter_;
  bool any_ids_ = false;
  Tags events_{};
  Tags commands_{};
};

}  // namespace souk::replay
