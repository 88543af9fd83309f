// `state STREAM`.
#include <fmt/format.h>

#include "tools/replay/commands.hpp"
#include "tools/replay/event_printer.hpp"
#include "tools/replay/failure.hpp"
#include "tools/replay/json_text.hpp"
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

constexpr std::size_t kRecordsShown = 3;

// An aggregate at a moment, without its type.
struct Shown {
  store::Offset offset = store::kNoOffset;
  store::Sequence sequence = 0;
  Time time;
  std::string json;
  std::vector<FieldText> fields;
};

Shown shown_at(const store::LogView& view, const StreamRef& stream, const Moment& moment) {
  return for_service(
      stream.service(),
      [&]<class A>(Type<A>) {
        const auto folded = fold_to<A>(view, stream, moment);
        Shown shown{
            folded.last_offset, folded.sequence, folded.last_time, {}, flatten(folded.state)};
        append_json(folded.state, shown.json);
        return shown;
      },
      Shown{});
}

std::string record_name(const StreamRef& stream, store::Offset offset) {
  return fmt::format("{}/{}@{}", name_of(stream.service()), stream.partition.number, offset);
}

std::string human_text(const StreamRef& stream, const Shown& shown,
                       const std::vector<Entry>& entries, bool all) {
  std::string text =
      fmt::format("{}, as of {}, {} UTC (its record {} of {})\n\n{}", cli::printable(stream.name()),
                  record_name(stream, shown.offset), time_text(shown.time), shown.sequence,
                  stream.head.sequence, fields_text(shown.fields, all));
  text += fmt::format("\nHow it came about, the last {} of {}:\n", entries.size(),
                      counted(static_cast<std::int64_t>(shown.sequence), "record", "records"));
  for (const Entry& entry : entries) {
    const store::RecordView record = view_of(entry);
    const StepId step = parse_step_id(record.command_id);
    text += fmt::format("  {}  {}  <- {}\n", time_text(record.time),
                        record_words(stream.service(), record, step.saga),
                        cause_words(stream.service(), record));
  }
  return text;
}

std::string json_text(const StreamRef& stream, const Shown& shown,
                      const std::vector<Entry>& entries) {
  std::string json = "{\"service\":";
  append_json_string(name_of(stream.service()), json);
  json += ",\"stream\":";
  append_json_string(stream.id, json);
  json += fmt::format(",\"partition\":{},\"offset\":{},\"sequence\":{},\"of\":{},\"time\":",
                      stream.partition.number, shown.offset, shown.sequence, stream.head.sequence);
  std::string time;
  append_iso(time, shown.time);
  append_json_string(time, json);
  json += ",\"state\":" + shown.json + ",\"records\":[";
  for (std::size_t i = 0; i < entries.size(); ++i) {
    json += i == 0 ? "\n" : ",\n";
    append_record_json(view_of(entries[i]), {entries[i].partition, entries[i].group}, json);
  }
  return json + (entries.empty() ? "]}\n" : "\n]}\n");
}

// Where a short stream begins.
std::string first_words(const store::LogView& view, const StreamRef& stream) {
  constexpr store::Sequence kShort = 1'000;
  if (stream.head.sequence > kShort) return {};
  const Entry first =
      entries_up_to(view, stream.partition, stream.head.offset, stream.head.sequence).front();
  return fmt::format("; its first is {} of {} UTC", record_name(stream, first.offset),
                     time_text(first.record.time));
}

}  // namespace

int show_state(const Context& context) {
  const Options& options = context.options;
  const auto view = open_view(options);
  const StreamRef stream = find_stream(*view, options.subject);
  const Moment moment = options.at.empty()
                            ? Moment{}
                            : parse_moment(*view, stream, options.at, cli::Edge::until,
                                           context.console.now(), "--at");
  const Shown shown = shown_at(*view, stream, moment);
  if (shown.sequence == 0)
    throw Failure(kExitSomeFailed,
                  fmt::format("{} had no record at that moment{}", cli::printable(stream.name()),
                              first_words(*view, stream)));
  const auto entries = entries_up_to(*view, stream.partition, shown.offset, kRecordsShown);
  const bool json = options.format == Format::json;
  cli::print(
      context.console,
      json ? json_text(stream, shown, entries) : human_text(stream, shown, entries, options.all),
      !options.no_pager && !json);
  return kExitDone;
}

}  // namespace souk::replay
