// `stats`.
#include "tools/replay/commands.hpp"
#include "tools/replay/failure.hpp"
#include "tools/replay/open_view.hpp"
#include "tools/replay/stats.hpp"
#include "tools/replay/threads.hpp"

namespace souk::replay {

int show_stats(const Context& context) {
  const Options& options = context.options;
  if (context.console.stop == nullptr) stop_politely(context.console);
  const auto view = open_view(options);
  cli::Progress progress(context.console.err, !options.no_progress);
  StatsOptions how;
  how.threads = threads_of(options);
  how.top = options.top;
  const Stats stats = collect_stats(*view, how, progress, context.console.stop);
  progress.clear();
  if (stats.interrupted) return kExitInterrupted;
  const bool json = options.format == Format::json;
  cli::print(context.console, json ? stats_json(stats) : stats_text(stats),
             !options.no_pager && !json);
  return kExitDone;
}

}  // namespace souk::replay
