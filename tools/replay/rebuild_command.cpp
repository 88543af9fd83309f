// `rebuild`.
#include <fmt/format.h>

#include "actors/history/rebuild.hpp"
#include "store/keys.hpp"
#include "store/rocks_lock.hpp"
#include "tools/replay/bar.hpp"
#include "tools/replay/commands.hpp"
#include "tools/replay/failure.hpp"
#include "tools/replay/joined_view.hpp"
#include "tools/replay/open_view.hpp"
#include "tools/replay/texts.hpp"
#include "tools/shared/printable.hpp"

namespace souk::replay {

namespace {

// Read models cover all partitions of the cluster.
void require_all(const store::LogView& view, const std::string& data) {
  const auto* joined = dynamic_cast<const JoinedView*>(&view);
  if (joined == nullptr) return;
  for (const auto& [partition, why] : joined->not_seen())
    if (why.noted)
      throw Failure(
          kExitBadInput,
          fmt::format("the read models of {} are made of all of the cluster's records, and "
                      "those of {} are with node {}: name its directory as well",
                      data, store::display(partition), why.node));
}

}  // namespace

int rebuild_models(const Context& context) {
  const std::string& data = context.options.data.front();
  if (context.console.stop == nullptr) stop_politely(context.console);
  const auto view = open_directories(context.options.data);
  require_all(*view, data);
  // A node that has the directory writes the read models itself.
  const auto lock = store::RocksLock::take(data);
  if (lock.status().code() == store::Code::in_use)
    throw Failure(kExitUnreachable,
                  fmt::format("a node has {} open; let it build its read models itself: "
                              "souk-query rebuild",
                              data));
  check(lock.status());
  Bar bar(context);
  auto rebuilt =
      history::rebuild(*view, data,
                       {.now = context.console.now(),
                        .progress = [&](std::uint64_t done,
                                        std::uint64_t total) { bar.show("rebuild", done, total); },
                        .cancelled = context.console.stop});
  bar.clear();
  if (!rebuilt.ok() && *context.console.stop) return kExitInterrupted;
  const history::Rebuilt done = value_of(std::move(rebuilt));
  if (context.options.format == Format::json) {
    fmt::print(context.console.out, "{{\"records\":{},\"parked\":{}}}\n", done.records,
               done.parked);
  } else {
    fmt::print(
        context.console.out, "the read models of {} are new, made from {}{}\n",
        cli::printable(data), counted(static_cast<std::int64_t>(done.records), "record", "records"),
        done.parked == 0
            ? ""
            : fmt::format("; {} could not be taken: souk-query parked --data {}",
                          counted(static_cast<std::int64_t>(done.parked), "record", "records"),
                          cli::printable(data)));
  }
  return done.parked == 0 ? kExitDone : kExitSomeFailed;
}

}  // namespace souk::replay
