// The commands. Each writes its answer to the console and returns an exit code, or throws Failure.
#pragma once

#include <string_view>

#include "tools/replay/options.hpp"
#include "tools/shared/console.hpp"

namespace souk::replay {

struct Context {
  const Options& options;
  cli::Console& console;
};

int show_events(const Context& context);
int show_story(const Context& context);
int show_state(const Context& context);
int show_diff(const Context& context);
int verify_log(const Context& context);
int decide_log_again(const Context& context);
int rebuild_models(const Context& context);
int export_records(const Context& context);
int import_records(const Context& context);
int show_stats(const Context& context);
int back_up(const Context& context);
int restore(const Context& context);
int print_completion(const Context& context);

using Command = int (*)(const Context&);

// The command of this name; null if there is none.
Command command_named(std::string_view name);

}  // namespace souk::replay
