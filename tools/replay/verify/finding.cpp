#include "tools/replay/verify/finding.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace souk::replay {

std::string_view name_of(Check check) {
  switch (check) {
    case Check::files: return "files";
    case Check::batches: return "batches";
    case Check::sequences: return "sequences";
    case Check::payloads: return "payloads";
    case Check::books: return "books";
    case Check::sagas: return "sagas";
    case Check::snapshots: return "snapshots";
    case Check::heads: return "heads";
    case Check::read_models: return "read_models";
    case Check::decisions: return "decisions";
    case Check::against: return "against";
  }
  return "unknown";
}

std::string_view what_is(Check check) {
  switch (check) {
    case Check::files: return "files whose checksums match";
    case Check::batches: return "batches, sealed, in their groups, none missing";
    case Check::sequences: return "records, without gaps in offsets and streams";
    case Check::payloads: return "events and commands that come out the same when written again";
    case Check::books: return "records after which money, units and coupons add up";
    case Check::sagas: return "orders and grants, all or nothing, ended or under way";
    case Check::snapshots: return "snapshots that equal the fold of their events";
    case Check::heads: return "saved ends of streams";
    case Check::read_models: return "rows that equal a fresh fold";
    case Check::decisions: return "decisions that today's code would make again";
    case Check::against: return "records that the other log has as well";
  }
  return "";
}

void Findings::add(Finding finding) {
  const auto at = static_cast<std::size_t>(finding.check);
  if (directory_of_ && finding.partition && finding.directory.empty())
    finding.directory = directory_of_(*finding.partition);
  std::lock_guard lock(mutex_);
  if (++found_[at] <= kept_max_) kept_.push_back(std::move(finding));
}

void Findings::note(std::string sentence) {
  std::lock_guard lock(mutex_);
  notes_.push_back(std::move(sentence));
}

std::uint64_t Findings::found(Check check) const {
  std::lock_guard lock(mutex_);
  return found_[static_cast<std::size_t>(check)];
}

std::uint64_t Findings::found() const {
  std::lock_guard lock(mutex_);
  return std::accumulate(found_.begin(), found_.end(), std::uint64_t{0});
}

std::vector<Finding> Findings::kept() const {
  std::vector<Finding> all;
  {
    std::lock_guard lock(mutex_);
    all = kept_;
  }
  std::ranges::stable_sort(all, {}, [](const Finding& one) {
    return std::tuple(one.check, one.partition.value_or(PartitionId{}), one.from);
  });
  return all;
}

std::vector<std::string> Findings::notes() const {
  std::lock_guard lock(mutex_);
  return notes_;
}

}  // namespace souk::replay
