#include "actors/read_models/parties.hpp"

#include <algorithm>

#include "actors/checkout/steps.hpp"

namespace souk::read_models {
namespace {

using checkout::Phase;
using checkout::Step;
using checkout::StepRow;

constexpr std::size_t kShownMax = 8;

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

std::string party(Step step, std::string_view id) {
  std::string text(word_of(step));
  return text.append(" ").append(id);
}

// Whom all steps of one of the table's rows ask: one party, none, or one a SKU.
void add_parties(Step step, const SagaRow& row, std::vector<std::string>& parties) {
  switch (step) {
    case Step::place_order:
    case Step::confirm_order: parties.push_back(party(step, row.saga_id)); return;
    case Step::hold_stock:
      for (const std::string& sku : split_list(row.skus)) parties.push_back(party(step, sku));
      return;
    case Step::hold_coupon:
      if (!row.coupon_id.empty()) parties.push_back(party(step, row.coupon_id));
      return;
    case Step::hold_wallet:
      if (row.total_minor != 0) parties.push_back(party(step, row.customer_id));
      return;
  }
}

void add_name(std::string& names, std::string_view prefix, std::string_view name) {
  names += names.empty() ? prefix : ", ";
  names += name;
}

}  // namespace

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(", "), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 2, text.size()));
  }
  return parts;
}

std::string join_list(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) add_name(text, "", part);
  return text;
}

std::string join_some(const std::vector<std::string>& parts) {
  if (parts.size() <= kShownMax) return join_list(parts);
  const std::vector<std::string> shown(parts.begin(), parts.begin() + kShownMax);
  return join_list(shown) + " and " + std::to_string(parts.size() - kShownMax) + " more";
}

bool parties_of(const std::vector<StepRef>& steps, const SagaRow& row,
                std::vector<std::string>& parties) {
  for (const StepRef& step : steps) {
    if (step.step >= checkout::kSteps.size()) return false;
    std::vector<std::string> all;
    add_parties(static_cast<Step>(step.step), row, all);
    if (step.index >= all.size()) return false;
    parties.push_back(std::move(all[step.index]));
  }
  return true;
}

Doing doing_in(Phase phase, const SagaRow& row) {
  const bool settling = phase == Phase::settling;
  Doing doing;
  for (const StepRow& step : checkout::kSteps) {
    if (settling ? !step.settled : step.attempted_in != phase) continue;
    const std::size_t before = doing.parties.size();
    add_parties(step.step, row, doing.parties);
    if (doing.parties.size() > before) add_name(doing.step, settling ? "settle " : "", step.name);
  }
  return doing;
}

std::uint8_t undo_wave(const std::vector<std::string>& to_undo) {
  std::uint8_t lowest = UINT8_MAX;
  for (const std::string& party : to_undo) lowest = std::min(lowest, row_of_party(party).undo_wave);
  return lowest;
}

Doing undoing(const std::vector<std::string>& to_undo) {
  const std::uint8_t wave = undo_wave(to_undo);
  Doing doing;
  for (const StepRow& step : checkout::kSteps) {
    if (step.undo_wave != wave) continue;
    const std::size_t before = doing.parties.size();
    std::ranges::copy_if(to_undo, std::back_inserter(doing.parties), [&](const std::string& party) {
      return row_of_party(party).step == step.step;
    });
    if (doing.parties.size() > before) add_name(doing.step, "undo ", step.name);
  }
  return doing;
}

}  // namespace souk::read_models
