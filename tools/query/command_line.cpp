#include "tools/query/command_line.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tools/query/failure.hpp"
#include "tools/shared/node_client.hpp"
#include "tools/shared/words.hpp"

namespace souk::query {
namespace {

using cli::Words;

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

}  // namespace

ParsedLine parse_command_line(const Words& words, const std::string& url) {
  ParsedLine line;
  line.options.url = url;
  const auto app = make_parser(line.options);
  if (auto ended = cli::parse_words(*app, with_watch_seconds(words)))
    return {.exit_code = ended->exit_code, .out = ended->out, .err = ended->err};
  line.options.command = cli::command_of(*app);
  if (const std::string sentence = contradiction(*app, line.options); !sentence.empty())
    return {.exit_code = kExitBadInput, .err = cli::wrong(*app, sentence).err};
  if (line.options.data.empty()) line.options.url = *cli::checked_url(line.options.url);
  return line;
}

}  // namespace souk::query
