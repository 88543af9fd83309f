#include "tools/replay/stream_story.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "actors/read_models/terms_text.hpp"
#include "tools/replay/lookup.hpp"
#include "tools/replay/services.hpp"
#include "tools/replay/texts.hpp"
#include "tools/replay/wording.hpp"
#include "tools/shared/printable.hpp"

namespace souk::replay {
namespace {

constexpr std::size_t kShown = 12;
constexpr std::size_t kOrdersNamed = 3;

// --- what is left after a movement: the wallet's free money, the SKU's free units ----------------

std::int64_t change_of(const stock::Event& event) {
  if (const auto* e = std::get_if<stock::Received>(&event)) return e->units.value;
  if (const auto* e = std::get_if<stock::Held>(&event)) return -e->units.value;
  if (const auto* e = std::get_if<stock::Released>(&event)) return e->units.value;
  if (const auto* e = std::get_if<stock::Returned>(&event)) return e->units.value;
  return 0;
}

std::int64_t change_of(const wallet::Event& event) {
  if (const auto* e = std::get_if<wallet::Charged>(&event)) return e->amount.minor;
  if (const auto* e = std::get_if<wallet::Held>(&event)) return -e->amount.minor;
  if (const auto* e = std::get_if<wallet::Released>(&event)) return e->amount.minor;
  if (const auto* e = std::get_if<wallet::Refunded>(&event)) return e->amount.minor;
  return 0;
}

template <class Event>
std::int64_t change_of(const Event&) {
  return 0;
}

std::string left_title(const stock::State&) { return "free"; }
std::string left_title(const wallet::State&) { return "free"; }
std::string left_title(const auto&) { return ""; }

std::int64_t left_now(const stock::State& state) { return state.available.value; }
std::int64_t left_now(const wallet::State& state) { return state.balance_minor; }
std::int64_t left_now(const auto&) { return 0; }

std::string left_text(const stock::State&, std::int64_t left) { return counted(left, "", ""); }
std::string left_text(const wallet::State& state, std::int64_t left) {
  return money_text({left, state.currency});
}
std::string left_text(const auto&, std::int64_t) { return ""; }

// --- what it is now ------------------------------------------------------------------------------

std::string now_words(const order::State& state) {
  switch (state.status) {
    case order::Status::placed: return "Now: placed, neither confirmed nor cancelled.";
    case order::Status::confirmed: return "Now: confirmed.";
    case order::Status::cancelled:
      return fmt::format("Now: cancelled ({}).", reason_words(state.reason));
    case order::Status::unknown: break;
  }
  return "There is no such order: it was refused.";
}

std::string now_words(const stock::State& state) {
  if (!state.registered) return "It is not registered.";
  return fmt::format(
      "Now: {} free, {} held for orders. That is {} received, less {} sold, plus {} returned.",
      counted(state.available.value, "unit", "units"), state.held.value, state.received.value,
      state.sold.value, state.returned.value);
}

std::string now_words(const wallet::State& state) {
  if (!state.currency.is_set()) return "It has never been charged.";
  const auto money = [&](std::int64_t minor) { return money_text({minor, state.currency}); };
  return fmt::format(
      "Now: {} free, {} held for orders. That is {} charged, less {} spent, plus {} refunded.",
      money(state.balance_minor), money(state.held_minor), money(state.charged_minor),
      money(state.settled_minor), money(state.refunded_minor));
}

std::string now_words(const coupon::State& state) {
  const std::string order = cli::printable(state.hold_id.str());
  switch (state.status) {
    case coupon::Status::granted:
      return fmt::format("Now: unused, {}, valid until {}.",
                         read_models::discount_text(state.terms.discount),
                         time_text(state.terms.valid_until));
    case coupon::Status::held: return fmt::format("Now: held for order {}.", order);
    case coupon::Status::used: return fmt::format("Now: used by order {}.", order);
    case coupon::Status::lapsed: return "Now: lapsed, unused.";
    case coupon::Status::unknown: break;
  }
  return "There is no such coupon: all that was asked of it was refused.";
}

std::string now_words(const campaign::State& state) {
  if (!state.opened) return "It was never opened.";
  return fmt::format("Now: {} of {} issued, {} of them not delivered yet.", state.issued_count,
                     counted(state.quantity, "coupon", "coupons"), state.undelivered.size());
}

std::string now_words(const checkout::State&) { return ""; }

// --- holds whose orders have ended ---------------------------------------------------------------

template <class State>
void warn_of_stale_holds(const store::LogView& view, const State& state, Story& story) {
  constexpr std::size_t kLookedAt = 100;
  std::size_t looked_at = 0;
  if constexpr (requires { state.holds; }) {
    for (const auto& [hold_id, amount] : state.holds) {
      if (++looked_at > kLookedAt) break;
      const PartitionId partition =
          store::partition_of(view.identity(), Service::checkout, hold_id.str());
      const store::Head head = value_of(view.head(partition, hold_id.str()));
      if (head.open) continue;
      story.warnings.push_back(
          fmt::format("It still holds something for order {}, whose checkout {}. `souk-replay "
                      "verify` says what else is wrong.",
                      cli::printable(hold_id.str()),
                      head.offset == store::kNoOffset ? "does not exist" : "has ended"));
    }
  }
}

std::string by_words(Service service, const store::RecordView& record) {
  const StepId step = parse_step_id(record.command_id);
  if (step.service == name_of(Service::checkout)) return "order " + cli::shortened(step.saga, 24);
  if (!record.command_id.empty() && step.saga.empty()) return "a client";
  return cli::shortened(cause_words(service, record), 40);
}

// The orders among those who asked, each once, the newest first.
std::vector<std::string> orders_in(const std::vector<Entry>& entries) {
  std::vector<std::string> orders;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    const StepId step = parse_step_id(entry->record.command_id);
    if (step.service != name_of(Service::checkout)) continue;
    const std::string id = cli::printable(step.saga);
    if (std::ranges::find(orders, id) == orders.end()) orders.push_back(id);
  }
  return orders;
}

template <class A>
void add_movements(const std::vector<Entry>& entries, const typename A::State& state,
                   Story& story) {
  story.left_title = left_title(state);
  std::int64_t left = left_now(state);
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    const store::RecordView record = view_of(*entry);
    const StepId step = parse_step_id(record.command_id);
    story.movements.push_back({record.time, record_words(A::kService, record, step.saga),
                               left_text(state, left), by_words(A::kService, record),
                               record.refusal == 0 ? Tone::plain : Tone::bad});
    std::vector<typename A::Event> events;
    if (!history::read_events<A>(record, events)) fail_unreadable(entry->partition, record.offset);
    for (const auto& event : events) left -= change_of(event);
  }
  std::ranges::reverse(story.movements);
}

