#include "actors/read_models/parties.hpp"

#include <algorithm>

#include "actors/checkout/steps.hpp"

namespace souk::read_models {
namespace {

using checkout::Phase;
using checkout::Step;
using checkout::StepRow;

constexpr std::string_view kComma = ", ";

std::string_view word_of(Step step) {
  switch (step) {
    case Step::place_order:
    case Step::confirm_order: return "order";
    case Step::hold_stock: return "stock";
    case Step::hold_coupon: return "coupon";
    case Step::hold_wallet: return "wallet";
  }
  return "unknown";
}

// The row of the first step that asks this party: its undo is that step's.
const StepRow& row_of_party(std::string_view party) {
  const std::string_view word = party.substr(0, party.find(' '));
  return *std::ranges::find_if(checkout::kSteps,
                               [&](const StepRow& row) { return word_of(row.step) == word; });
}

// A list for people, as it is written.
class SomeText {
 public:
  void add(std::string_view word, std::string_view id = {}) {
    if (++count_ > kShownMax) return;
    if (count_ > 1) text_ += kComma;
    text_ += word;
    if (!id.empty()) text_.append(1, ' ').append(id);
  }
  std::string take() {
    if (count_ > kShownMax)
      text_.append(" and ").append(std::to_string(count_ - kShownMax)).append(" more");
    return std::move(text_);
  }

 private:
  static constexpr std::size_t kShownMax = 8;
  std::string text_;
  std::size_t count_ = 0;
};

template <class F>
void for_each_part(std::string_view list, F&& f) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(kComma), list.size());
    f(list.substr(0, end));
    list.remove_prefix(std::min(end + kComma.size(), list.size()));
  }
}

// Calls `f(id)` for whom each step of one of the table's rows asks: one, none, or one a SKU.
template <class F>
void for_each_asked(Step step, const SagaRow& row, F&& f) {
  switch (step) {
    case Step::place_order:
    case Step::confirm_order: return f(std::string_view(row.saga_id));
    case Step::hold_stock: return for_each_part(row.skus, f);
    case Step::hold_coupon:
      if (!row.coupon_id.empty()) f(std::string_view(row.coupon_id));
      return;
    case Step::hold_wallet:
      if (row.total_minor != 0) f(std::string_view(row.customer_id));
      return;
  }
}

void add_name(std::string& names, std::string_view prefix, std::string_view name) {
  names += names.empty() ? prefix : kComma;
  names += name;
}

}  // namespace

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  for_each_part(text, [&](std::string_view part) { parts.emplace_back(part); });
  return parts;
}

std::string join_list(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) add_name(text, "", part);
  return text;
}

std::string join_some(const std::vector<std::string>& parts) {
  SomeText text;
  for (const std::string& part : parts) text.add(part);
  return text.take();
}

bool parties_of(const std::vector<StepRef>& steps, const SagaRow& row,
                std::vector<std::string>& parties) {
  for (const StepRef& ref : steps) {
    if (ref.step >= checkout::kSteps.size()) return false;
    const auto step = static_cast<Step>(ref.step);
    const std::size_t before = parties.size();
    std::uint32_t index = 0;
    for_each_asked(step, row, [&](std::string_view id) {
      if (index++ == ref.index) parties.emplace_back(word_of(step)).append(1, ' ').append(id);
    });
    if (parties.size() == before) return false;
  }
  return true;
}

Doing doing_in(Phase phase, const SagaRow& row) {
  const bool settling = phase == Phase::settling;
  std::string names;
  SomeText parties;
  for (const StepRow& step : checkout::kSteps) {
    if (settling ? !step.settled : step.attempted_in != phase) continue;
    bool asks = false;
    for_each_asked(step.step, row, [&](std::string_view id) {
      parties.add(word_of(step.step), id);
      asks = true;
    });
    if (asks) add_name(names, settling ? "settle " : "", step.name);
  }
  return {std::move(names), parties.take()};
}

Doing undoing(const std::vector<std::string>& to_undo) {
  std::string names;
  SomeText parties;
  for (const StepRow& step : checkout::kSteps) {
    bool asks = false;
    for (const std::string& party : to_undo) {
      if (row_of_party(party).step != step.step) continue;
      parties.add(party);
      asks = true;
    }
    if (asks) add_name(names, "undo ", step.name);
  }
  return {std::move(names), parties.take()};
}

}  // namespace souk::read_models
