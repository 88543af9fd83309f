// How an order ended, or what it waits for.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "actors/checkout/steps.hpp"
#include "events/upcast.hpp"
#include "tools/replay/checkout_story.hpp"
#include "tools/replay/holds.hpp"
#include "tools/replay/lookup.hpp"
#include "tools/replay/payload_names.hpp"
#include "tools/replay/texts.hpp"
#include "tools/replay/wording.hpp"
#include "tools/shared/printable.hpp"

namespace souk::replay {
namespace {

using checkout::Phase;

constexpr std::size_t kNamed = 3;  // of those that are waited for

// Those of `all` that `picked` picks, by name: "SKU a, SKU b and 3 more".
template <class T, class Name>
std::string listed(const std::vector<T>& all, Name name) {
  std::string text;
  for (std::size_t i = 0; i < std::min(all.size(), kNamed); ++i)
    text += (i == 0 ? "" : ", ") + name(all[i]);
  if (all.size() > kNamed) text += fmt::format(" and {} more", all.size() - kNamed);
  return text;
}

std::string subject_words(const checkout::State& state, StepRef step) {
  const std::string id = cli::printable(checkout::subject_of(state, step));
  switch (static_cast<checkout::Step>(step.step)) {
    case checkout::Step::hold_stock: return "SKU " + id;
    case checkout::Step::hold_coupon: return "coupon " + id;
    case checkout::Step::hold_wallet: return "wallet " + id;
    default: return "order " + id;
  }
}

class Judge {
 public:
  Judge(const store::LogView& view, const StreamRef& checkout, const Gathered& gathered, Time now,
        Story& story)
      : view_(view),
        checkout_(checkout),
        gathered_(gathered),
        state_(gathered.state),
        holds_(holds_in(gathered.entries, checkout.id)),
        now_(now),
        story_(story) {
    for (const Entry& entry : gathered.entries) {
      if (!is_own(entry)) continue;
      last_own_ = &entry;
      if (!is_dead_letter(entry)) last_step_ = &entry;
    }
  }

  void run() {
    switch (state_.phase) {
      case Phase::none: return refused();
      case Phase::confirmed: return confirmed();
      case Phase::cancelled: return cancelled();
      default: return under_way();
    }
  }

 private:
  bool is_own(const Entry& entry) const {
    return entry.partition == checkout_.partition && entry.record.stream == checkout_.id;
  }
  // A record that only says that somebody does not answer.
  static bool is_dead_letter(const Entry& entry) {
    return entry.record.events.size() == 1 &&
           payload_name(Service::checkout, PayloadKind::event, entry.record.events.front().tag) ==
               checkout::DeadLettered::name;
  }
  std::string duration() const { return span_text(last_own_->record.time - story_.began); }

  void refused() {
    story_.tone = Tone::bad;
    story_.outcome = "REFUSED";
    const std::string why =
        last_own_ == nullptr ? "" : refusal_words(Service::checkout, last_own_->record.refusal);
    story_.verdict.push_back(
        fmt::format("It was refused at once: {}. Nothing was held or charged.", why));
  }

  void confirmed() {
    story_.tone = Tone::good;
    story_.outcome = "CONFIRMED in " + duration();
    std::int64_t skus = 0;
    std::int64_t units = 0;
    for (const HoldSeen& hold : holds_)
      if (hold.service == Service::stock) ++skus, units += hold.units;
    story_.verdict.push_back(fmt::format("{}: {}, {}, {}.", story_.outcome,
                                         counted(skus, "SKU", "SKUs"),
                                         counted(units, "unit", "units"), paid_words()));
    say_what_came_later();
    warn_of_open_holds("confirmed");
    warn_unless_paid();
    warn_unless_order_is(order::Status::confirmed, "confirmed");
    warn_of_dead_letters();
  }

