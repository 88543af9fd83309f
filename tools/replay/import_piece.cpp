#include "tools/replay/import_piece.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include "events/partitioning.hpp"
#include "store/keys.hpp"
#include "store/record_layout.hpp"
#include "tools/replay/record_json.hpp"

namespace souk::replay {
namespace {

// What is wrong with a record by itself, beyond its form; "" if nothing is.
std::string fault_of(const RecordLine& line, const store::Identity& identity) {
  const PartitionId partition = line.place.partition;
  const auto count = identity.partitions.find(partition.service);
  if (count == identity.partitions.end() || partition.number >= count->second)
    return fmt::format("the export's header has no partition {}", store::display(partition));
  const auto belongs = partition_number(line.record.stream, count->second);
  if (belongs != partition.number)
    return fmt::format("stream {} belongs to partition {}, not to {}", line.record.stream,
                       store::display({partition.service, belongs}), store::display(partition));
  if (!line.record.command) return {};
  const store::Payload& command = *line.record.command;
  if (XXH3_64bits_withSeed(command.bytes.data(), command.bytes.size(), command.tag) ==
      line.record.fingerprint)
    return {};
  return "the fingerprint is not that of the command: one of them was changed";
}

}  // namespace

void ImportPiece::parse(const store::Identity& identity) {
  bytes_.reserve(text_.size() / 2);
  std::string_view rest = text_;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    fault_ = parse_line(rest.substr(0, end), identity);
    if (!fault_.empty()) return;
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
}

// The sentence on what is wrong with it; "" if nothing is.
std::string ImportPiece::parse_line(std::string_view line, const store::Identity& identity) {
  thread_local RecordLine record;
  std::string why;
  if (end_) return "it comes after the end of the export";
  if (is_end_line(line)) {
    end_ = parse_end_line(line, why);
    return why;
  }
  if (line.empty()) return "it is empty";
  if (!parse_record_json(line, record, why)) return why;
  why = fault_of(record, identity);
  if (!why.empty()) return why;
  const std::size_t at = bytes_.size();
  store::encode_record(record.record, bytes_);
  bytes_.replace(at + store::kPreviousAt, sizeof record.previous,
                 reinterpret_cast<const char*>(&record.previous), sizeof record.previous);
  entries_.push_back({record.place.partition, record.place.group, record.next, record.offset, at,
                      bytes_.size() - at});
  return {};
}

}  // namespace souk::replay
