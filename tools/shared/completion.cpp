#include "tools/shared/completion.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace souk::cli {
namespace {

bool is_directory(std::string_view name) { return name == "DIR" || name == "BACKUP"; }

// What may stand behind one of a command's options.
struct Choice {
  std::string command;  // "parked skip"; empty: any
  std::string option;   // "--status"
  std::string reply;    // what bash is to offer; empty: something of the person's own
};

struct Found {
  std::vector<std::pair<std::string, std::string>> words;  // a command, and what may follow it
  std::vector<std::string> with_directories;               // commands that may be followed by one
  std::vector<Choice> choices;
};

class Collector {
 public:
  explicit Collector(const std::function<Words(const std::string&)>& words_for)
      : words_for_(words_for) {}

  void collect(const CLI::App& app, const std::string& command) {
    std::string words;
    for (const CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; })) {
      words += one->get_name() + ' ';
      collect(*one, command.empty() ? one->get_name() : command + ' ' + one->get_name());
    }
    for (const CLI::Option* option : app.get_options()) {
      if (option->get_positional()) words += of_place(*option, command) + ' ';
      for (const std::string& name : option->get_lnames()) {
        words += "--" + name + ' ';
        if (option->get_items_expected_max() > 0)
          found.choices.push_back({command, "--" + name, reply_for(*option)});
      }
    }
    words.erase(words.find_last_not_of(' ') + 1);
    found.words.emplace_back(command, words);
  }

  Found found;

 private:
  static std::string choice_words(const CLI::Option& option) {
    std::string words = option.get_type_name();
    if (words.find('|') == std::string::npos && words != "bash") return {};
    std::ranges::replace(words, '|', ' ');
    return words;
  }

  std::string of_place(const CLI::Option& option, const std::string& command) {
    if (is_directory(option.get_name())) found.with_directories.push_back(command);
    const Words others = words_for_(option.get_name());
    return others.empty() ? choice_words(option) : fmt::format("{}", fmt::join(others, " "));
  }

  static std::string reply_for(const CLI::Option& option) {
    if (is_directory(option.get_type_name())) return "COMPREPLY=($(compgen -d -- \"$current\")); ";
    const std::string words = choice_words(option);
    return words.empty() ? ""
                         : fmt::format("COMPREPLY=($(compgen -W \"{}\" -- \"$current\")); ", words);
  }

  const std::function<Words(const std::string&)>& words_for_;
};

constexpr const char* kScript =
    R"(# bash completion for {program}; made by `{program} completion bash`.
{function}() {{
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
{choices}  esac
  case "$command" in
{commands}  esac
  [ -z "$command" ] || words="$words {global}"
  COMPREPLY=($(compgen -W "$words" -- "$current"))
{directories}}}
complete -F {function} {program}
)";

std::string pattern(const std::string& command, const std::string& word) {
  return command.empty() ? "*:" + word : fmt::format("\"{}:{}\"", command, word);
}

// Options whose next word is theirs, and no command.
std::string skips_text(const Found& found, const Words& optional) {
  std::string text;
  for (const Choice& one : found.choices)
    if (std::ranges::find(optional, one.option) == optional.end())
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

// The commands' own first: --format of one is not everybody's.
std::string choices_text(Found& found, const Words& optional) {
  std::ranges::stable_sort(found.choices, [](const Choice& a, const Choice& b) {
    return !a.command.empty() && b.command.empty();
  });
  std::string text;
  for (const Choice& one : found.choices)
    if (std::ranges::find(optional, one.option) == optional.end())
      text += fmt::format("    {}) {}return ;;\n", pattern(one.command, one.option), one.reply);
  return text;
}

std::string directories_text(const Found& found) {
  std::string text;
  for (const std::string& command : found.with_directories)
    text += fmt::format(
        "  [ \"$command\" != \"{}\" ] || COMPREPLY+=($(compgen -d -- \"$current\"))\n", command);
  return text;
}

}  // namespace

std::string bash_completion(const CLI::App& app,
                            const std::function<Words(const std::string&)>& words_for,
                            const Words& optional) {
  Collector collector(words_for);
  collector.collect(app, "");
  Found& found = collector.found;
  std::string commands, global;
  for (const auto& [command, words] : found.words)
    commands += fmt::format("    \"{}\") words=\"{}\" ;;\n", command, words);
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) global += "--" + name + ' ';
  global.erase(global.find_last_not_of(' ') + 1);
  std::string function = "_" + app.get_name();
  std::ranges::replace(function, '-', '_');
  return fmt::format(
      kScript, fmt::arg("program", app.get_name()), fmt::arg("function", function),
      fmt::arg("skips", skips_text(found, optional)), fmt::arg("descents", descents_text(found)),
      fmt::arg("choices", choices_text(found, optional)), fmt::arg("commands", commands),
      fmt::arg("global", global), fmt::arg("directories", directories_text(found)));
}

}  // namespace souk::cli
