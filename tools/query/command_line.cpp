#include "tools/query/command_line.hpp"

#include <algorithm>
#include <sstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tools/query/failure.hpp"
#include "tools/shared/node_client.hpp"
#include "tools/shared/suggest.hpp"

namespace souk::query {
namespace {

using Words = std::vector<std::string>;

constexpr const char* kWatchDefault = "2";

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

// "--watch" without seconds gets them: the parser would take whatever stands behind it.
Words with_watch_seconds(const Words& words) {
  Words result;
  for (std::size_t i = 0; i < words.size(); ++i) {
    result.push_back(words[i]);
    if (words[i] != "--watch") continue;
    const bool given = i + 1 < words.size() && is_number(words[i + 1]);
    if (!given) result.emplace_back(kWatchDefault);
  }
  return result;
}

// The innermost command that was given, or the program itself.
const CLI::App& innermost(const CLI::App& app) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  return *at;
}

std::string command_of(const CLI::App& app) {
  std::string name;
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    name += (name.empty() ? "" : " ") + at->get_name();
  }
  return name;
}

void add_long_names(Words& names, const CLI::App& app) {
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
}

Words command_names(const CLI::App& app) {
  Words names;
  for (const CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(one->get_name());
  return names;
}

// `sentence`, and where to read more.
std::string see_help(const std::string& sentence, const std::string& command) {
  return fmt::format("{} souk-query {}{}--help",
                     sentence + (sentence.ends_with('?') ? " See" : "; see"), command,
                     command.empty() ? "" : " ");
}

// What a word that nothing takes was meant to be.
std::string unknown_word(const CLI::App& app, const std::string& word) {
  const CLI::App& command = innermost(app);
  const std::string name = command_of(app);
  const std::string of = name.empty() ? "" : " of " + name;
  if (word.starts_with("-")) {
    Words options;
    add_long_names(options, command);
    add_long_names(options, app);
    const std::string given = word.substr(0, word.find('='));
    return see_help(
        fmt::format("there is no option '{}'{}{}", given, of, cli::did_you_mean(given, options)),
        name);
  }
  const Words commands = command_names(command);
  if (!commands.empty())
    return see_help(
        fmt::format("there is no command '{}'{}{}", word, of, cli::did_you_mean(word, commands)),
        name);
  return see_help(fmt::format("{} takes no '{}'", name, word), name);
}

// One sentence about command lines that parse but make no sense.
std::string contradiction(const CLI::App& app, const Options& options) {
  const bool operates = options.command == "rebuild" || options.command.starts_with("parked ");
  const bool asks_nobody = options.command == "schema" || options.command == "completion";
  if (options.command.empty())
    return "say what to show, such as 'orders' or 'best-sellers'; see souk-query --help";
  if (!options.data.empty() && app.count("--url") > 0)
    return "--data and --url exclude each other: read the files, or ask the node";
  if (operates && !options.data.empty())
    return fmt::format("{} needs a running node: use --url, not --data", options.command);
  if (options.watch_s && (operates || asks_nobody))
    return fmt::format("{} cannot be watched", options.command);
  if (options.data.empty() && !cli::checked_url(options.url))
    return fmt::format("'{}' is no address like http://127.0.0.1:8080", options.url);
  return {};
}

ParsedLine wrong(const std::string& sentence) {
  return {.exit_code = kExitBadInput, .err = "souk-query: " + sentence + "\n"};
}

// The parser's own words end with a full stop here and there, and may have several lines.
std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  while (text.ends_with(' ') || text.ends_with('.')) text.pop_back();
  return text;
}

ParsedLine help(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream out, err;
  app.exit(error, out, err);
  return {.exit_code = kExitDone, .out = out.str()};
}

}  // namespace

ParsedLine parse_command_line(const Words& words, const std::string& url) {
  ParsedLine line;
  line.options.url = url;
  const auto app = make_parser(line.options);
  Words reversed = with_watch_seconds(words);
  std::ranges::reverse(reversed);
  try {
    app->parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return help(*app, error);
    // A missing word often is one that was mistyped.
    if (const Words rest = app->remaining(true); !rest.empty())
      return wrong(unknown_word(*app, rest.front()));
    return wrong(see_help(one_line(error.what()), command_of(*app)));
  }
  if (const Words rest = app->remaining(true); !rest.empty())
    return wrong(unknown_word(*app, rest.front()));
  line.options.command = command_of(*app);
  if (const std::string sentence = contradiction(*app, line.options); !sentence.empty())
    return wrong(sentence);
  if (line.options.data.empty()) line.options.url = *cli::checked_url(line.options.url);
  return line;
}

}  // namespace souk::query
