// `verify` and `decide-again`.
#include "tools/replay/bar.hpp"
#include "tools/replay/commands.hpp"
#include "tools/replay/decide_again.hpp"
#include "tools/replay/failure.hpp"
#include "tools/replay/open_view.hpp"
#include "tools/replay/selection.hpp"
#include "tools/replay/threads.hpp"
#include "tools/replay/verify/verify.hpp"

namespace souk::replay {
namespace {

std::unique_ptr<VerifyReport> verified(const Options& options, const VerifyOptions& how) {
  if (options.data.empty()) return verify_view(*open_view(options), options.url, how);
  auto report = verify_directories(options.data, how);
  if (!report.ok()) fail_to_open(report.status());
  return std::move(*report);
}

}  // namespace

int verify_log(const Context& context) {
  const Options& options = context.options;
  if (context.console.stop == nullptr) stop_politely(context.console);
  Bar bar(context);
  const auto against = options.against.empty() ? nullptr : open_directories(options.against);
  VerifyOptions how;
  how.threads = threads_of(options);
  how.files = !options.no_files;
  how.read_models = !options.no_read_models;
  how.decisions = options.decisions;
  how.against = against.get();
  how.progress = [&](const VerifyProgress& so_far) {
    bar.show(so_far.label, so_far.done, so_far.total);
  };
  how.stop = context.console.stop;
  const auto report = verified(options, how);
  bar.clear();
  const bool json = options.format == Format::json;
  cli::print(context.console,
             json ? report_json(*report) : report_text(*report, context.console.colours),
             !options.no_pager && !json);
  if (report->stopped) return kExitInterrupted;
  return report->clean() ? kExitDone : kExitSomeFailed;
}

int decide_log_again(const Context& context) {
  const Options& options = context.options;
  if (context.console.stop == nullptr) stop_politely(context.console);
  const auto view = open_view(options);
  Bar bar(context);
  DecideAgainOptions how;
  how.since = filter_of(options, context.console.now()).since;
  how.threads = threads_of(options);
  how.progress = [&](std::uint64_t done, std::uint64_t total) { bar.show("asking", done, total); };
  how.stop = context.console.stop;
  const DecideAgainReport report = decide_again(*view, how);
  bar.clear();
  const bool json = options.format == Format::json;
  cli::print(context.console,
             json ? decide_again_json(report) : decide_again_text(report, context.console.colours),
             !options.no_pager && !json);
  if (report.stopped) return kExitInterrupted;
  return report.differs() ? kExitSomeFailed : kExitDone;
}

}  // namespace souk::replay
