#include "tools/replay/event_printer.hpp"

#include <fmt/format.h>

#include "events/rfc3339.hpp"
#include "store/keys.hpp"
#include "tools/replay/payload_names.hpp"
#include "tools/replay/record_json.hpp"
#include "tools/replay/texts.hpp"
#include "tools/replay/wording.hpp"
#include "tools/shared/printable.hpp"
#include "tools/shared/table.hpp"

namespace souk::replay {
namespace {

using store::Place;
using store::RecordView;

// Collects text, for a pager if it stays small.
class Output {
 public:
  Output(const cli::Console& console, bool may_page) : console_(console), may_page_(may_page) {}

  std::string& text() { return text_; }

  void grown() {
    constexpr std::size_t kPagedMax = 1u << 20;
    if (text_.size() > kPagedMax) write();
  }
  void write() {
    std::fwrite(text_.data(), 1, text_.size(), console_.out);
    std::fflush(console_.out);
    text_.clear();
    may_page_ = false;
  }
  void end() {
    cli::print(console_, text_, may_page_);
    text_.clear();
  }

 private:
  const cli::Console& console_;
  bool may_page_;
  std::string text_;
};

class HumanPrinter final : public EventPrinter {
 public:
  HumanPrinter(const cli::Console& console, bool may_page)
      : out_(console, may_page), colours_(console.colours) {}

  void add(const RecordView& record, const Place& place) override {
    const bool stands_out = colours_ && record.refusal != 0;
    out_.text() += stands_out ? "\x1b[31m" : "";
    out_.text() += event_line(record, place.partition);
    out_.text() += stands_out ? "\x1b[0m\n" : "\n";
    out_.grown();
  }
  void flush() override { out_.write(); }
  void end() override { out_.end(); }

 private:
  Output out_;
  bool colours_;
};

class JsonPrinter final : public EventPrinter {
 public:
  JsonPrinter(const cli::Console& console, bool array) : out_(console, false), array_(array) {}

  void add(const RecordView& record, const Place& place) override {
    if (array_) out_.text() += any_ ? ",\n" : "[\n";
    append_record_json(record, place, out_.text());
    if (!array_) out_.text() += '\n';
    any_ = true;
    out_.grown();
  }
  void flush() override { out_.write(); }
  void end() override {
    if (array_) out_.text() += any_ ? "\n]\n" : "[]\n";
    out_.end();
  }

 private:
  Output out_;
  bool array_;
  bool any_ = false;
};

// "held", "reserved+paid"; of a refusal: the command's name.
std::string type_names(Service service, const RecordView& record) {
  std::string text;
  for (const store::PayloadView& event : record.events)
    text.append(text.empty() ? "" : "+")
        .append(payload_name(service, PayloadKind::event, event.tag));
  if (text.empty() && record.command)
    text = fmt::format("({})", payload_name(service, PayloadKind::command, record.command->tag));
  return text;
}

class TablePrinter final : public EventPrinter {
 public:
  TablePrinter(const cli::Console& console, bool may_page)
      : out_(console, may_page),
        table_({{"time"},
                {"record"},
                {"stream"},
                {"seq", cli::Align::right},
                {"type"},
                {"refusal"},
                {"intent"},
                {"command_id"},
                {"causation_id"},
                {"correlation_id"},
                {"trace"}}) {}

  void add(const RecordView& record, const Place& place) override {
    const Service service = place.partition.service;
    std::string time;
    append_iso(time, record.time);
    table_.add({time, fmt::format("{}@{}", store::display(place.partition), record.offset),
                cli::printable(fmt::format("{}/{}", name_of(service), record.stream)),
                std::to_string(record.sequence), type_names(service, record),
                std::string(refusal_text(service, record.refusal)),
                std::string(intent_name(record.intent)), cli::printable(record.command_id),
                cli::printable(record.causation_id), cli::printable(record.correlation_id),
                cli::printable(record.trace)});
  }
  void flush() override {}
  void end() override {
    if (!table_.empty()) out_.text() = table_.text();
    out_.end();
  }

 private:
  Output out_;
  cli::Table table_;
};

}  // namespace

std::string event_line(const RecordView& record, PartitionId partition) {
  constexpr std::size_t kStreamWidth = 24;
  const Service service = partition.service;
  const std::string stream =
      cli::shortened(fmt::format("{}/{}", name_of(service), record.stream), kStreamWidth);
  // The id of who asked stands at the line's end.
  const StepId step = parse_step_id(record.command_id);
  return fmt::format("{}  {:<{}}  {}  <- {}", time_text(record.time), stream, kStreamWidth,
                     record_words(service, record, step.saga), cause_words(service, record));
}

std::unique_ptr<EventPrinter> make_event_printer(Format format, const cli::Console& console,
                                                 bool may_page) {
  switch (format) {
    case Format::table: return std::make_unique<TablePrinter>(console, may_page);
    case Format::json: return std::make_unique<JsonPrinter>(console, true);
    case Format::ndjson: return std::make_unique<JsonPrinter>(console, false);
    case Format::human:
    case Format::csv: break;
  }
  return std::make_unique<HumanPrinter>(console, may_page);
}

}  // namespace souk::replay
