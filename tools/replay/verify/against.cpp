#include "tools/replay/verify/against.hpp"

#include <string>

#include <fmt/format.h>

#include "store/batch.hpp"

namespace souk::replay {
namespace {

// The records of one partition, as bytes, one after the other.
class RecordBytes {
 public:
  RecordBytes(const store::LogView& view, PartitionId partition) : walk_(view.walk(partition, 1)) {}

  // The next record's bytes; false at the end.
  store::Result<bool> next(std::string_view& bytes) {
    if (at_ == batch_.end_offset() || batch_.count() == 0) {
      const auto more = walk_->next(batch_);
      if (!more.ok() || !*more) return more;
      at_ = batch_.first_offset();
    }
    bytes = batch_.record(at_++);
    return true;
  }
  store::Offset offset() const { return at_ - 1; }

 private:
  std::unique_ptr<store::BatchWalk> walk_;
  store::BatchView batch_;
  store::Offset at_ = store::kNoOffset;
};

std::string what_differs(std::string_view ours, std::string_view theirs) {
  store::RecordView a, b;
  if (!store::parse_record(ours, a).ok() || !store::parse_record(theirs, b).ok())
    return "the records' bytes differ";
  if (a.stream != b.stream)
    return fmt::format("it is of stream {}, in the other log of {}", a.stream, b.stream);
  if (a.sequence != b.sequence || a.previous != b.previous)
    return "its place in the stream differs";
  if (a.time != b.time) return "its time differs";
  if (a.command_id != b.command_id)
    return fmt::format("its command id is '{}', in the other log '{}'", a.command_id, b.command_id);
  if (a.refusal != b.refusal) return "one of them is refused otherwise";
  if (a.events.size() != b.events.size())
    return fmt::format("it has {} events, in the other log {}", a.events.size(), b.events.size());
  return "the records' bytes differ";
}

void compare_partition(Audit& audit, PartitionId partition, const store::LogView& other) {
  RecordBytes ours(audit.view, partition), theirs(other, partition);
  std::string_view a, b;
  std::uint64_t same = 0;
  const auto found = [&](store::Offset offset, std::string what) {
    audit.findings.add({Check::against, partition, offset, offset, {}, std::move(what)});
  };
  while (!audit.stopped()) {
    const auto more = ours.next(a), more_there = theirs.next(b);
    if (!more.ok()) return found(ours.offset() + 1, more.status().message());
    if (!more_there.ok())
      return found(theirs.offset() + 1, "the other log: " + more_there.status().message());
    if (!*more && !*more_there) break;
    if (!*more)
      return found(theirs.offset(), "it ends before this record, which the other log has");
    if (!*more_there) return found(ours.offset(), "the other log ends before this record");
    if (a != b) return found(ours.offset(), what_differs(a, b));
    ++same;
  }
  audit.findings.looked_at(Check::against, same);
}

}  // namespace

void compare_logs(Audit& audit, const store::LogView& other) {
  const auto& mine = audit.view.identity();
  const auto& theirs = other.identity();
  if (mine.cluster_id != theirs.cluster_id)
    audit.findings.add({Check::against, std::nullopt, 0, 0, "cluster",
                        fmt::format("it is of cluster '{}', the other log of '{}'", mine.cluster_id,
                                    theirs.cluster_id)});
  if (mine.partitions != theirs.partitions) {
    audit.findings.add({Check::against, std::nullopt, 0, 0, "partitions",
                        "the two logs have other services or numbers of partitions"});
    return;
  }
  for (const PartitionId partition : store::partitions_of(mine)) {
    if (audit.stopped()) return;
    if (!audit.is_seen(partition)) continue;
    compare_partition(audit, partition, other);
  }
}

}  // namespace souk::replay
