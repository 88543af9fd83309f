// The projections: what each event changes in the tables. Pure: they see the record, the event and
// the transaction, and no clock, disk or network.
//
// The records of one stream come in their order, each once. Records of different streams may come
// in any order to each other, so a row is either written by one stream's events alone, or by
// additions, which commute: that is why a rebuild gives the same rows as having run live.
#pragma once

#include <cstdint>
#include <string_view>

#include "actors/read_models/tables.hpp"
#include "events/campaign.hpp"
#include "events/checkout.hpp"
#include "events/coupon.hpp"
#include "events/order.hpp"
#include "events/service.hpp"
#include "events/stock.hpp"
#include "events/wallet.hpp"

namespace souk::read_models {

// What projections see of a record besides its events.
struct RecordInfo {
  PartitionId partition;
  std::uint64_t offset = 0;
  std::string_view stream;     // the aggregate's id
  std::uint64_t sequence = 0;  // within the stream; 1 is its first record
  Time time;
  std::string_view correlation_id;
};

// Grows with every change of what these functions write, or of the tables: a file of another
// version is built anew. stored: only ever grows
inline constexpr std::int64_t kReadModelsVersion = 2;

// Each throws Unprojectable if the event does not fit to the rows, and has then changed nothing
// that matters: the caller discards the transaction.
void project(const RecordInfo& record, const order::Event& event, Tables& tables);
void project(const RecordInfo& record, const stock::Event& event, Tables& tables);
void project(const RecordInfo& record, const wallet::Event& event, Tables& tables);
void project(const RecordInfo& record, const coupon::Event& event, Tables& tables);
void project(const RecordInfo& record, const campaign::Event& event, Tables& tables);
void project(const RecordInfo& record, const checkout::Event& event, Tables& tables);

}  // namespace souk::read_models
