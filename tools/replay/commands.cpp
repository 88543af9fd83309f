#include "tools/replay/commands.hpp"

#include <array>
#include <utility>

#include <CLI/CLI.hpp>

#include "tools/replay/command_line.hpp"
#include "tools/replay/failure.hpp"
#include "tools/shared/completion.hpp"

namespace souk::replay {

int print_completion(const Context& context) {
  Options options;
  cli::print(context.console, cli::bash_completion(*make_parser(options)), false);
  return kExitDone;
}

Command command_named(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Command>, 13> kCommands{{
      {"events", show_events},
      {"story", show_story},
      {"state", show_state},
      {"diff", show_diff},
      {"verify", verify_log},
      {"decide-again", decide_log_again},
      {"rebuild", rebuild_models},
      {"export", export_records},
      {"import", import_records},
      {"stats", show_stats},
      {"backup", back_up},
      {"restore", restore},
      {"completion", print_completion},
  }};
  for (const auto& [known, command] : kCommands)
    if (known == name) return command;
  return nullptr;
}

}  // namespace souk::replay
