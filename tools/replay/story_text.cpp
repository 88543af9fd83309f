#include <algorithm>

#include <fmt/format.h>

#include "tools/replay/json_string.hpp"
#include "tools/replay/record_json.hpp"
#include "tools/replay/story.hpp"
#include "tools/replay/texts.hpp"
#include "tools/shared/printable.hpp"
#include "tools/shared/table.hpp"

namespace souk::replay {
namespace {

constexpr std::size_t kWhoWidthMax = 24;
constexpr std::size_t kLineWidth = 80;

std::string_view escape_of(Tone tone) {
  switch (tone) {
    case Tone::good: return "\x1b[32m";
    case Tone::waiting: return "\x1b[33m";
    case Tone::bad: return "\x1b[31m";
    case Tone::plain: break;
  }
  return "";
}

std::string toned(const std::string& text, Tone tone, bool colours) {
  const std::string_view escape = escape_of(tone);
  if (!colours || escape.empty()) return text;
  return std::string(escape) + text + "\x1b[0m";
}

// Sentences as a paragraph; its lines begin with `indent` but for the first.
std::string wrapped(const std::string& text, std::string_view indent = "") {
  std::string result;
  std::size_t column = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (column > 0 && column + 1 + (end - at) > kLineWidth) {
      result.append("\n").append(indent);
      column = indent.size();
    } else if (column > 0) {
      result += ' ';
      ++column;
    }
    result.append(text, at, end - at);
    column += end - at;
    at = end + 1;
  }
  return result + '\n';
}

std::string timeline_text(const Story& story, bool colours) {
  std::size_t width = 0;
  for (const StoryLine& line : story.timeline)
    width = std::max(
        width, std::min(line.who.size(), kWhoWidthMax) + 2 * static_cast<std::size_t>(line.depth));
  std::string text;
  for (const StoryLine& line : story.timeline) {
    const std::string who = std::string(2 * static_cast<std::size_t>(line.depth), ' ') +
                            cli::shortened(line.who, kWhoWidthMax);
    text += fmt::format("{:>10}  {:<{}}  {}\n", "+" + span_text(line.at - story.began), who, width,
                        toned(line.what, line.tone, colours));
  }
  return text;
}

// Days stand on lines of their own.
std::string movements_text(const Story& story, bool colours) {
  const bool has_left = !story.left_title.empty();
  std::vector<cli::Table::Column> columns{{"when (UTC)"}, {"what"}};
  if (has_left) columns.push_back({story.left_title, cli::Align::right});
  columns.push_back({"by"});
  cli::Table table(columns);
  std::vector<Tone> tones{Tone::plain};  // of the table's rows, the titles first
  std::string day;
  for (const Movement& one : story.movements) {
    const std::string time = time_text(one.at);
    if (time.substr(0, 10) != day) {
      day = time.substr(0, 10);
      std::vector<std::string> cells(columns.size());
      cells.front() = day;
      table.add(std::move(cells));
      tones.push_back(Tone::plain);
    }
    std::vector<std::string> cells{"  " + time.substr(11), one.what};
    if (has_left) cells.push_back(one.left);
    cells.push_back(one.by);
    table.add(std::move(cells));
    tones.push_back(one.tone);
  }
  if (!colours) return table.text();
  return table.text([&](std::size_t row, std::string_view) -> std::string_view {
    return tones[row] == Tone::bad ? "31" : "";
  });
}

std::string joined(const std::vector<std::string>& sentences) {
  return fmt::format("{}", fmt::join(sentences, " "));
}

// As they can be copied into a shell.
std::string hints_text(const std::vector<Hint>& hints, const std::string& where) {
  std::string text = hints.empty() ? "" : "\n";
  for (const Hint& hint : hints)
    text += fmt::format("  souk-replay {}{}{}{}{}\n", hint.command, where.empty() ? "" : " ", where,
                        hint.shows.empty() ? "" : "  # ", hint.shows);
  return text;
}

void add_texts(std::string_view name, const std::vector<std::string>& texts, std::string& json) {
  json.append(",\"").append(name).append("\":[");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) json += ',';
    append_json_string(texts[i], json);
  }
  json += ']';
}

}  // namespace

std::string story_text(const Story& story, bool colours, const std::string& where) {
  std::string text = story.subject;
  if (!story.outcome.empty()) text += ": " + toned(story.outcome, story.tone, colours);
  text += '\n';
  for (const std::string& fact : story.facts) text += fact + '\n';
  if (!story.timeline.empty()) text += '\n' + timeline_text(story, colours);
  if (!story.movements.empty()) text += '\n' + movements_text(story, colours);
  if (!story.verdict.empty()) text += '\n' + wrapped(joined(story.verdict));
  for (const std::string& warning : story.warnings)
    text += toned(wrapped("WARNING: " + warning), Tone::bad, colours);
  return text + hints_text(story.next, where);
}

std::string story_json(const Story& story) {
  std::string json = "{\"subject\":";
  append_json_string(story.subject, json);
  json += ",\"outcome\":";
  append_json_string(story.outcome, json);
  add_texts("facts", story.facts, json);
  add_texts("verdict", story.verdict, json);
  add_texts("warnings", story.warnings, json);
  json += ",\"records\":[";
  for (std::size_t i = 0; i < story.records.size(); ++i) {
    json += i == 0 ? "\n" : ",\n";
    const Entry& entry = story.records[i];
    append_record_json(view_of(entry), {entry.partition, entry.group}, json);
  }
  return json + (story.records.empty() ? "]}\n" : "\n]}\n");
}

}  // namespace souk::replay
