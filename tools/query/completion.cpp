#include "tools/query/completion.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tools/query/command_line.hpp"
#include "tools/query/schema_command.hpp"

namespace souk::query {
namespace {

// What may stand behind one of a command's options.
struct Choice {
  std::string command;  // "parked skip"; empty: any
  std::string option;   // "--status"
  std::string words;    // "PLACED CONFIRMED"; empty: something of the person's own
};

struct Found {
  std::vector<std::pair<std::string, std::string>> words;  // a command, and what may follow it
  std::vector<Choice> choices;
};

std::string words_of(const CLI::Option& option) {
  std::string words = option.get_type_name();
  if (words.find('|') == std::string::npos && words != "bash") return {};
  std::ranges::replace(words, '|', ' ');
  return words;
}

std::string positional_words(const CLI::Option& option) {
  if (option.get_name() != "TABLE") return words_of(option);
  return fmt::format("{}", fmt::join(schema_names(), " "));
}

void collect(const CLI::App& app, const std::string& command, Found& found) {
  std::string words;
  for (const CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; })) {
    words += one->get_name() + ' ';
    collect(*one, command.empty() ? one->get_name() : command + ' ' + one->get_name(), found);
  }
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) words += positional_words(*option) + ' ';
    for (const std::string& name : option->get_lnames()) {
      words += "--" + name + ' ';
      if (option->get_items_expected_max() > 0)
        found.choices.push_back({command, "--" + name, words_of(*option)});
    }
  }
  words.erase(words.find_last_not_of(' ') + 1);
  found.words.emplace_back(command, words);
}

constexpr const char* kScript =
    R"(# bash completion for souk-query; made by `souk-query completion bash`.
_souk_query() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} command= words= i
  # bash takes --option=value apart.
  [ "$current" = = ] && current=
  [ "$previous" = = ] && previous=${{COMP_WORDS[COMP_CWORD-2]}}
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$command:${{COMP_WORDS[i]}}" in
{skips}{descents}    esac
  done
  case "$command:$previous" in
    *:--data) COMPREPLY=($(compgen -d -- "$current")); return ;;
{choices}  esac
  case "$command" in
{commands}  esac
  [ -z "$command" ] || words="$words {global}"
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -F _souk_query souk-query
)";

std::string pattern(const std::string& command, const std::string& word) {
  return command.empty() ? "*:" + word : fmt::format("\"{}:{}\"", command, word);
}

// Options whose next word is theirs, and no command.
std::string skips_text(const Found& found) {
  std::string text;
  for (const Choice& one : found.choices)
    if (one.option != "--watch")
      text += fmt::format("      {}) ((i++)) ;;\n", pattern(one.command, one.option));
  return text;
}

std::string descents_text(const Found& found) {
  std::string text;
  for (const auto& [command, words] : found.words) {
    if (command.empty()) continue;
    const std::size_t space = command.rfind(' ');
    const std::string outer = space == std::string::npos ? "" : command.substr(0, space);
    const std::string name = command.substr(space == std::string::npos ? 0 : space + 1);
    text += fmt::format("      \"{}:{}\") command=\"{}\" ;;\n", outer, name, command);
  }
  return text;
}

// The commands' own first: --format of schema is not everybody's.
std::string choices_text(Found& found) {
  std::ranges::stable_sort(found.choices, [](const Choice& a, const Choice& b) {
    return !a.command.empty() && b.command.empty();
  });
  std::string text;
  for (const Choice& one : found.choices) {
    if (one.option == "--data" || one.option == "--watch") continue;
    const std::string reply =
        one.words.empty()
            ? ""
            : fmt::format("COMPREPLY=($(compgen -W \"{}\" -- \"$current\")); ", one.words);
    text += fmt::format("    {}) {}return ;;\n", pattern(one.command, one.option), reply);
  }
  return text;
}

}  // namespace

std::string bash_completion() {
  Options options;
  const auto app = make_parser(options);
  Found found;
  collect(*app, "", found);
  std::string commands, global;
  for (const auto& [command, words] : found.words)
    commands += fmt::format("    \"{}\") words=\"{}\" ;;\n", command, words);
  for (const CLI::Option* option : app->get_options())
    for (const std::string& name : option->get_lnames()) global += "--" + name + ' ';
  global.erase(global.find_last_not_of(' ') + 1);
  return fmt::format(kScript, fmt::arg("skips", skips_text(found)),
                     fmt::arg("descents", descents_text(found)),
                     fmt::arg("choices", choices_text(found)), fmt::arg("commands", commands),
                     fmt::arg("global", global));
}

}  // namespace souk::query
