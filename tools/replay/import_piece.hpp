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

// What is wrong with a line.
struct LineFault {
  std::uint64_t line = 0;  // counted from 1
  std::string what;        // a sentence without a full stop
};

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

  // `text` is whole lines, the first of which is number `first_line`.
  ImportPiece(std::string text, std::uint64_t first_line)
      : text_(std::move(text)), first_line_(first_line) {}

  // Parses the lines up to the first that is wrong in itself: its JSON, its fields, its
  // fingerprint, a stream that is not its partition's.
  void parse(const store::Identity& identity);

  std::size_t text_bytes() const { return text_.size(); }
  const std::vector<Entry>& entries() const { return entries_; }
  std::string_view bytes(const Entry& entry) const {
    return std::string_view(bytes_).substr(entry.at, entry.size);
  }
  std::uint64_t line_of(std::size_t entry) const { return first_line_ + entry; }

  const std::optional<ExportEnd>& end() const { return end_; }  // of the export, after the entries
  const std::optional<LineFault>& fault() const { return fault_; }  // after the entries

 private:
  std::string parse_line(std::string_view line, const store::Identity& identity);

  std::string text_;
  std::uint64_t first_line_;
  std::vector<Entry> entries_;
  std::string bytes_;  // of all records
  std::optional<ExportEnd> end_;
  std::optional<LineFault> fault_;
};

}  // namespace souk::replay
