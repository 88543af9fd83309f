// `export` and `import`.
#include <fmt/format.h>

#include "tools/replay/commands.hpp"
#include "tools/replay/export.hpp"
#include "tools/replay/failure.hpp"
#include "tools/replay/import.hpp"
#include "tools/replay/open_view.hpp"
#include "tools/replay/selection.hpp"
#include "tools/replay/texts.hpp"
#include "tools/replay/threads.hpp"
#include "tools/shared/printable.hpp"

namespace souk::replay {
namespace {

std::string records_text(std::uint64_t records) {
  return counted(static_cast<std::int64_t>(records), "record", "records");
}

}  // namespace

int export_records(const Context& context) {
  const Options& options = context.options;
  if (context.console.stop == nullptr) stop_politely(context.console);
  const auto view = open_view(options);
  cli::Progress progress(context.console.err, !options.no_progress);
  ExportOptions how;
  how.format = options.format == Format::csv ? ExportFormat::csv : ExportFormat::ndjson;
  how.filter = filter_of(options, context.console.now());
  how.path = options.path;
  how.restart = options.restart;
  how.threads = threads_of(options);
  const Exported done = export_log(*view, how, context.console.out, progress, context.console.stop);
  progress.clear();
  if (done.interrupted) {
    fmt::print(context.console.err, "stopped after {}{}\n", records_text(done.records),
               how.path.empty() || how.path == "-" ? "" : "; the same command goes on with it");
    return kExitInterrupted;
  }
  fmt::print(context.console.err, "{} of {}\n",
             counted(static_cast<std::int64_t>(done.lines), "line", "lines"),
             records_text(done.records));
  return kExitDone;
}

int import_records(const Context& context) {
  const Options& options = context.options;
  if (context.console.stop == nullptr) stop_politely(context.console);
  cli::Progress progress(context.console.err, !options.no_progress);
  const Imported done = import_log(
      {.path = options.path, .directory = options.data.front(), .threads = threads_of(options)},
      context.console.in, progress, context.console.stop);
  progress.clear();
  if (done.interrupted) {
    fmt::print(context.console.err, "stopped; nothing is left of it\n");
    return kExitInterrupted;
  }
  fmt::print(context.console.err, "{} are in {}, the log of cluster {}\n",
             records_text(done.records), cli::printable(options.data.front()),
             cli::printable(done.identity.cluster_id));
  return kExitDone;
}

}  // namespace souk::replay
