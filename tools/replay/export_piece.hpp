// A piece of an export: some whole groups, on their way from the log to text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/positions.hpp"
#include "tools/replay/filter.hpp"
#include "tools/replay/group_walk.hpp"

namespace souk::replay {

enum class ExportFormat { ndjson, csv };

// Filled by `add` from the one thread that walks, encoded by any other.
class ExportPiece {
 public:
  // Copies the batches of the next group. `whole`: the group has all batches that there should be
  // of it, so that what its ring says differently is worth a word.
  void add(const std::vector<GroupBatch>& group, bool whole);

  std::size_t bytes() const { return bytes_.size(); }  // of the batches

  // Makes the text of the records that match. Throws Failure if a batch is not what it was.
  void encode(ExportFormat format, const Matcher& matcher);

  const std::string& text() const { return text_; }
  std::uint64_t records() const { return records_; }     // that were looked at
  std::uint64_t lines() const { return lines_; }         // of the text
  const Positions& reached() const { return reached_; }  // the last offset of each partition

 private:
  struct Batch {
    PartitionId partition;
    std::uint64_t group;
    store::Offset first_offset;
    std::size_t at, size;             // in bytes_
    std::optional<PartitionId> next;  // what the ring says, if it is not what follows
  };
  void encode_batch(const Batch& batch, ExportFormat format, const Matcher& matcher);

  std::string bytes_;
  std::vector<Batch> batches_;
  Positions reached_;
  std::string text_;
  std::uint64_t records_ = 0;
  std::uint64_t lines_ = 0;
};

}  // namespace souk::replay
