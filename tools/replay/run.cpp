#include "tools/replay/run.hpp"

#include <fmt/format.h>

#include "tools/replay/command_line.hpp"
#include "tools/replay/commands.hpp"
#include "tools/replay/failure.hpp"

namespace souk::replay {

int run(const std::vector<std::string>& words, const std::string& url, cli::Console console) {
  const ParsedLine line = parse_command_line(words, url);
  if (line.ended) {
    fmt::print(console.out, "{}", line.ended->out);
    fmt::print(console.err, "{}", line.ended->err);
    return line.ended->exit_code;
  }
  try {
    return command_named(line.options.command)({line.options, console});
  } catch (const Failure& failure) {
    std::fflush(console.out);
    if (failure.exit_code() == kExitInterrupted) return kExitInterrupted;
    fmt::print(console.err, "souk-replay: {}\n", failure.what());
    return failure.exit_code();
  }
}

}  // namespace souk::replay
