#include "tools/replay/joined_view.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "store/keys.hpp"

namespace souk::replay {
namespace {

using store::DirectoryView;
using store::Offset;
using store::Result;
using store::Status;

constexpr std::size_t kDirectoriesMax = 64;

enum class Holds { nothing, saved, records };

// What a directory has of a partition.
Holds what_of(const DirectoryView& directory, PartitionId partition) {
  const auto last = directory.last(partition);
  if (!last.ok() || *last != store::kNoOffset) return Holds::records;
  bool any = false;
  (void)directory.for_each_saved_head(partition, [&](auto, const auto&) { any = true; });
  if (!any) (void)directory.for_each_snapshot(partition, [&](auto, const auto&) { any = true; });
  return any ? Holds::saved : Holds::nothing;
}

// What the node of a directory knows of its cluster; nothing of a node that stands alone.
std::optional<Placement> placement_in(const DirectoryView& directory) {
  const auto note = directory.note("placement");
  if (!note.ok() || !*note) return std::nullopt;
  return parse_placement(**note);
}

std::string counts_text(const store::Identity& identity) {
  std::vector<std::string> counts;
  for (const auto& [service, count] : identity.partitions)
    counts.push_back(fmt::format("{} {}", name_of(service), count));
  return fmt::format("{}", fmt::join(counts, ", "));
}

Status belong_together(const DirectoryView& one, const DirectoryView& other) {
  std::error_code ignored;
  if (!one.path().empty() && std::filesystem::equivalent(one.path(), other.path(), ignored))
    return {store::Code::invalid, fmt::format("{} and {} are the same directory; name each once",
                                              one.path(), other.path())};
  if (one.identity().cluster_id != other.identity().cluster_id)
    return {store::Code::invalid,
            fmt::format("{} is of cluster '{}', and {} of '{}': name directories of one cluster",
                        one.path(), one.identity().cluster_id, other.path(),
                        other.identity().cluster_id)};
  if (one.identity().partitions != other.identity().partitions)
    return {store::Code::invalid,
            fmt::format("{} has other numbers of partitions than {} ({}; {}): they are not of one "
                        "cluster",
                        one.path(), other.path(), counts_text(one.identity()),
                        counts_text(other.identity()))};
  return {};
}

}  // namespace

Result<std::unique_ptr<JoinedView>> JoinedView::join(
    std::vector<std::unique_ptr<DirectoryView>> parts, bool all_given) {
  if (parts.size() > kDirectoriesMax)
    return Status(store::Code::invalid,
                  fmt::format("at most {} directories can be read together", kDirectoriesMax));
  for (std::size_t i = 1; i < parts.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (Status status = belong_together(*parts[j], *parts[i]); !status.ok()) return status;
  return std::unique_ptr<JoinedView>(new JoinedView(std::move(parts), all_given));
}

JoinedView::JoinedView(std::vector<std::unique_ptr<DirectoryView>> parts, bool all_given)
    : parts_(std::move(parts)), all_given_(all_given) {
  if (parts_.size() == 1) path_ = parts_.front()->path();
  place();
}

void JoinedView::place() {
  places_.clear();
  splits_.clear();
  for (const PartitionId partition : store::partitions_of(identity())) {
    std::vector<std::size_t> records, saved;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const Holds holds = what_of(*parts_[i], partition);
      if (holds == Holds::records) records.push_back(i);
      if (holds == Holds::saved) saved.push_back(i);
    }
    std::vector<std::size_t> all = records;
    all.insert(all.end(), saved.begin(), saved.end());
    if (!all.empty()) places_[partition] = all.front();
    if (all.size() > 1) splits_.push_back({partition, std::move(all), records.size() > 1});
  }
  find_not_seen();
}

// A note knows. Without any: of a cluster's directories, a partition of which there is nothing at
// all; of one directory, which may be all that there is, a service of which there is nothing, if
// there is something of another.
void JoinedView::find_not_seen() {
  not_seen_.clear();
  std::optional<Placement> known;
  std::set<std::string> given;
  for (const auto& part : parts_) {
    auto placement = placement_in(*part);
    if (!placement) continue;
    given.insert(placement->node);
    known = std::move(placement);
  }
  std::set<Service> present;
  for (const auto& [partition, place] : places_) present.insert(partition.service);
  for (const PartitionId partition : store::partitions_of(identity())) {
    if (places_.contains(partition)) continue;
    if (known && known->owner_of.contains(partition)) {
      const std::string& owner = known->owner_of.at(partition);
      if (!given.contains(owner)) not_seen_[partition] = {owner, true};
    } else if (!all_given_ || size() > 1 ||
               (!present.empty() && !present.contains(partition.service))) {
      not_seen_[partition] = {};
    }
  }
}

std::size_t JoinedView::place_of(PartitionId partition) const {
  const auto at = places_.find(partition);
  return at == places_.end() ? 0 : at->second;
}

bool JoinedView::is_split(PartitionId partition) const {
  return std::ranges::any_of(splits_, [&](const auto& one) { return one.partition == partition; });
}

std::string JoinedView::name_of(std::size_t place) const {
  return size() == 1 ? "" : parts_[place]->path();
}

Result<Offset> JoinedView::last(PartitionId partition) const {
  return of(partition).last(partition);
}

Result<store::Slice> JoinedView::read(PartitionId partition, Offset from,
                                      std::size_t bytes_max) const {
  return of(partition).read(partition, from, bytes_max);
}

std::unique_ptr<store::BatchWalk> JoinedView::walk(PartitionId partition, Offset from) const {
  return of(partition).walk(partition, from);
}

Result<Offset> JoinedView::next_batch(PartitionId partition, Offset after) const {
  return of(partition).next_batch(partition, after);
}

Result<store::Head> JoinedView::head(PartitionId partition, std::string_view stream) const {
  return of(partition).head(partition, stream);
}

Result<std::optional<store::Snapshot>> JoinedView::snapshot(PartitionId partition,
                                                            std::string_view stream) const {
  return of(partition).snapshot(partition, stream);
}

Status JoinedView::refresh() {
  for (const auto& part : parts_)
    if (Status status = part->refresh(); !status.ok()) return status;
  place();
  return {};
}

Status JoinedView::for_each_saved_head(
    PartitionId partition,
    const std::function<void(std::string_view, const store::Head&)>& f) const {
  return of(partition).for_each_saved_head(partition, f);
}

Result<Offset> JoinedView::heads_through(PartitionId partition) const {
  return of(partition).heads_through(partition);
}

Status JoinedView::for_each_snapshot(
    PartitionId partition,
    const std::function<void(std::string_view, const std::optional<store::Snapshot>&)>& f) const {
  return of(partition).for_each_snapshot(partition, f);
}

Status JoinedView::for_each_open(PartitionId partition,
                                 const std::function<void(std::string_view)>& f) const {
  return of(partition).for_each_open(partition, f);
}

bool has_several_logs(const store::LogView& view) {
  const auto* joined = dynamic_cast<const JoinedView*>(&view);
  return joined != nullptr && joined->size() > 1;
}

std::size_t log_of(const store::LogView& view, PartitionId partition) {
  const auto* joined = dynamic_cast<const JoinedView*>(&view);
  return joined == nullptr ? 0 : joined->place_of(partition);
}

}  // namespace souk::replay
