// Checkouts that are under way. (A campaign's saga is in campaigns.cpp.)
#include <algorithm>
#include <variant>

#include "actors/checkout/basket.hpp"
#include "actors/model/decision.hpp"
#include "actors/read_models/fit.hpp"
#include "actors/read_models/parties.hpp"
#include "actors/read_models/project.hpp"

namespace souk::read_models {
namespace {

using checkout::Phase;

std::string_view word_of(Phase phase) {
  switch (phase) {
    case Phase::reserving: return "RESERVING";
    case Phase::paying: return "PAYING";
    case Phase::confirming: return "CONFIRMING";
    case Phase::settling: return "SETTLING";
    case Phase::undoing: return "UNDOING";
    case Phase::none:
    case Phase::confirmed:
    case Phase::cancelled: break;
  }
  return "ENDED";
}

void show(Doing doing, SagaRow& row) {
  row.step = std::move(doing.step);
  row.waits_for = std::move(doing.parties);
}

// As the saga itself does, a new phase begins without dead letters: what was asked before has been
// answered, or will be undone.
void enter(const RecordInfo& record, Phase phase, SagaRow& row) {
  row.state = word_of(phase);
  row.dead_letters = row.tries = 0;
  row.unanswered.clear();
  if (phase != Phase::reserving && phase != Phase::paying) row.deadline = {};
  row.since = record.time;
  show(phase == Phase::undoing ? undoing(split_list(row.to_undo)) : doing_in(phase, row), row);
}

void started(const RecordInfo& record, const checkout::Started& event, Tables& tables) {
  const auto basket = checkout::basket_of(event.lines);
  expect(basket.has_value(), record, "started with more units than there can be");
  SagaRow row;
  row.saga = kCheckoutSaga;
  row.saga_id = record.stream;
  row.customer_id = event.customer_id.str();
  row.coupon_id = event.coupon_id.str();
  for (const auto& item : basket->items) {
    if (!row.skus.empty()) row.skus += ", ";
    row.skus += item.sku->str();
  }
  row.started_at = record.time;
  row.deadline = event.deadline;
  enter(record, Phase::reserving, row);
  if (stored_before(record) == Stored::maybe)
    expect(tables.of<SagaRow>().look({kCheckoutSaga, record.stream}) == nullptr, record,
           "started, but it is under way already");
  tables.of<SagaRow>().insert(std::move(row));
}

void reserved(const RecordInfo& record, const checkout::Reserved& event, SagaRow& row) {
  row.currency = event.totals.currency.code();
  row.total_minor = event.totals.total_minor;
  enter(record, Phase::paying, row);
}

std::string parties_text(const RecordInfo& record, const std::vector<StepRef>& steps,
                         const SagaRow& row, std::vector<std::string>& parties) {
  expect(parties_of(steps, row, parties), record, "names a step that its order does not have");
  return join_some(parties);
}

void turned_back(const RecordInfo& record, const checkout::TurnedBack& event, SagaRow& row) {
  std::vector<std::string> parties;
  parties_text(record, event.undo, row, parties);
  row.to_undo = join_list(parties);
  row.last_error = event.reason.code;
  if (!event.reason.subject.empty()) row.last_error += ": " + event.reason.subject;
  enter(record, Phase::undoing, row);
}

// Removes `gone` from a list's text; true if that changed it.
bool remove(std::string& list, const std::vector<std::string>& gone) {
  std::vector<std::string> parts = split_list(list);
  const auto erased = std::erase_if(
      parts, [&](const std::string& part) { return std::ranges::find(gone, part) != gone.end(); });
  if (erased != 0) list = join_list(parts);
  return erased != 0;
}

void count_dead_letters(SagaRow& row) {
  row.dead_letters = static_cast<std::int64_t>(split_list(row.unanswered).size());
}

void undone(const RecordInfo& record, const checkout::Undone& event, SagaRow& row) {
  std::vector<std::string> parties;
  parties_text(record, event.steps, row, parties);
  remove(row.to_undo, parties);
  if (remove(row.unanswered, parties)) count_dead_letters(row);
  show(undoing(split_list(row.to_undo)), row);
}

// Once is for a step that was answered with a refusal, although it cannot be refused.
void dead_lettered(const RecordInfo& record, const checkout::DeadLettered& event, SagaRow& row) {
  std::vector<std::string> parties;
  const std::string who = parties_text(record, event.steps, row, parties);
  row.last_error = event.tries == 1
                       ? "refused, though it cannot be, by " + who
                       : "no answer after " + std::to_string(event.tries) + " tries from " + who;
  std::vector<std::string> unanswered = split_list(row.unanswered);
  for (std::string& party : parties)
    if (std::ranges::find(unanswered, party) == unanswered.end())
      unanswered.push_back(std::move(party));
  row.unanswered = join_list(unanswered);
  row.tries = event.tries;
  count_dead_letters(row);
}

void change(const RecordInfo& record, const checkout::Event& event, SagaRow& row) {
  std::visit(Overload{
                 [&](const checkout::Reserved& e) { reserved(record, e, row); },
                 [&](const checkout::Paid&) { enter(record, Phase::confirming, row); },
                 [&](const checkout::Confirmed&) { enter(record, Phase::settling, row); },
                 [&](const checkout::TurnedBack& e) { turned_back(record, e, row); },
                 [&](const checkout::Undone& e) { undone(record, e, row); },
                 [&](const checkout::DeadLettered& e) { dead_lettered(record, e, row); },
                 [](const checkout::Started&) {},  // made the row
                 [](const checkout::Ended&) {},    // erases it
             },
             event);
}

}  // namespace

void project(const RecordInfo& record, const checkout::Event& event, Tables& tables) {
  if (const auto* first = std::get_if<checkout::Started>(&event))
    return started(record, *first, tables);
  Table<SagaRow>& sagas = tables.of<SagaRow>();
  SagaRow* row = sagas.find({kCheckoutSaga, record.stream});
  // A saga that ended with a refused settlement says so after its end.
  if (row == nullptr && std::holds_alternative<checkout::DeadLettered>(event)) return;
  expect(row != nullptr, record, "came forward, but is not under way");
  if (std::holds_alternative<checkout::Ended>(event))
    return sagas.erase({kCheckoutSaga, record.stream});
  change(record, event, *row);
}

}  // namespace souk::read_models
