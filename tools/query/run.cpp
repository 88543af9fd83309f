#include "tools/query/run.hpp"

#include <fmt/format.h>

#include "tools/query/command_line.hpp"
#include "tools/query/commands.hpp"
#include "tools/query/file_source.hpp"
#include "tools/query/node_source.hpp"
#include "tools/query/operator_commands.hpp"
#include "tools/query/schema_command.hpp"
#include "tools/query/watch.hpp"
#include "tools/shared/completion.hpp"

namespace souk::query {
namespace {

std::unique_ptr<Source> open_source(const Options& options) {
  if (!options.data.empty()) return std::make_unique<FileSource>(options.data);
  return std::make_unique<NodeSource>(options.url);
}

std::string read_all(std::FILE* in) {
  std::string text;
  char buffer[4'096];
  for (std::size_t size; (size = std::fread(buffer, 1, sizeof buffer, in)) > 0;)
    text.append(buffer, size);
  return text;
}

// Sections that CSV has no place for are not left out in silence.
std::string left_out(const Answer& answer, Format format) {
  if (format != Format::csv || answer.sections.size() < 2) return {};
  return fmt::format("csv has {} only; json has everything\n", answer.sections[answer.main].name);
}

Look look_at(const Answer& answer, Format format, bool colours) {
  Look look{format_answer(answer, format, colours), left_out(answer, format)};
  for (const std::string& note : answer.notes) look.notes += note + '\n';
  if (!answer.failure.empty()) look.notes += fmt::format("souk-query: {}\n", answer.failure);
  return look;
}

int ask(const Options& options, Console& console) {
  const Command command = command_named(options.command);
  const std::unique_ptr<Source> source = open_source(options);
  if (!options.at_least.empty()) source->wait_for(options.at_least, options.wait);
  bool whole = true;
  const auto look = [&] {
    source->refresh();
    const Answer answer = command({options, *source, console.now()});
    whole = answer.failure.empty();
    return look_at(answer, options.format, console.colours);
  };
  if (options.watch_s) {
    if (console.stop == nullptr) stop_politely(console);
    source->stop_when(*console.stop);
    return watch(console, *options.watch_s, options.format != Format::table, look);
  }
  const Look seen = look();
  print(console, seen.data, !options.no_pager);
  fmt::print(console.err, "{}", seen.notes);
  return whole ? kExitDone : kExitSomeFailed;
}

// Commands, options, and the tables that `schema` takes.
std::string completion() {
  Options options;
  return cli::bash_completion(
      *make_parser(options),
      [](const std::string& place) { return place == "TABLE" ? schema_names() : cli::Words{}; },
      {"--watch"});
}

int execute(Options options, Console& console) {
  if (options.command == "schema") {
    print(console, schema_text(options.id, options.schema_format), !options.no_pager);
    return kExitDone;
  }
  if (options.command == "completion") {
    print(console, completion(), false);
    return kExitDone;
  }
  if (options.sql == "-") options.sql = read_all(console.in);
  if (command_named(options.command) != nullptr) return ask(options, console);
  if (console.stop == nullptr) stop_politely(console);
  NodeSource node(options.url);
  return operate(options, node, console);
}

}  // namespace

int run(const std::vector<std::string>& words, const std::string& url, Console console) {
  ParsedLine line = parse_command_line(words, url);
  fmt::print(console.out, "{}", line.out);
  fmt::print(console.err, "{}", line.err);
  if (line.exit_code) return *line.exit_code;
  try {
    return execute(std::move(line.options), console);
  } catch (const Failure& failure) {
    if (failure.exit_code() == kExitInterrupted) return kExitInterrupted;
    fmt::print(console.err, "souk-query: {}\n", failure.what());
    return failure.exit_code();
  }
}

}  // namespace souk::query
