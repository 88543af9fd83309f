// `events`.
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "tools/replay/commands.hpp"
#include "tools/replay/event_printer.hpp"
#include "tools/replay/failure.hpp"
#include "tools/replay/gather.hpp"
#include "tools/replay/merge.hpp"
#include "tools/replay/open_view.hpp"
#include "tools/replay/scan.hpp"
#include "tools/replay/texts.hpp"

namespace souk::replay {
namespace {

constexpr std::size_t kShown = 50;  // of the newest, for a person who did not say how many
constexpr std::chrono::milliseconds kPollEvery{200};

// How many of the newest are wanted; nothing: it is not the newest that are.
std::optional<std::size_t> newest_wanted(const Options& options) {
  const Format format = options.format.value_or(Format::human);
  const bool for_people = format == Format::human || format == Format::table;
  if (options.last) return options.last;
  if (options.follow) return kShown / 5;
  if (options.limit || options.all || !for_people) return std::nullopt;
  return kShown;
}

bool stopped(const cli::Console& console) { return console.stop != nullptr && *console.stop; }

class Events {
 public:
  explicit Events(const Context& context)
      : options_(context.options),
        console_(context.console),
        view_(open_view(options_)),
        selection_(selection_of(*view_, options_, console_.now())),
        printer_(make_event_printer(options_.format.value_or(Format::human), console_,
                                    !options_.follow)),
        progress_(console_.err, !options_.no_progress) {}

  int run() {
    const Sink show = [this](const store::RecordView& record, const store::Place& place) {
      printer_->add(record, place);
      ++shown_;
      return !stopped(console_) && (!options_.limit || shown_ < *options_.limit);
    };
    Positions ends;  // from where on to follow
    if (options_.follow) ends = ends_now();
    const auto newest = newest_wanted(options_);
    if (options_.follow && !options_.last && !options_.since.empty())
      scan(*view_, selection_, progress_, show);
    else if (const auto saga = saga_asked_for())
      of_saga(*saga, newest, show);
    else if (newest)
      scan_newest(*view_, selection_, *newest, progress_, show);
    else
      scan(*view_, selection_, progress_, show);
    if (options_.follow) return follow(ends, show);
    printer_->end();
    say_how_many(newest);
    return kExitDone;
  }

 private:
  // The saga whose records are all that a correlation id is asked for, if it is one's.
  std::optional<StreamRef> saga_asked_for() const {
    if (options_.scan || options_.correlation.empty()) return std::nullopt;
    for (StreamRef& stream : streams_named(*view_, options_.correlation))
      if (stream.service() == Service::checkout) return std::move(stream);
    return std::nullopt;
  }

  void of_saga(const StreamRef& saga, std::optional<std::size_t> newest, const Sink& show) {
    std::vector<Entry> entries = gather(*view_, saga, progress_).entries;
    std::erase_if(entries, [&](const Entry& entry) {
      return !selection_.wants(entry.partition, view_of(entry));
    });
    const std::size_t skipped = newest && entries.size() > *newest ? entries.size() - *newest : 0;
    for (std::size_t i = skipped; i < entries.size(); ++i)
      if (!show(view_of(entries[i]), {entries[i].partition, entries[i].group})) break;
  }

  Positions ends_now() const {
    Positions ends;
    for (const PartitionId partition : selection_.partitions(view_->identity()))
      ends[partition] = value_of(view_->last(partition)) + 1;
    return ends;
  }

  int follow(const Positions& from, const Sink& show) {
    printer_->flush();
    Merge timeline(*view_, selection_.partitions(view_->identity()), from);
    store::RecordView record;
    store::Place place;
    while (!stopped(console_)) {
      bool any = false;
      while (!stopped(console_) && value_of(timeline.next(record, place))) {
        if (!selection_.wants(place.partition, record)) continue;
        show(record, place);
        any = true;
      }
      if (any) printer_->flush();
      std::this_thread::sleep_for(kPollEvery);
      check(view_->refresh());
    }
    printer_->end();
    return kExitInterrupted;
  }

  void say_how_many(std::optional<std::size_t> newest) const {
    const auto count = static_cast<std::int64_t>(shown_);
    if (shown_ == 0)
      fmt::print(console_.err, "no record is like that\n");
    else if (newest && !options_.last && shown_ == *newest)
      fmt::print(console_.err,
                 "the newest {}; there may be more: --last N, --limit N, --all, and the filters\n",
                 counted(count, "record", "records"));
    else
      fmt::print(console_.err, "{}\n", counted(count, "record", "records"));
  }

  const Options& options_;
  cli::Console& console_;
  std::unique_ptr<store::LogView> view_;
  Selection selection_;
  std::unique_ptr<EventPrinter> printer_;
  ScanProgress progress_;
  std::size_t shown_ = 0;
};

}  // namespace

int show_events(const Context& context) { return Events(context).run(); }

}  // namespace souk::replay