void add_next(const StreamRef& stream, Story& story) {
  const auto command = [&](std::string words, std::string shows) {
    story.next.push_back({std::move(words), std::move(shows)});
  };
  const auto orders = orders_in(story.records);
  for (std::size_t i = 0; i < std::min(orders.size(), kOrdersNamed); ++i)
    command("story " + orders[i], i == 0 ? "the orders that touched it last" : "");
  const std::string name = cli::printable(stream.name());
  if (stream.head.sequence > story.records.size())
    command(fmt::format("story {} --all", name),
            fmt::format("all {}", counted(static_cast<std::int64_t>(stream.head.sequence), "record",
                                          "records")));
  command(fmt::format("state {} --at TIME", name), "what it was then");
}

}  // namespace

Story tell_stream(const store::LogView& view, const StreamRef& stream, bool all) {
  Story story;
  story.subject = fmt::format("{} {}", name_of(stream.service()), cli::printable(stream.id));
  const std::size_t count = all ? stream.head.sequence : kShown;
  story.records = entries_up_to(view, stream.partition, stream.head.offset, count);
  for_service(
      stream.service(),
      [&]<class A>(Type<A>) {
        const auto folded = fold_to<A>(view, stream, {});
        add_movements<A>(story.records, folded.state, story);
        if (const std::string words = now_words(folded.state); !words.empty())
          story.verdict.push_back(words);
        warn_of_stale_holds(view, folded.state, story);
        return true;
      },
      false);
  const auto before = stream.head.sequence - story.records.size();
  story.facts.push_back(before == 0
                            ? fmt::format("{}, all of them shown",
                                          counted(static_cast<std::int64_t>(stream.head.sequence),
                                                  "record", "records"))
                            : fmt::format("the newest {} of {}", story.records.size(),
                                          counted(static_cast<std::int64_t>(stream.head.sequence),
                                                  "record", "records")));
  add_next(stream, story);
  return story;
}

Story tell_id(const store::LogView& view, const std::string& id, ScanProgress& progress) {
  constexpr std::size_t kMax = 10'000;
  Options options;
  options.id = id;
  Story story;
  story.subject = "id " + cli::printable(id);
  scan(view, selection_of(view, options, {}), progress,
       [&](const store::RecordView& record, const store::Place& place) {
         story.records.push_back(entry_of(record, place));
         return story.records.size() < kMax;
       });
  if (story.records.empty())
    throw Failure(kExitSomeFailed, fmt::format("nothing has the id '{}', and no record carries it",
                                               cli::printable(id)));
  story.began = story.records.front().record.time;
  std::size_t refused = 0;
  for (const Entry& entry : story.records) {
    const store::Record& record = entry.record;
    const Service service = entry.partition.service;
    story.timeline.push_back(
        {record.time, 0, fmt::format("{} {}", name_of(service), cli::printable(record.stream)),
         record_words(service, view_of(entry)), record.refusal == 0 ? Tone::plain : Tone::bad});
    refused += record.refusal != 0;
  }
  story.facts.push_back(fmt::format("began {} UTC", time_text(story.began)));
  story.verdict.push_back(fmt::format(
      "{} {} the id {}; {} refused.",
      counted(static_cast<std::int64_t>(story.records.size()), "record", "records"),
      story.records.size() == 1 ? "carries" : "carry", cli::printable(id),
      refused == 0 ? "none was" : fmt::format("{} {}", refused, refused == 1 ? "was" : "were")));
  return story;
}

}  // namespace souk::replay
