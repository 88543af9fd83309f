// The verdict, for people and for programs.
#include <fmt/format.h>

#include "store/keys.hpp"
#include "tools/replay/json_string.hpp"
#include "tools/replay/verify/verify.hpp"
#include "tools/shared/amounts.hpp"

namespace souk::replay {
namespace {

std::string place_text(const Finding& finding) {
  if (!finding.partition) return {};
  std::string text = store::display(*finding.partition);
  if (finding.from == store::kNoOffset) return text;
  text += fmt::format("@{}", finding.from);
  if (finding.to > finding.from) text += fmt::format("-{}", finding.to);
  return text;
}

std::string finding_text(const Finding& finding) {
  std::string text = place_text(finding);
  if (!finding.subject.empty()) text.append(text.empty() ? "" : " ").append(finding.subject);
  if (!text.empty()) text += ": ";
  text += finding.what;
  return finding.directory.empty() ? text : finding.directory + ": " + text;
}

std::string rate_text(const VerifyReport& report) {
  const double per_core =
      report.cpu_seconds > 0 ? static_cast<double>(report.events) / report.cpu_seconds : 0;
  return fmt::format("{} records, {} events in {:.1f} s ({} events/s a core, {} thread{})",
                     cli::grouped(static_cast<std::int64_t>(report.records)),
                     cli::grouped(static_cast<std::int64_t>(report.events)), report.seconds,
                     cli::grouped(static_cast<std::int64_t>(per_core)), report.threads,
                     report.threads == 1 ? "" : "s");
}

std::string coloured(std::string text, const char* code, bool colours) {
  return colours ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
}

std::string verdict(const VerifyReport& report) {
  if (report.stopped) return "STOPPED before the end: no verdict";
  const std::uint64_t found = report.findings.found();
  if (found == 0) return "CLEAN";
  return fmt::format("{} finding{}", cli::grouped(static_cast<std::int64_t>(found)),
                     found == 1 ? "" : "s");
}

}  // namespace

std::string report_text(const VerifyReport& report, bool colours) {
  std::string text = fmt::format(
      "{}: {}\n{}\n\n", report.subject,
      coloured(verdict(report), report.clean() ? "1;32" : "1;31", colours), rate_text(report));
  for (const Check check : kChecks) {
    const std::uint64_t looked_at = report.findings.looked_at(check);
    const std::uint64_t found = report.findings.found(check);
    if (looked_at == 0 && found == 0) continue;
    text += fmt::format("  {:<12} {:>13}  {}{}\n", name_of(check),
                        cli::grouped(static_cast<std::int64_t>(looked_at)), what_is(check),
                        found == 0 ? "" : coloured(fmt::format(": {} not", found), "31", colours));
  }
  if (report.streams_under_way > 0)
    text += fmt::format("\n{} sagas are under way: of theirs nothing can be said yet.\n",
                        report.streams_under_way);
  Check last = Check::files;
  bool first = true;
  std::uint64_t shown = 0;
  for (const Finding& finding : report.findings.kept()) {
    if (first || finding.check != last)
      text += fmt::format("\n{}\n", coloured(std::string(name_of(finding.check)), "1", colours));
    first = false;
    last = finding.check;
    text += fmt::format("  {}\n", finding_text(finding));
    ++shown;
  }
  if (shown < report.findings.found())
    text += fmt::format("  ... and {} more\n", report.findings.found() - shown);
  for (const std::string& note : report.findings.notes()) text += fmt::format("\nNote: {}\n", note);
  if (!report.not_checked.empty()) text += "\nNot checked\n";
  for (const std::string& what : report.not_checked) text += fmt::format("  {}\n", what);
  return text;
}

std::string report_json(const VerifyReport& report) {
  std::string json = "{\"subject\":";
  append_json_string(report.subject, json);
  json += fmt::format(
      ",\"clean\":{},\"stopped\":{},\"findings_total\":{},\"records\":{},\"events\":{},\"rows\":{},"
      "\"sagas_under_way\":{},\"seconds\":{:.3f},\"cpu_seconds\":{:.3f},\"threads\":{},\"checks\":"
      "[",
      report.clean(), report.stopped, report.findings.found(), report.records, report.events,
      report.rows, report.streams_under_way, report.seconds, report.cpu_seconds, report.threads);
  bool first = true;
  for (const Check check : kChecks) {
    json +=
        fmt::format("{}{{\"check\":\"{}\",\"looked_at\":{},\"findings\":{}}}", first ? "" : ",",
                    name_of(check), report.findings.looked_at(check), report.findings.found(check));
    first = false;
  }
  json += "],\"findings\":[";
  first = true;
  for (const Finding& finding : report.findings.kept()) {
    json += fmt::format("{}{{\"check\":\"{}\"", first ? "" : ",", name_of(finding.check));
    first = false;
    if (finding.partition)
      json += fmt::format(",\"service\":\"{}\",\"partition\":{}",
                          name_of(finding.partition->service), finding.partition->number);
    if (finding.from != store::kNoOffset)
      json += fmt::format(",\"from\":{},\"to\":{}", finding.from, finding.to);
    json += ",\"subject\":";
    append_json_string(finding.subject, json);
    json += ",\"what\":";
    append_json_string(finding.what, json);
    if (!finding.directory.empty()) {
      json += ",\"directory\":";
      append_json_string(finding.directory, json);
    }
    json += '}';
  }
  const auto list = [&](const char* name, const std::vector<std::string>& texts) {
    json += fmt::format("],\"{}\":[", name);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (i > 0) json += ',';
      append_json_string(texts[i], json);
    }
  };
  list("notes", report.findings.notes());
  list("not_checked", report.not_checked);
  list("directories", report.directories);
  json += "],\"not_seen\":[";
  first = true;
  for (const auto& one : report.not_seen) {
    json += fmt::format("{}{{\"service\":\"{}\",\"partition\":{},\"deeds_not_proved\":{}",
                        first ? "" : ",", name_of(one.partition.service), one.partition.number,
                        one.facts);
    first = false;
    if (!one.node.empty()) {
      json += ",\"node\":";
      append_json_string(one.node, json);
    }
    json += '}';
  }
  json += "]}\n";
  return json;
}

}  // namespace souk::replay
