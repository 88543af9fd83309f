// A story told to the projections: what happened, then what the rows say.
//
//   Story story;
//   story.happened("bob", wallet::Charged{ChargeId("c1"), gbp(500)});
//   EXPECT_EQ(story.row<WalletRow>({"bob"}).balance_minor, 500);
//   EXPECT_EQ(story.unfit("bob", held(600)), "wallet bob: the balance ... would be negative");
//
// Every record is committed and forgotten before the next one, so that rows come from the database.
#pragma once

#include <map>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/memory_models.hpp"
#include "tests/support/values.hpp"

namespace souk::test {

class Story {
 public:
  // One record with one event, a second after the one before.
  template <class Event>
  Story& happened(const std::string& stream, Event event) {
    models_.apply(next(stream, std::move(event)));
    models_.commit();
    models_.discard();
    return *this;
  }

  // The sentence with which a record is not taken; "" if it is. Nothing of it is kept.
  template <class Event>
  std::string unfit(const std::string& stream, Event event) {
    std::string sentence;
    try {
      models_.apply(next(stream, std::move(event)));
    } catch (const read_models::Unprojectable& error) {
      sentence = error.what();
    }
    models_.discard();
    return sentence;
  }

  // A record of a refusal: it counts in the stream, and changes nothing.
  void refused(Service service, const std::string& stream) { ++sequences_[{service, stream}]; }

  // A row that must be there.
  template <class Row>
  Row row(const KeyOf<Row>& key) {
    auto row = models_.row<Row>(key);
    EXPECT_TRUE(row) << "no such row in " << Row::kTable.name;
    return row.value_or(Row{});
  }
  template <class Row>
  std::vector<Row> rows() {
    return models_.rows<Row>();
  }

  Time now() const { return now_; }  // of the last record
  void wait(Duration time) { now_ = now_ + time; }

 private:
  // The service whose variant has this event.
  template <class Event>
  static constexpr Service service_of() {
    if (std::is_constructible_v<order::Event, Event>) return Service::order;
    if (std::is_constructible_v<stock::Event, Event>) return Service::stock;
    if (std::is_constructible_v<wallet::Event, Event>) return Service::wallet;
    if (std::is_constructible_v<coupon::Event, Event>) return Service::coupon;
    if (std::is_constructible_v<campaign::Event, Event>) return Service::campaign;
    return Service::checkout;
  }
  template <class Event, class... Variants>
  static HistoryRecord::Events events_of(Event event, std::variant<std::vector<Variants>...>*) {
    HistoryRecord::Events events;
    const auto take = [&]<class Variant>(std::vector<Variant>*) {
      if constexpr (std::is_constructible_v<Variant, Event>)
        events = std::vector<Variant>{Variant(event)};
    };
    (take(static_cast<std::vector<Variants>*>(nullptr)), ...);
    return events;
  }

  template <class Event>
  HistoryRecord next(const std::string& stream, Event event) {
    now_ = now_ + seconds(1);
    constexpr Service service = service_of<Event>();
    return {.partition = {service, 0},
            .stream = stream,
            .sequence = ++sequences_[{service, stream}],
            .time = now_,
            .correlation_id = "request-of-" + stream,
            .events = events_of(std::move(event), static_cast<HistoryRecord::Events*>(nullptr))};
  }

  MemoryModels models_;
  Time now_ = kNow;
  std::map<std::pair<Service, std::string>, std::uint64_t> sequences_;
};

}  // namespace souk::test
