// A piece of an import: some lines of an export, on their way from text to records.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/log.hpp"
#include "store/record.hpp"
#include "tools/replay/export_frame.hpp"

namespace souk::replay {

// Made by the thread that reads, parsed by any other.
class ImportPiece {
 public:
  // One record, as LogRestore takes it.
  struct Entry {
    PartitionId partition;
    std::uint64_t group;
    std::optional<PartitionId> next;
    store::Offset offset;
    std::size_t at, size;  // of its bytes
  };

  // `text` is whole lines.
  explicit ImportPiece(std::string text) : text_(std::move(text)) {}

  // Parses the lines up to the first that is wrong in itself: its JSON, its fields, its
  // fingerprint, a stream that is not its partition's.
  void parse(const store::Identity& identity);

  std::size_t text_bytes() const { return text_.size(); }
  const std::vector<Entry>& entries() const { return entries_; }
  std::string_view bytes(const Entry& entry) const {
    return std::string_view(bytes_).substr(entry.at, entry.size);
  }
  // The line after the last entry's, if it is the export's end.
  const std::optional<ExportEnd>& end() const { return end_; }
  // What is wrong with the line after those, a sentence without a full stop; "" if they are all.
  const std::string& fault() const { return fault_; }
  // How many lines there are before that one.
  std::size_t good_lines() const { return entries_.size() + (end_ ? 1 : 0); }

 private:
  std::string parse_line(std::string_view line, const store::Identity& identity);

  std::string text_;
  std::vector<Entry> entries_;
  std::string bytes_;  // of all records
  std::optional<ExportEnd> end_;
  std::string fault_;
};

}  // namespace souk::replay
