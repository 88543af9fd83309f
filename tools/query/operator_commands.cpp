#include "tools/query/operator_commands.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "tools/query/failure.hpp"
#include "tools/shared/amounts.hpp"
#include "tools/shared/progress.hpp"
#include "tools/shared/suggest.hpp"

namespace souk::query {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kPollEvery{200};
constexpr std::chrono::seconds kBeginsWithin{30};

std::string full_name(const ParkedStream& one) {
  return fmt::format("{}/{}/{}", name_of(one.partition.service), one.partition.number, one.stream);
}

int act_on_parked(const Options& options, NodeSource& node, std::FILE* err) {
  const ParkedStream stream = parked_stream(node.lag(), options.stream);
  if (options.command == "parked skip") {
    node.skip_parked(stream.partition, stream.stream, stream.offset, options.reason);
    fmt::print(err, "{}: skipped\n", full_name(stream));
  } else {
    node.retry_parked(stream.partition, stream.stream);
    fmt::print(err, "{}: taken in, {} record{}\n", full_name(stream),
               cli::grouped(static_cast<std::int64_t>(stream.records)),
               stream.records == 1 ? "" : "s");
  }
  return kExitDone;
}

// True for a look at the rebuild that was asked for, and not at the one before it.
bool has_begun(const std::optional<Rebuild>& now, const std::string& ended_before) {
  return now && (now->running || now->ended_at != ended_before);
}

int report(const Rebuild& rebuild, std::FILE* err) {
  if (!rebuild.failure.empty())
    throw Failure(kExitSomeFailed,
                  fmt::format("the rebuild failed, and the old models stay: {}", rebuild.failure));
  fmt::print(err, "rebuilt: {} records in {:.1f} s; {:.0f} ms behind at the switch\n",
             cli::grouped(static_cast<std::int64_t>(rebuild.records)), rebuild.seconds,
             rebuild.lag_at_switch_seconds * 1e3);
  return kExitDone;
}

// Ends with the rebuild. Ctrl-C leaves it running.
int follow(NodeSource& node, const std::string& ended_before, const Console& console) {
  cli::Progress progress(console.err);
  bool started = false;
  std::uint64_t drawn = 0;
  const auto begins_by = Clock::now() + kBeginsWithin;
  for (; !*console.stop; std::this_thread::sleep_for(kPollEvery)) {
    const std::optional<Rebuild> now = node.lag().rebuild;
    if (!has_begun(now, ended_before)) {
      if (Clock::now() > begins_by)
        throw Failure(kExitSomeFailed, "the rebuild has not begun; see souk-query lag");
      continue;
    }
    if (!now->running) {
      progress.clear();
      return report(*now, console.err);
    }
    if (!std::exchange(started, true)) progress.start("rebuild", now->records_total);
    progress.advance(now->records - std::min(drawn, now->records));
    drawn = now->records;
    progress.draw();
  }
  return kExitInterrupted;
}

int rebuild(const Options& options, NodeSource& node, const Console& console) {
  const std::optional<Rebuild> before = node.lag().rebuild;
  node.start_rebuild();
  if (options.follow) return follow(node, before ? before->ended_at : "", console);
  fmt::print(console.err, "the rebuild has begun; souk-query lag shows how far it is\n");
  return kExitDone;
}

}  // namespace

ParkedStream parked_stream(const Lag& lag, std::string_view meant) {
  std::vector<ParkedStream> found;
  std::vector<std::string> names;
  for (const ParkedStream& one : lag.parked) {
    names.push_back(one.stream);
    if (one.stream == meant || full_name(one) == meant) found.push_back(one);
  }
  if (found.empty())
    throw Failure(kExitSomeFailed, fmt::format("no stream '{}' is parked{}", meant,
                                               cli::did_you_mean(meant, names)));
  if (found.size() > 1)
    throw Failure(kExitBadInput, fmt::format("'{}' is parked in two services: say {} or {}", meant,
                                             full_name(found[0]), full_name(found[1])));
  return found[0];
}

int operate(const Options& options, NodeSource& node, const Console& console) {
  return options.command == "rebuild" ? rebuild(options, node, console)
                                      : act_on_parked(options, node, console.err);
}

}  // namespace souk::query
