#include "tools/replay/csv_rows.hpp"

#include <optional>

#include "events/codec.hpp"
#include "tools/replay/base64.hpp"
#include "tools/replay/json_text.hpp"
#include "tools/replay/payload_json.hpp"
#include "tools/replay/payload_types.hpp"

namespace souk::replay {
namespace {

// What people add up: the first quantity of goods and the first money of an event's own members.
struct Sums {
  std::optional<Units> units;
  std::optional<Money> money;
};

template <class T>
void collect(const T& event, Sums& sums) {
  codec::detail::all_members(event, [&sums](auto, const auto& member) {
    using M = std::remove_cvref_t<decltype(member)>;
    if constexpr (std::is_same_v<M, Units>) {
      if (!sums.units) sums.units = member;
    } else if constexpr (std::is_same_v<M, Money>) {
      if (!sums.money) sums.money = member;
    }
    return true;
  });
}

Sums sums_of(Service service, const store::PayloadView& event) {
  return for_payload(
      service, PayloadKind::event, event.tag,
      [&event]<class T>(Type<T>) {
        thread_local T value;
        Sums sums;
        if (codec::decode(event.bytes, value)) collect(value, sums);
        return sums;
      },
      Sums());
}

// One row after the other.
class Row {
 public:
  explicit Row(std::string& out) : out_(out) {}

  void text(std::string_view text) {
    next();
    if (!is_utf8(text)) {
      out_ += kBase64Mark;
      return append_base64(text, out_);
    }
    if (text.find_first_of("\",\r\n") == std::string_view::npos) {
      out_ += text;
      return;
    }
    out_ += '"';
    for (const char c : text) {
      if (c == '"') out_ += '"';
      out_ += c;
    }
    out_ += '"';
  }
  template <class Number>
  void number(Number number) {
    next();
    detail::append_number(number, out_);
  }
  void time(Time time) {
    next();
    if (time.is_set()) append_iso(out_, time);
  }
  void nothing() { next(); }
  void end() {
    out_ += "\r\n";
    first_ = true;
  }

 private:
  void next() {
    if (!first_) out_ += ',';
    first_ = false;
  }

  std::string& out_;
  bool first_ = true;
};

// The cells of csv_titles, in their order.
void append_row(const store::RecordView& record, const store::Place& place,
                const store::PayloadView* event, std::string& out) {
  const Service service = place.partition.service;
  Row row(out);
  row.time(record.time);
  row.text(name_of(service));
  row.number(place.partition.number);
  row.number(record.offset);
  row.text(record.stream);
  row.number(record.sequence);
  row.text(event == nullptr ? "" : payload_name(service, PayloadKind::event, event->tag));
  row.text(refusal_text(service, record.refusal));
  row.text(record.command ? payload_name(service, PayloadKind::command, record.command->tag) : "");
  row.text(intent_name(record.intent));
  const Sums sums = event == nullptr ? Sums() : sums_of(service, *event);
  if (sums.units)
    row.number(sums.units->value);
  else
    row.nothing();
  if (sums.money)
    row.number(sums.money->minor);
  else
    row.nothing();
  row.text(sums.money ? sums.money->currency.code() : "");
  row.text(record.command_id);
  row.text(record.correlation_id);
  row.text(record.causation_id);
  row.text(record.trace);
  thread_local std::string body;
  body.clear();
  if (event != nullptr)
    append_payload_json(service, PayloadKind::event, event->tag, event->bytes, body);
  row.text(body);
  row.end();
}

}  // namespace

std::string csv_titles() {
  return "time,service,partition,offset,stream,sequence,event,refusal,command,intent,units,"
         "money_minor,currency,command_id,correlation_id,causation_id,trace,body\r\n";
}

std::size_t append_csv_rows(const store::RecordView& record, const store::Place& place,
                            const Matcher& matcher, std::string& out) {
  if (record.refusal != 0) {
    append_row(record, place, nullptr, out);
    return 1;
  }
  std::size_t rows = 0;
  for (const store::PayloadView& event : record.events) {
    if (!matcher.wants_event(place.partition.service, event.tag)) continue;
    append_row(record, place, &event, out);
    ++rows;
  }
  return rows;
}

}  // namespace souk::replay
