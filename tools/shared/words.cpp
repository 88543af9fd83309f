#include "tools/shared/words.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "events/ids.hpp"
#include "tools/shared/exit_codes.hpp"
#include "tools/shared/suggest.hpp"

namespace souk::cli {
namespace {

// The innermost command that was given, or the program itself.
const CLI::App& innermost(const CLI::App& app) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  return *at;
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
std::string see_help(const CLI::App& app, const std::string& sentence) {
  const std::string command = command_of(app);
  return fmt::format("{} {} {}{}--help", sentence + (sentence.ends_with('?') ? " See" : "; see"),
                     app.get_name(), command, command.empty() ? "" : " ");
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
        app, fmt::format("there is no option '{}'{}{}", given, of, did_you_mean(given, options)));
  }
  const Words commands = command_names(command);
  if (!commands.empty())
    return see_help(
        app, fmt::format("there is no command '{}'{}{}", word, of, did_you_mean(word, commands)));
  return see_help(app, fmt::format("{} takes no '{}'", name, word));
}

// The parser's own words end with a full stop here and there, and may have several lines.
std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  while (text.ends_with(' ') || text.ends_with('.')) text.pop_back();
  return text;
}

Ended help(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream out, err;
  app.exit(error, out, err);
  return {.exit_code = kExitDone, .out = out.str()};
}

}  // namespace

std::string in_case_of(const Words& words, std::string text) {
  const bool upper = std::isupper(static_cast<unsigned char>(words.front().front())) != 0;
  std::ranges::transform(text, text.begin(), [upper](unsigned char c) {
    return static_cast<char>(upper ? std::toupper(c) : std::tolower(c));
  });
  return text;
}

CLI::Option* choice(CLI::Option* option, Words words) {
  option->type_name(fmt::format("{}", fmt::join(words, "|")));
  option->transform(CLI::Validator(
      [words = std::move(words)](std::string& given) -> std::string {
        const std::string word = in_case_of(words, given);
        if (std::ranges::find(words, word) != words.end()) return given = word, "";
        return fmt::format("there is no '{}'; there are {}{}", given, fmt::join(words, ", "),
                           did_you_mean(word, words));
      },
      ""));
  return option;
}

CLI::Option* not_empty(CLI::Option* option) {
  return option->check(CLI::Validator(
      [](std::string& given) -> std::string { return given.empty() ? "it is empty" : ""; }, ""));
}

CLI::Option* id_only(CLI::Option* option) {
  return option->check(CLI::Validator(
      [](std::string& given) -> std::string {
        if (valid_id(given)) return "";
        return fmt::format("'{}' is no id: 1 to {} letters, digits and - _ . ~ : @ + are", given,
                           kIdLengthMax);
      },
      ""));
}

std::string command_of(const CLI::App& app) {
  std::string name;
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    name += (name.empty() ? "" : " ") + at->get_name();
  }
  return name;
}

Ended wrong(const CLI::App& app, const std::string& sentence) {
  return {.exit_code = kExitBadInput,
          .out = {},
          .err = fmt::format("{}: {}\n", app.get_name(), sentence)};
}

std::optional<Ended> parse_words(CLI::App& app, Words words) {
  std::ranges::reverse(words);  // as the parser wants them
  try {
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return help(app, error);
    // A missing word often is one that was mistyped.
    if (const Words rest = app.remaining(true); !rest.empty())
      return wrong(app, unknown_word(app, rest.front()));
    return wrong(app, see_help(app, one_line(error.what())));
  }
  if (const Words rest = app.remaining(true); !rest.empty())
    return wrong(app, unknown_word(app, rest.front()));
  return std::nullopt;
}

}  // namespace souk::cli
