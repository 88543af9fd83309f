// Campaigns, and their sagas: a campaign has one while coupons are undelivered.
#include <variant>

#include "actors/model/decision.hpp"
#include "actors/read_models/fit.hpp"
#include "actors/read_models/project.hpp"
#include "actors/read_models/terms_text.hpp"

namespace souk::read_models {
namespace {

void opened(const RecordInfo& record, const campaign::Opened& event, Tables& tables) {
  CampaignRow row;
  row.campaign_id = record.stream;
  row.quantity = event.quantity;
  row.discount = discount_text(event.terms.discount);
  row.valid_from = event.terms.valid_from;
  row.valid_until = event.terms.valid_until;
  row.opened_at = row.updated_at = record.time;
  begin(record, tables, std::move(row), "opened, but it is there already");
}

std::int64_t undelivered(const CampaignRow& row) { return row.issued - row.delivered - row.failed; }

// Makes, changes or erases the saga's row. `since` is when it last came forward.
void follow_saga(const RecordInfo& record, const CampaignRow& campaign, bool came_forward,
                 Tables& tables) {
  Table<SagaRow>& sagas = tables.of<SagaRow>();
  if (undelivered(campaign) == 0) return sagas.erase({kCampaignSaga, record.stream});
  SagaRow& saga = sagas.find_or_insert({kCampaignSaga, record.stream}, [&] {
    SagaRow fresh;
    fresh.saga = kCampaignSaga;
    fresh.saga_id = record.stream;
    fresh.state = "DELIVERING";
    fresh.step = "grant";
    fresh.started_at = fresh.since = record.time;
    return fresh;
  });
  saga.waits_for = std::to_string(undelivered(campaign));
  saga.waits_for += undelivered(campaign) == 1 ? " coupon" : " coupons";
  if (came_forward) saga.since = record.time;
}

void issued(const RecordInfo& record, const campaign::Issued& event, Tables& tables) {
  auto& row = existing<CampaignRow>(record, tables, "a coupon issued, but it was never opened");
  expect(event.ordinal == row.issued + 1, record, "the coupons' numbers have a gap");
  expect(event.ordinal <= row.quantity, record, "more coupons issued than there are");
  row.issued = event.ordinal;
  row.updated_at = record.time;
  follow_saga(record, row, false, tables);
}

void delivered(const RecordInfo& record, const campaign::Delivered& event, Tables& tables) {
  auto& row = existing<CampaignRow>(record, tables, "a coupon delivered, but it was never opened");
  expect(undelivered(row) > 0, record, "more coupons delivered than issued");
  add(event.granted ? row.delivered : row.failed, 1, record);
  row.updated_at = record.time;
  follow_saga(record, row, true, tables);
}

}  // namespace

void project(const RecordInfo& record, const campaign::Event& event, Tables& tables) {
  std::visit(Overload{[&](const campaign::Opened& e) { opened(record, e, tables); },
                      [&](const campaign::Issued& e) { issued(record, e, tables); },
                      [&](const campaign::Delivered& e) { delivered(record, e, tables); }},
             event);
}

}  // namespace souk::read_models
