// `story ID`.
#include <algorithm>

#include <fmt/format.h>

#include "events/nearest.hpp"
#include "events/positions.hpp"
#include "tools/replay/checkout_story.hpp"
#include "tools/replay/commands.hpp"
#include "tools/replay/failure.hpp"
#include "tools/replay/lookup.hpp"
#include "tools/replay/open_view.hpp"
#include "tools/replay/stream_story.hpp"
#include "tools/replay/wording.hpp"
#include "tools/shared/printable.hpp"

namespace souk::replay {
namespace {

bool is_nearly_service(std::string_view word) {
  std::vector<std::string_view> names;
  for (const Service service : kServices) names.push_back(name_of(service));
  return !nearest(word, names).empty();
}

class Telling {
 public:
  explicit Telling(const Context& context)
      : options_(context.options),
        console_(context.console),
        view_(open_view(options_)),
        progress_(console_.err, !options_.no_progress) {}

  int run() {
    const Story story = tell(options_.subject);
    const bool json = options_.format == Format::json;
    std::string where;  // for the commands that are suggested
    for (const std::string& directory : options_.data)
      where += fmt::format("{}--data {}", where.empty() ? "" : " ", cli::printable(directory));
    cli::print(console_, json ? story_json(story) : story_text(story, console_.colours, where),
               !options_.no_pager && !json);
    return kExitDone;
  }

 private:
  Story tell(const std::string& id) {
    if (options_.scan) return tell_id(*view_, id, progress_);
    if (const auto positions = parse_positions(id); positions && positions->size() == 1)
      return tell_of_record(positions->begin()->first, positions->begin()->second);
    if (const StepId step = parse_step_id(id); !step.saga.empty())
      return tell_stream_of(fmt::format("{}/{}", step.service, step.saga));
    // "charge/top-up-1" is a command's id; "walet/17850" is a stream's, mistyped.
    const bool is_name =
        id.find('/') == std::string::npos || is_nearly_service(id.substr(0, id.find('/')));
    if (!is_name) return tell_id(*view_, id, progress_);
    if (id.find('/') != std::string::npos) return tell_stream_of(id);
    const auto streams = streams_named(*view_, id);
    if (streams.empty()) return tell_scanned(id);
    say_others(id, streams);
    return tell_one(preferred(streams));
  }

  // The story that the record belongs to.
  Story tell_of_record(PartitionId partition, store::Offset offset) {
    const auto& services = view_->identity().partitions;
    const auto service = services.find(partition.service);
    const bool has_partition = service != services.end() && partition.number < service->second;
    const auto entry = has_partition ? read_entry(*view_, partition, offset) : std::nullopt;
    if (!entry)
      throw Failure(kExitSomeFailed,
                    fmt::format("there is no record {}/{}@{}", name_of(partition.service),
                                partition.number, offset));
    const StepId step = parse_step_id(entry->record.command_id);
    if (step.service == name_of(Service::checkout))
      return tell_stream_of(fmt::format("checkout/{}", step.saga));
    return tell_stream_of(fmt::format("{}/{}", name_of(partition.service), entry->record.stream));
  }

  Story tell_stream_of(const std::string& name) { return tell_one(find_stream(*view_, name)); }

  // An order is told from its checkout.
  Story tell_one(const StreamRef& stream) {
    if (stream.service() == Service::order || stream.service() == Service::checkout)
      for (const StreamRef& one : streams_named(*view_, stream.id))
        if (one.service() == Service::checkout)
          return tell_checkout(*view_, one, gather(*view_, one, progress_), console_.now(),
                               options_.all);
    return tell_stream(*view_, stream, options_.all);
  }

  static const StreamRef& preferred(const std::vector<StreamRef>& streams) {
    const auto checkout = std::ranges::find_if(
        streams, [](const StreamRef& one) { return one.service() == Service::checkout; });
    return checkout == streams.end() ? streams.front() : *checkout;
  }

  void say_others(const std::string& id, const std::vector<StreamRef>& streams) {
    for (const StreamRef& one : streams)
      if (&one != &preferred(streams) && one.service() != Service::order)
        fmt::print(console_.err, "there is also {0}: souk-replay story {0}\n",
                   cli::printable(fmt::format("{}/{}", name_of(one.service()), id)));
  }

  // It may be a request's id. If not, what is nearly the same is a better answer than "nothing".
  Story tell_scanned(const std::string& id) {
    try {
      return tell_id(*view_, id, progress_);
    } catch (const Failure&) {
      find_streams(*view_, id);
      throw;
    }
  }

  const Options& options_;
  cli::Console& console_;
  std::unique_ptr<store::LogView> view_;
  ScanProgress progress_;
};

}  // namespace

int show_story(const Context& context) { return Telling(context).run(); }

}  // namespace souk::replay
