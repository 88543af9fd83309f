#include "tools/query/behind.hpp"

#include <fmt/format.h>

#include "tools/shared/amounts.hpp"

namespace souk::query {

std::string behind_text(const Positions& reached, const Positions& wanted) {
  constexpr int kNamed = 3;
  std::uint64_t records = 0;
  int partitions = 0;
  std::string named;
  for (const auto& [partition, offset] : wanted) {
    const auto at = reached.find(partition);
    const std::uint64_t position = at == reached.end() ? 0 : at->second;
    if (position >= offset) continue;
    records += offset - position;
    if (++partitions > kNamed) continue;
    named += fmt::format("{}{}/{} is at {}, not at {}", named.empty() ? "" : "; ",
                         name_of(partition.service), partition.number, position, offset);
  }
  return fmt::format("the read models are {} record{} behind: {}{}",
                     cli::grouped(static_cast<std::int64_t>(records)), records == 1 ? "" : "s",
                     named, partitions > kNamed ? "; ..." : "");
}

}  // namespace souk::query
