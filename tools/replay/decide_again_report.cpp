// What decide-again found, for people and for programs.
#include <fmt/format.h>

#include "events/rfc3339.hpp"
#include "store/keys.hpp"
#include "tools/replay/decide_again.hpp"
#include "tools/replay/json_string.hpp"
#include "tools/shared/amounts.hpp"

namespace souk::replay {
namespace {

constexpr std::size_t kShown = 20;

std::string count_text(std::uint64_t count) {
  return cli::grouped(static_cast<std::int64_t>(count));
}

std::string place_text(const Redecision& one) {
  return fmt::format("{}@{}", store::display(one.partition), one.offset);
}

void append_redecision(const Redecision& one, std::string& json) {
  const auto member = [&](const char* name, std::string_view text) {
    json += fmt::format(",\"{}\":", name);
    append_json_string(text, json);
  };
  json += fmt::format("{{\"service\":\"{}\",\"partition\":{},\"offset\":{}",
                      name_of(one.partition.service), one.partition.number, one.offset);
  member("stream", one.stream);
  member("time", to_rfc3339(one.time));
  member("command_id", one.command_id);
  member("correlation_id", one.correlation_id);
  member("command", one.command);
  member("recorded", one.recorded);
  member("today", one.today);
  if (!one.detail.empty()) member("detail", one.detail);
  json += '}';
}

}  // namespace

std::string decide_again_text(const DecideAgainReport& report, bool colours) {
  const auto coloured = [&](std::string text, const char* code) {
    return colours ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
  };
  std::uint64_t different = 0;
  for (const RedecisionGroup& group : report.groups) different += group.count;
  std::string text;
  if (report.stopped)
    text = coloured("STOPPED before the end", "1;31") + "\n";
  else if (!report.differs())
    text = coloured("SAME: today's code would decide all of it again", "1;32") + "\n";
  else
    text = coloured(fmt::format("{} decision{} would be another today", count_text(different),
                                different == 1 ? "" : "s"),
                    "1;31") +
           "\n";
  text += fmt::format("{} records read, {} decisions asked again, {} the same, in {:.1f} s\n",
                      count_text(report.records), count_text(report.asked), count_text(report.same),
                      report.seconds);
  if (report.not_recorded > 0)
    text += fmt::format("{} cannot be asked: their commands were not recorded\n",
                        count_text(report.not_recorded));
  if (report.unreadable > 0)
    text += fmt::format("{} cannot be asked: today's code does not know their commands or events\n",
                        count_text(report.unreadable));
  for (const std::string& sentence : report.damage) text += sentence + "\n";

  if (!report.groups.empty()) text += "\nWhat differs, the most frequent first\n";
  for (const RedecisionGroup& group : report.groups) {
    text += fmt::format("  {} x  {}.{}: {} is recorded, today it would be {}\n",
                        count_text(group.count), name_of(group.service), group.command,
                        group.recorded, group.today);
    text += fmt::format("       first {} {} {}\n", to_rfc3339(group.first.time),
                        place_text(group.first), group.first.stream);
    if (!group.first.detail.empty()) text += fmt::format("       {}\n", group.first.detail);
  }
  if (!report.differences.empty()) text += "\nOne by one, by time\n";
  for (std::size_t i = 0; i < std::min(kShown, report.differences.size()); ++i) {
    const Redecision& one = report.differences[i];
    text += fmt::format("  {} {} {}: {} {} -> {}{}\n", to_rfc3339(one.time), place_text(one),
                        one.stream, one.command, one.recorded, one.today,
                        one.correlation_id.empty() ? "" : " (" + one.correlation_id + ")");
  }
  if (different > kShown)
    text += fmt::format("  ... and {} more; --format json has up to 1,000\n",
                        count_text(different - kShown));
  return text;
}

std::string decide_again_json(const DecideAgainReport& report) {
  std::string json = fmt::format(
      "{{\"same\":{},\"stopped\":{},\"records\":{},\"asked\":{},\"decided_the_same\":{},"
      "\"not_recorded\":{},\"unreadable\":{},\"seconds\":{:.3f},\"groups\":[",
      !report.differs() && !report.stopped, report.stopped, report.records, report.asked,
      report.same, report.not_recorded, report.unreadable, report.seconds);
  bool first = true;
  for (const RedecisionGroup& group : report.groups) {
    json += fmt::format("{}{{\"count\":{},\"first\":", first ? "" : ",", group.count);
    append_redecision(group.first, json);
    json += '}';
    first = false;
  }
  json += "],\"differences\":[";
  for (std::size_t i = 0; i < report.differences.size(); ++i) {
    if (i > 0) json += ',';
    append_redecision(report.differences[i], json);
  }
  json += "],\"damage\":[";
  for (std::size_t i = 0; i < report.damage.size(); ++i) {
    if (i > 0) json += ',';
    append_json_string(report.damage[i], json);
  }
  json += "]}\n";
  return json;
}

}  // namespace souk::replay