  // Refunds and returns that carry the order's id.
  void say_what_came_later() {
    for (const Entry& entry : gathered_.entries) {
      const Service service = entry.partition.service;
      const store::RecordView record = view_of(entry);
      const bool by_client = record.refusal == 0 && !record.command_id.empty() &&
                             parse_step_id(record.command_id).saga.empty() && !is_own(entry);
      if (by_client)
        story_.verdict.push_back(fmt::format(
            "Later, at {}, {} {}: {}.", time_text(record.time, story_.began), name_of(service),
            cli::printable(record.stream), record_words(service, record, checkout_.id)));
    }
  }

  std::string paid_words() const {
    const order::Totals& totals = state_.totals;
    std::string text =
        totals.total_minor == 0
            ? "nothing to pay"
            : fmt::format("{} from wallet {}", money_text({totals.total_minor, totals.currency}),
                          cli::printable(state_.customer_id.str()));
    if (totals.discount_minor != 0)
      text += fmt::format(" ({} less {} by coupon {})",
                          money_text({totals.subtotal_minor, totals.currency}),
                          money_text({totals.discount_minor, totals.currency}),
                          cli::printable(state_.coupon_id.str()));
    return text;
  }

  void cancelled() {
    story_.tone = Tone::bad;
    story_.outcome = "CANCELLED after " + duration();
    story_.verdict.push_back(fmt::format("{}.", story_.outcome));
    story_.verdict.push_back(reason_sentence(view_, gathered_));
    const bool any = std::ranges::any_of(holds_, &HoldSeen::held);
    const bool all_back = std::ranges::none_of(holds_, &HoldSeen::open);
    if (!any) story_.verdict.emplace_back("Nothing had been held.");
    if (any && all_back)
      story_.verdict.emplace_back("Everything that had been held was given back.");
    warn_of_open_holds("cancelled");
    warn_of_settled();
    warn_unless_order_is(order::Status::cancelled, "cancelled");
    warn_of_dead_letters();
  }

  // --- what does not fit ------------------------------------------------------------------------

  void warn_of_open_holds(std::string_view what) {
    std::vector<HoldSeen> open;
    std::ranges::copy_if(holds_, std::back_inserter(open), &HoldSeen::open);
    if (open.empty()) return;
    story_.warnings.push_back(fmt::format(
        "Still held for it, although it is {}: {}. `souk-replay verify` says what else is wrong.",
        what, listed(open, hold_words)));
  }

  void warn_of_settled() {
    std::vector<HoldSeen> settled;
    std::ranges::copy_if(holds_, std::back_inserter(settled), &HoldSeen::settled);
    if (!settled.empty())
      story_.warnings.push_back(fmt::format("Settled, although the order is cancelled: {}.",
                                            listed(settled, hold_words)));
  }

  void warn_unless_paid() {
    const Money total{state_.totals.total_minor, state_.totals.currency};
    if (total.minor == 0) return;
    const auto paid = std::ranges::find(holds_, Service::wallet, &HoldSeen::service);
    if (paid == holds_.end() || paid->amount != total)
      story_.warnings.push_back(
          fmt::format("The order's total is {}, but the wallet held {}.", money_text(total),
                      paid == holds_.end() ? std::string("nothing") : money_text(paid->amount)));
  }

  // The order itself must say the same as its checkout.
  void warn_unless_order_is(order::Status expected, std::string_view word) {
    order::State order;
    for (const Entry& entry : gathered_.entries) {
      if (entry.partition.service != Service::order || entry.record.stream != checkout_.id)
        continue;
      std::vector<order::Event> events;
      for (const store::Payload& stored : entry.record.events)
        if (!codec::read_event(stored.tag, stored.bytes, events)) return;
      for (const order::Event& event : events) order = Order::evolve(std::move(order), event);
    }
    // An order that was refused before it was placed has no record of its own.
    if (order.status == expected ||
        (order.status == order::Status::unknown && expected == order::Status::cancelled))
      return;
    story_.warnings.push_back(
        fmt::format("The checkout ended as {}, but the order does not say so.", word));
  }

