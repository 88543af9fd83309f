// `backup` and `restore`.
#include <fmt/format.h>

#include "tools/replay/backup.hpp"
#include "tools/replay/bar.hpp"
#include "tools/replay/commands.hpp"
#include "tools/replay/failure.hpp"
#include "tools/replay/open_view.hpp"
#include "tools/replay/threads.hpp"
#include "tools/replay/verify/verify.hpp"

namespace souk::replay {
namespace {

// Megabytes of a copy; ends it at Ctrl-C.
store::BackupProgress progress_of(Bar& bar, const cli::Console& console) {
  return [&bar, &console](std::uint64_t done, std::uint64_t total) {
    bar.show("copy MB", done / 1'000'000, total / 1'000'000);
    return !*console.stop;
  };
}

// Proves what was restored, and prints what was found.
bool proved(const Context& context, Bar& bar, const std::string& directory) {
  VerifyOptions how;
  how.threads = threads_of(context.options);
  how.progress = [&](const VerifyProgress& so_far) {
    bar.show(so_far.label, so_far.done, so_far.total);
  };
  how.stop = context.console.stop;
  auto report = verify_directory(directory, how);
  bar.clear();
  if (!report.ok()) fail_to_open(report.status());
  if ((*report)->stopped) throw Failure(kExitInterrupted, "stopped");
  if (context.options.format != Format::json)
    fmt::print(context.console.out, "{}\n", report_text(**report, context.console.colours));
  return (*report)->clean();
}

}  // namespace

int back_up(const Context& context) {
  const Options& options = context.options;
  if (context.console.stop == nullptr) stop_politely(context.console);
  Bar bar(context);
  const CopyReport report = make_backup({.directory = options.path,
                                         .data = options.data.empty() ? "" : options.data.front(),
                                         .url = options.url,
                                         .progress = progress_of(bar, context.console)});
  bar.clear();
  const bool json = options.format == Format::json;
  fmt::print(context.console.out, "{}", json ? backup_json(report) : backup_text(report));
  return kExitDone;
}

int restore(const Context& context) {
  const Options& options = context.options;
  if (context.console.stop == nullptr) stop_politely(context.console);
  Bar bar(context);
  RestoreOptions how{.backup = options.path,
                     .directory = options.directory,
                     .progress = progress_of(bar, context.console),
                     .verify = {}};
  if (!options.no_verify)
    how.verify = [&](const std::string& directory) {
      bar.clear();
      return proved(context, bar, directory);
    };
  const RestoreReport report = restore_backup(how);
  bar.clear();
  const bool json = options.format == Format::json;
  fmt::print(context.console.out, "{}", json ? restore_json(report) : restore_text(report));
  return report.proof == Proof::unsound ? kExitSomeFailed : kExitDone;
}

}  // namespace souk::replay
