// `diff STREAM A B`.
#include <utility>

#include <fmt/format.h>

#include "tools/replay/commands.hpp"
#include "tools/replay/failure.hpp"
#include "tools/replay/json_string.hpp"
#include "tools/replay/lookup.hpp"
#include "tools/replay/open_view.hpp"
#include "tools/replay/record_json.hpp"
#include "tools/replay/services.hpp"
#include "tools/replay/state_text.hpp"
#include "tools/replay/texts.hpp"
#include "tools/replay/wording.hpp"
#include "tools/shared/printable.hpp"

namespace souk::replay {
namespace {

constexpr std::size_t kRecordsShown = 20;

// What an aggregate was at two moments, and the records between them.
struct Difference {
  store::Offset first = store::kNoOffset, second = store::kNoOffset;  // the last records of each
  std::vector<FieldChange> changes;
  std::vector<Entry> records;  // after the first moment, up to the second
};

Difference difference(const store::LogView& view, const StreamRef& stream, const Moment& a,
                      const Moment& b) {
  return for_service(
      stream.service(),
      [&]<class A>(Type<A>) {
        const auto before = fold_to<A>(view, stream, a);
        const auto after = fold_to<A>(view, stream, b);
        Difference found{before.last_offset,
                         after.last_offset,
                         changes(flatten(before.state), flatten(after.state)),
                         {}};
        if (after.sequence > before.sequence)
          found.records = entries_up_to(view, stream.partition, after.last_offset,
                                        after.sequence - before.sequence);
        return found;
      },
      Difference{});
}

std::string moment_name(const StreamRef& stream, store::Offset offset) {
  if (offset == store::kNoOffset) return "before its first record";
  return fmt::format("{}/{}@{}", name_of(stream.service()), stream.partition.number, offset);
}

std::string human_text(const StreamRef& stream, const Difference& found, bool all) {
  std::string text =
      fmt::format("{}, from {} to {}\n\n", cli::printable(stream.name()),
                  moment_name(stream, found.first), moment_name(stream, found.second));
  text += found.changes.empty() ? "  nothing changed\n" : changes_text(found.changes, all);
  if (found.records.empty()) return text;
  const std::size_t skipped =
      all || found.records.size() <= kRecordsShown ? 0 : found.records.size() - kRecordsShown;
  text += fmt::format(
      "\nBy {}{}:\n", counted(static_cast<std::int64_t>(found.records.size()), "record", "records"),
      skipped == 0 ? "" : fmt::format(", the last {} of which are (--all: all)", kRecordsShown));
  for (std::size_t i = skipped; i < found.records.size(); ++i) {
    const store::RecordView record = view_of(found.records[i]);
    const StepId step = parse_step_id(record.command_id);
    text += fmt::format("  {}  {}  <- {}\n", time_text(record.time),
                        record_words(stream.service(), record, step.saga),
                        cause_words(stream.service(), record));
  }
  return text;
}

std::string json_text(const StreamRef& stream, const Difference& found) {
  std::string json = fmt::format("{{\"service\":\"{}\",\"stream\":", name_of(stream.service()));
  append_json_string(stream.id, json);
  json += fmt::format(",\"partition\":{},\"first\":{},\"second\":{},\"changes\":[",
                      stream.partition.number, found.first, found.second);
  for (std::size_t i = 0; i < found.changes.size(); ++i) {
    const FieldChange& one = found.changes[i];
    json += i == 0 ? "\n{" : ",\n{";
    bool first = true;
    for (const auto& [name, value] :
         {std::pair{"list", &one.list}, std::pair{"name", &one.name},
          std::pair{"before", &one.before}, std::pair{"after", &one.after}}) {
      if (!std::exchange(first, false)) json += ',';
      json.append("\"").append(name).append("\":");
      append_json_string(*value, json);
    }
    json += '}';
  }
  json += "],\"records\":[";
  for (std::size_t i = 0; i < found.records.size(); ++i) {
    json += i == 0 ? "\n" : ",\n";
    const Entry& entry = found.records[i];
    append_record_json(view_of(entry), {entry.partition, entry.group}, json);
  }
  return json + "]}\n";
}

}  // namespace

int show_diff(const Context& context) {
  const Options& options = context.options;
  const auto view = open_view(options);
  const StreamRef stream = find_stream(*view, options.subject);
  const Time now = context.console.now();
  const Moment a = parse_moment(*view, stream, options.first, cli::Edge::since, now, "A");
  const Moment b = parse_moment(*view, stream, options.second, cli::Edge::until, now, "B");
  const Difference found = difference(*view, stream, a, b);
  if (found.first > found.second)
    throw Failure(kExitBadInput, fmt::format("{} is later than {}; give the earlier moment first",
                                             options.first, options.second));
  const bool json = options.format == Format::json;
  cli::print(context.console,
             json ? json_text(stream, found) : human_text(stream, found, options.all),
             !options.no_pager && !json);
  return kExitDone;
}

}  // namespace souk::replay
