#include "tools/replay/checkout_story.hpp"

#include <fmt/format.h>

#include "tools/replay/texts.hpp"
#include "tools/shared/printable.hpp"

namespace souk::replay {
namespace {

std::string began_text(const Story& story, const checkout::State& state) {
  std::string text = fmt::format("began {} UTC", time_text(story.began));
  if (state.ordered_at.is_set())
    text += fmt::format("; ordered {}", time_text(state.ordered_at).substr(0, 19));
  if (!state.coupon_id.empty())
    text += fmt::format("; coupon {}", cli::printable(state.coupon_id.str()));
  return text;
}

std::vector<Hint> what_next(const StreamRef& checkout, const checkout::State& state,
                            const std::vector<Entry>& entries) {
  std::vector<Hint> next;
  if (!state.customer_id.empty())
    next.push_back(
        {"story wallet/" + cli::printable(state.customer_id.str()), "the wallet's own story"});
  if (!entries.empty())
    next.push_back(
        {fmt::format("events --correlation {} --format table", cli::printable(checkout.id)),
         "all ids and offsets"});
  return next;
}

}  // namespace

Story tell_checkout(const store::LogView& view, const StreamRef& checkout, Gathered gathered,
                    Time now, bool all) {
  const checkout::State& state = gathered.state;
  Story story;
  story.subject = "order " + cli::printable(checkout.id);
  if (!state.customer_id.empty())
    story.subject += " of customer " + cli::printable(state.customer_id.str());
  if (!gathered.entries.empty()) story.began = gathered.entries.front().record.time;
  story.facts.push_back(began_text(story, state));
  story.timeline = checkout_lines(checkout, gathered, all);
  judge_checkout(view, checkout, gathered, now, story);
  story.next = what_next(checkout, state, gathered.entries);
  story.records = std::move(gathered.entries);
  return story;
}

}  // namespace souk::replay
