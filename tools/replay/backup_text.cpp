// What souk-replay says of a backup that it made, or restored.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/replay/backup.hpp"
#include "tools/shared/amounts.hpp"

namespace souk::replay {
namespace {

using nlohmann::ordered_json;

std::uint64_t records_in(const Positions& position) {
  std::uint64_t records = 0;
  for (const auto& [partition, offset] : position) records += offset;
  return records;
}

std::string files_text(const CopyReport& report) {
  std::string text = cli::bytes_text(report.bytes);
  if (report.shared_bytes == 0) return text + ", all of it copied";
  return text + fmt::format(": {} of its own, {} shared by hard links",
                            cli::bytes_text(report.bytes - report.shared_bytes),
                            cli::bytes_text(report.shared_bytes));
}

// The records of each service: whoever compares two copies sees which has more.
std::string services_text(const Positions& position) {
  std::map<Service, std::uint64_t> records;
  for (const auto& [partition, offset] : position) records[partition.service] += offset;
  std::string text;
  for (const auto& [service, count] : records)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name_of(service),
                        cli::grouped(static_cast<std::int64_t>(count)));
  return text;
}

std::string holds_text(const CopyReport& report) {
  const std::uint64_t records = records_in(report.position);
  if (records == 0) return "no records";
  return fmt::format("{} records ({})", cli::grouped(static_cast<std::int64_t>(records)),
                     services_text(report.position));
}

ordered_json json_of(const CopyReport& report) {
  return {{"source", report.source},
          {"directory", report.directory},
          {"records", records_in(report.position)},
          {"position", to_string(report.position)},
          {"bytes", report.bytes},
          {"hard_linked_bytes", report.shared_bytes},
          {"seconds", report.seconds}};
}

std::string dumped(const ordered_json& object) {
  return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace

std::string backup_text(const CopyReport& report) {
  return fmt::format(
      "Backup of {}: {}, made in {:.2f} s\n"
      "  holds    {}\n"
      "  files    {}\n"
      "  restore  souk-replay restore {} NEW-DIRECTORY\n",
      report.source, report.directory, report.seconds, holds_text(report), files_text(report),
      report.directory);
}

std::string backup_json(const CopyReport& report) { return dumped(json_of(report)); }

std::string restore_text(const RestoreReport& report) {
  std::string text = fmt::format(
      "Restored {} to {}, in {:.2f} s\n"
      "  holds    {}\n"
      "  files    {}\n",
      report.copy.source, report.copy.directory, report.copy.seconds, holds_text(report.copy),
      files_text(report.copy));
  if (report.proof == Proof::none) text += "  verified no; souk-replay verify --data does it\n";
  if (report.proof == Proof::unsound)
    return text + "  verified something is wrong with it: do not start a node on it\n";
  return text + fmt::format(
                    "  start    souk-node --data {}\n"
                    "           (it builds the read models anew, which takes a while; "
                    "orders are taken meanwhile)\n",
                    report.copy.directory);
}

std::string restore_json(const RestoreReport& report) {
  ordered_json object = json_of(report.copy);
  if (report.proof != Proof::none) object["sound"] = report.proof == Proof::sound;
  return dumped(object);
}

}  // namespace souk::replay
