// Asks today's decider what it would have decided: the recorded command, on the state that the
// records before it made, under the recorded time, id and deadline.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/model/decide_command.hpp"
#include "events/codec.hpp"
#include "store/record.hpp"
#include "tools/replay/payload_json.hpp"

namespace souk::replay {

// A decision that today's code would not make.
struct Difference {
  std::string_view command;  // "hold"
  std::string recorded;      // "held", "refused: out_of_stock", "nothing changed"
  std::string today;
  std::string detail;  // where both have the same events: the first that differs, as JSON
};

// "held", "turned_back, ended", "refused: out_of_stock", "nothing changed".
std::string outcome_text(Service service, std::uint16_t refusal,
                         const std::vector<std::uint16_t>& event_tags);

namespace detail {

template <class Event>
std::vector<std::uint16_t> tags_of(const std::vector<Event>& events) {
  std::vector<std::uint16_t> tags;
  for (const Event& event : events) tags.push_back(static_cast<std::uint16_t>(event.index()));
  return tags;
}

template <class Event>
std::string json_of(Service service, const Event& event) {
  std::string bytes, json;
  const auto tag = codec::encode_variant(event, bytes);
  append_payload_json(service, PayloadKind::event, tag, bytes, json);
  return json;
}

}  // namespace detail

enum class Redecided : std::uint8_t { same, different, not_recorded, unreadable };

// `events` are the record's, `state` is the one before it. Fills in `difference` if it is
// different.
template <class A>
Redecided redecide(const typename A::State& state, const store::RecordView& record,
                   const std::vector<typename A::Event>& events, Difference& difference) {
  if (!record.command) return Redecided::not_recorded;
  typename A::Command command;
  if (!codec::decode_variant(record.command->tag, record.command->bytes, command))
    return Redecided::unreadable;
  const Context context{record.time, CommandId(record.command_id), record.deadline};
  const Decided<A> today =
      decide_command<A>(state, command, static_cast<Intent>(record.intent), context);
  if (today.refusal == record.refusal && today.events == events) return Redecided::same;

  difference = {payload_name(A::kService, PayloadKind::command, record.command->tag),
                outcome_text(A::kService, record.refusal, detail::tags_of(events)),
                outcome_text(A::kService, today.refusal, detail::tags_of(today.events)),
                {}};
  if (difference.recorded == difference.today)
    for (std::size_t i = 0; i < events.size(); ++i)
      if (events[i] != today.events[i]) {
        difference.detail = detail::json_of(A::kService, events[i]) + " is recorded, " +
                            detail::json_of(A::kService, today.events[i]) + " it would be today";
        break;
      }
  return Redecided::different;
}

}  // namespace souk::replay