  void warn_of_dead_letters() {
    if (state_.dead_letters.empty()) return;
    story_.warnings.push_back(fmt::format(
        "Dead letters: {} refused what cannot be refused. Look at their records.",
        listed(state_.dead_letters, [&](StepRef step) { return subject_words(state_, step); })));
  }

  // --- what is not over -------------------------------------------------------------------------

  // The steps in flight that nobody has answered, as far as the log says.
  std::vector<StepRef> unanswered() const {
    std::set<std::pair<std::string, std::uint8_t>> answered;
    for (const Entry& entry : gathered_.entries)
      answered.emplace(entry.record.command_id, entry.record.intent);
    const Intent intent = state_.phase == Phase::settling  ? Intent::settle
                          : state_.phase == Phase::undoing ? Intent::undo
                                                           : Intent::attempt;
    std::vector<StepRef> steps = checkout::steps_in_flight(state_);
    std::erase_if(steps, [&](const StepRef& step) {
      return answered.contains(
          {fmt::format("checkout:{}/{}/{}", checkout_.id, step.step, step.index),
           static_cast<std::uint8_t>(intent)});
    });
    return steps;
  }

  std::string doing() const {
    switch (state_.phase) {
      case Phase::reserving: return "to hold what was ordered";
      case Phase::paying: return "to hold the money";
      case Phase::confirming: return "to confirm the order";
      case Phase::settling: return "to settle: the order is confirmed";
      default: return "to give back what was held";
    }
  }

  void under_way() {
    story_.tone = Tone::waiting;
    story_.outcome = "STILL UNDER WAY";
    const Time since = last_step_->record.time;
    const auto waits_for = unanswered();
    const std::string whom =
        waits_for.empty()
            ? "nobody: all have answered, and it has not gone on yet"
            : fmt::format(
                  "{} {}",
                  listed(waits_for, [&](StepRef step) { return subject_words(state_, step); }),
                  doing());
    story_.verdict.push_back(fmt::format("{} since {} ({} ago): it waits for {}.", story_.outcome,
                                         time_text(since, story_.began), span_text(now_ - since),
                                         whom));
    if (state_.phase == Phase::undoing)
      story_.verdict.push_back("It is turning back. " + reason_sentence(view_, gathered_));
    say_what_comes();
  }

  void say_what_comes() {
    const auto deadline = Checkout::deadline(state_);
    if (deadline && *deadline > now_)
      story_.verdict.push_back(fmt::format("Unless that is answered it turns back at {}, in {}.",
                                           time_text(*deadline, story_.began),
                                           span_text(*deadline - now_)));
    else if (deadline)
      story_.verdict.push_back(
          fmt::format("Its deadline was {}: it turns back as soon as its node runs.",
                      time_text(*deadline, story_.began)));
    else if (state_.phase == Phase::settling || state_.phase == Phase::confirming)
      story_.verdict.emplace_back("It does not turn back any more; it asks until it is answered.");
    if (!state_.dead_letters.empty())
      story_.warnings.push_back(fmt::format(
          "{} did not answer for long and is asked on, slowly: see the node's log for "
          "a partition that has stopped.",
          listed(state_.dead_letters, [&](StepRef step) { return subject_words(state_, step); })));
    if (now_ - last_own_->record.time > seconds(60))
      story_.verdict.emplace_back(
          "A node goes on with it by itself when it starts; if it runs, its log says what is "
          "wrong.");
  }

  const store::LogView& view_;
  const StreamRef& checkout_;
  const Gathered& gathered_;
  const checkout::State& state_;
  std::vector<HoldSeen> holds_;
  Time now_;
  Story& story_;
  const Entry* last_own_ = nullptr;
  const Entry* last_step_ = nullptr;  // of its own, by which it went on
};

}  // namespace

void judge_checkout(const store::LogView& view, const StreamRef& checkout, const Gathered& gathered,
                    Time now, Story& story) {
  Judge(view, checkout, gathered, now, story).run();
}

}  // namespace souk::replay
