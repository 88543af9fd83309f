// How far the read models have come, and what they could not take.
#pragma once

#include <cstdint>
#include <string>

#include "events/columns.hpp"
#include "events/ids.hpp"

namespace souk::read_models {

struct PositionRow {
  static constexpr TableText kTable{
      "positions",
      "One row for each partition of the log: up to where its records are in these tables. Written "
      "in the same transaction as the rows."};
  static constexpr std::size_t kKeyColumns = 2;

  std::string service;
  std::int64_t partition = 0;
  std::int64_t position = 0;
  Time at;

  bool operator==(const PositionRow&) const = default;
  static constexpr auto columns() {
    using R = PositionRow;
    return std::tuple{column("service", &R::service, "order, stock, wallet, coupon, ..."),
                      column("partition", &R::partition, "0, 1, 2 ... within the service"),
                      column("position", &R::position, "offset of the last record that is in here"),
                      column("at", &R::at, "that record's time")};
  }
};

struct ParkedRow {
  static constexpr TableText kTable{
      "parked_records",
      "Records that could not be taken in, and every later record of the same stream: their "
      "changes are missing in these tables until an operator retries or skips them. Empty when all "
      "is well."};
  static constexpr std::size_t kKeyColumns = 3;

  std::string service;
  std::int64_t partition = 0;
  std::int64_t record_offset = 0;
  std::string stream;
  std::int64_t sequence = 0;
  Time at;
  std::string reason;

  bool operator==(const ParkedRow&) const = default;
  static constexpr auto columns() {
    using R = ParkedRow;
    return std::tuple{
        column("service", &R::service, "of the record"),
        column("partition", &R::partition, "of the record"),
        column("record_offset", &R::record_offset, "of the record in its partition"),
        column("stream", &R::stream, "id of the order, SKU, wallet ... that it belongs to"),
        column("sequence", &R::sequence, "its number within the stream"),
        column("at", &R::at, "when it was decided"),
        column("reason", &R::reason,
               "why it could not be taken; NULL: it stands behind one that could not")};
  }
};

struct SkippedRow {
  static constexpr TableText kTable{
      "skipped_records",
      "Records that an operator left out for good. A rebuild leaves them out as well."};
  static constexpr std::size_t kKeyColumns = 3;

  std::string service;
  std::int64_t partition = 0;
  std::int64_t record_offset = 0;
  std::string stream;
  std::string error;
  std::string reason;
  Time skipped_at;

  bool operator==(const SkippedRow&) const = default;
  static constexpr auto columns() {
    using R = SkippedRow;
    return std::tuple{column("service", &R::service, "of the record"),
                      column("partition", &R::partition, "of the record"),
                      column("record_offset", &R::record_offset, "of the record in its partition"),
                      column("stream", &R::stream, "that it belongs to"),
                      column("error", &R::error, "why it could not be taken"),
                      column("reason", &R::reason, "why it was skipped, as the operator said"),
                      column("skipped_at", &R::skipped_at, "when")};
  }
};

// Key and value, for what is said once: version, generation, since when.
struct AboutRow {
  static constexpr TableText kTable{"about", "What this file is."};
  static constexpr std::size_t kKeyColumns = 1;

  std::string name;
  std::string value;

  bool operator==(const AboutRow&) const = default;
  static constexpr auto columns() {
    using R = AboutRow;
    return std::tuple{
        column("name", &R::name, "cluster, version, built_at"),
        column("value", &R::value, "cluster: whose data it is; version: of the read models")};
  }
};

}  // namespace souk::read_models
