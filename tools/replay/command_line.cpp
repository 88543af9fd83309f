#include "tools/replay/command_line.hpp"

#include <algorithm>
#include <array>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "events/ids.hpp"
#include "events/positions.hpp"
#include "tools/shared/node_client.hpp"
#include "tools/shared/suggest.hpp"

namespace souk::replay {
namespace {

using Formats = std::vector<Format>;

std::string_view name_of(Format format) {
  switch (format) {
    case Format::human: return "human";
    case Format::table: return "table";
    case Format::json: return "json";
    case Format::ndjson: return "ndjson";
    case Format::csv: return "csv";
  }
  return "";
}

// What each command can be written as; the first is what it is written as by itself.
Formats formats_of(const std::string& command) {
  if (command == "events") return {Format::human, Format::table, Format::json, Format::ndjson};
  if (command == "export") return {Format::ndjson, Format::csv};
  return {Format::human, Format::json};
}

std::string no_such_format(const Options& options) {
  const Formats formats = formats_of(options.command);
  if (!options.format || std::ranges::find(formats, *options.format) != formats.end()) return {};
  std::vector<std::string_view> names;
  for (const Format one : formats) names.push_back(name_of(one));
  return fmt::format("{} has no format '{}'; there are {}", options.command,
                     name_of(*options.format), fmt::join(names, ", "));
}

bool is_one_of(const std::string& command, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, command) != names.end();
}

// Of commands that read or write a directory's own files.
std::string where_fault(const CLI::App& app, const Options& options) {
  const bool has_url = app.count("--url") > 0;
  if (!options.data.empty() && has_url)
    return "--data and --url exclude each other: read the files, or ask the node";
  if (is_one_of(options.command, {"rebuild", "import"}) && options.data.empty())
    return fmt::format("say which directory with --data DIR: {} writes files, and asks no node",
                       options.command);
  if (is_one_of(options.command, {"backup", "import"}) && options.data.size() > 1)
    return fmt::format("{} takes one --data: each directory has a backup and a log of its own",
                       options.command);
  if (options.command == "restore" && (has_url || !options.data.empty()))
    return "restore needs no --data and no --url: say souk-replay restore BACKUP DIR";
  if (options.data.empty() && !cli::checked_url(options.url))
    return fmt::format("'{}' is no address like http://127.0.0.1:8080", options.url);
  return {};
}

std::string events_fault(const Options& options) {
  if (options.limit && options.last)
    return "--limit shows the oldest, --last the newest; say one of them";
  if (options.follow && (options.limit || options.last) && options.limit)
    return "--follow goes on until Ctrl-C; --last N says how many to begin with";
  if (options.follow && !options.until.empty())
    return "--follow shows what is to come, --until ends before it; say one of them";
  if (options.follow && options.format == Format::table)
    return "a table is as wide as its widest row, which --follow cannot know; leave out --format";
  if (options.follow && options.format == Format::json)
    return "an array has an end, and --follow has none; use --format ndjson";
  return {};
}

// One sentence about command lines that parse but make no sense.
std::string contradiction(const CLI::App& app, const Options& options) {
  if (options.command.empty())
    return "say what to do, such as 'story 536365' or 'events'; see souk-replay --help";
  if (options.command == "completion") return {};
  for (const std::string& fault :
       {no_such_format(options), where_fault(app, options), events_fault(options)})
    if (!fault.empty()) return fault;
  return {};
}

// What somebody meant who named a thing where a command or a stream's one word is due; empty: the
// parser's own sentence is as good.
std::string meant(const CLI::App& app, const Options& options) {
  const cli::Words rest = app.remaining(true);
  if (rest.empty()) return {};
  const std::string command = cli::command_of(app);
  const std::string& word = rest.front();
  if (word.starts_with('-')) return {};
  if (command.empty()) {
    if (parse_service(word) && rest.size() > 1)
      return fmt::format(
          "there is no command '{0}'; what happened to it: souk-replay story {0}/{1}", word,
          rest[1]);
    cli::Words commands;
    for (const CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; }))
      commands.push_back(one->get_name());
    const bool is_id = valid_id(word) && word.find_first_of("0123456789") != std::string::npos;
    if (is_id && cli::did_you_mean(word, commands).empty())
      return fmt::format("there is no command '{0}'; what happened to it: souk-replay story {0}",
                         word);
    return {};
  }
  if (parse_service(options.subject))
    return fmt::format("a stream is one word: souk-replay {} {}/{}", command, options.subject,
                       word);
  if (command == "state") return fmt::format("state takes no '{0}'; a moment is --at {0}", word);
  return {};
}

}  // namespace

ParsedLine parse_command_line(const cli::Words& words, const std::string& url) {
  ParsedLine line;
  line.options.url = url;
  const auto app = make_parser(line.options);
  line.ended = cli::parse_words(*app, words);
  if (line.ended) {
    const std::string sentence = line.ended->exit_code == 0 ? "" : meant(*app, line.options);
    if (!sentence.empty()) line.ended = cli::wrong(*app, sentence);
    return line;
  }
  line.options.command = cli::command_of(*app);
  if (const std::string sentence = contradiction(*app, line.options); !sentence.empty())
    line.ended = cli::wrong(*app, sentence);
  else if (line.options.data.empty() && line.options.command != "completion")
    line.options.url = *cli::checked_url(line.options.url);
  return line;
}

}  // namespace souk::replay
