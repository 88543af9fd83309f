// How far the partitions of other nodes have come, as those nodes said last.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <memory>

#include "events/service.hpp"
#include "store/record.hpp"

namespace souk::core {

// Thread-safe. A position that is read here was reached by then; the partition may be further.
class Ends {
 public:
  // `partitions`: how many each service has.
  explicit Ends(const std::map<Service, std::uint16_t>& partitions) {
    for (const auto& [service, count] : partitions) {
      auto& table = tables_.at(static_cast<std::size_t>(service));
      table.count = count;
      table.next = std::make_unique<std::atomic<store::Offset>[]>(count);
    }
  }

  // The offset that the partition's next record will get; 0: nobody has said.
  store::Offset next_offset(PartitionId partition) const {
    const Table& table = tables_.at(static_cast<std::size_t>(partition.service));
    return partition.number < table.count ? table.next[partition.number].load() : 0;
  }

  // Notes that the partition has come so far; going back is ignored.
  void reached(PartitionId partition, store::Offset next) {
    Table& table = tables_.at(static_cast<std::size_t>(partition.service));
    if (partition.number >= table.count) return;
    std::atomic<store::Offset>& known = table.next[partition.number];
    store::Offset before = known.load();
    while (before < next && !known.compare_exchange_weak(before, next)) {
    }
  }

 private:
  struct Table {
    std::uint16_t count = 0;
    std::unique_ptr<std::atomic<store::Offset>[]> next;
  };
  std::array<Table, 16> tables_;
};

}  // namespace souk::core
