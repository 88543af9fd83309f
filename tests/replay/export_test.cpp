// Exports: what is in them, and in which order.
#include <set>

#include <nlohmann/json.hpp>

#include "events/rfc3339.hpp"
#include "store/log_walk.hpp"
#include "tests/replay/exchange_support.hpp"
#include "tools/replay/export_frame.hpp"
#include "tools/replay/record_json.hpp"

namespace souk::replay {
namespace {

using nlohmann::json;

// The lines that the timeline gives, of those records that a test wants.
std::vector<std::string> expected_lines(
    const store::LogView& view,
    const std::function<bool(const store::RecordView&, const store::Place&)>& wants) {
  std::vector<std::string> lines;
  store::Timeline timeline(view, store::partitions_of(view.identity()));
  store::RecordView record;
  store::Place place;
  for (auto more = timeline.next(record, place); more.ok() && *more;
       more = timeline.next(record, place))
    if (wants(record, place)) append_record_json(record, place, lines.emplace_back());
  return lines;
}

std::vector<std::string> record_lines(const std::string& text) {
  auto lines = lines_of(text);
  EXPECT_GE(lines.size(), 2u);
  return {lines.begin() + 1, lines.end() - 1};
}

TEST(Export, HasEveryRecordInTheOrderOfTheTimeline) {
  const auto view = memory_shop(1, 2'000).view();
  const std::string text = export_text(*view);
  EXPECT_TRUE(record_lines(text) == expected_lines(*view, [](auto&, auto&) { return true; }));
}

TEST(Export, BeginsWithAHeaderAndEndsWithAnEnd) {
  const auto view = memory_shop(1, 300).view();
  const auto lines = lines_of(export_text(*view));
  EXPECT_EQ(lines.front(),
            R"({"format":"souk-log","version":1,"souk":")" SOUK_VERSION
            R"(","cluster_id":"shop","partitions":{"order":3,"stock":2,"wallet":2,"coupon":2,)"
            R"("campaign":1,"checkout":3}})");
  const json end = json::parse(lines.back()).at("end");
  EXPECT_EQ(end.at("records"), lines.size() - 2);
  EXPECT_EQ(end.at("partitions").at("campaign/0"), *view->last({Service::campaign, 0}));
}

TEST(Export, OfAnEmptyLogHasNoRecords) {
  MemoryLog log;
  ASSERT_TRUE(
      store::Log::open(std::make_unique<store::MemoryKv>(log.disk), test::shop_identity()).ok());
  const auto lines = lines_of(export_text(*log.view()));
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[1], R"({"end":{"records":0,"partitions":{}}})");
}

TEST(Export, IsTheSameWithSeveralThreads) {
  const auto view = memory_shop(2, 2'000).view();
  const std::string alone = export_text(*view);
  ExportOptions options;
  options.piece_bytes = 5'000;
  EXPECT_TRUE(export_text(*view, options) == alone);
  options.threads = 4;
  EXPECT_TRUE(export_text(*view, options) == alone);
}

// --- filters ---------------------------------------------------------------------------------

struct Case {
  std::string name;
  Filter filter;
  std::function<bool(const store::RecordView&, const store::Place&)> wants;
};

std::vector<Case> cases(const store::LogView& view) {
  // Some record in the middle, to ask about.
  const auto all = expected_lines(view, [](auto&, auto&) { return true; });
  const json some = json::parse(all.at(all.size() / 2));
  const Time time = *parse_iso(some.at("time").get<std::string>());
  const auto of = [](auto set) {
    Filter filter;
    set(filter);
    return filter;
  };
  const auto tag_in = [](const store::RecordView& record, std::set<std::uint16_t> tags) {
    return std::ranges::any_of(record.events, [&](auto& e) { return tags.contains(e.tag); });
  };
  return {
      {"service", of([](Filter& f) { f.services = {Service::wallet}; }),
       [](auto&, auto& place) { return place.partition.service == Service::wallet; }},
      {"partition", of([](Filter& f) {
         f.partitions = {{Service::stock, 1}};
       }),
       [](auto&, auto& place) {
         return place.partition == PartitionId{Service::stock, 1};
       }},
      {"stream", of([](Filter& f) {
         f.streams = {"sku-1", "customer-2"};
       }),
       [](auto& record, auto&) {
         return record.stream == "sku-1" || record.stream == "customer-2";
       }},
      {"event", of([](Filter& f) { f.events = {"stock.held"}; }),
       [=](auto& record, auto& place) {
         return place.partition.service == Service::stock && tag_in(record, {4});
       }},
      {"event of any service", of([](Filter& f) {
         f.events = {"settled", "stock.released"};
       }),
       [=](auto& record, auto& place) {
         for (const auto& event : record.events) {
           const auto name = payload_name(place.partition.service, PayloadKind::event, event.tag);
           if (name == "settled" ||
               (name == "released" && place.partition.service == Service::stock))
             return true;
         }
         return false;
       }},
      {"command", of([](Filter& f) { f.commands = {"advance"}; }),
       [](auto& record, auto& place) {
         return payload_name(place.partition.service, PayloadKind::command, record.command->tag) ==
                "advance";
       }},
      {"refused", of([](Filter& f) { f.refused = true; }),
       [](auto& record, auto&) { return record.refusal != 0; }},
      {"correlation", of([](Filter& f) { f.correlation_id = "order-3"; }),
       [](auto& record, auto&) { return record.correlation_id == "order-3"; }},
      {"causation", of([](Filter& f) { f.causation_id = "order-3"; }),
       [](auto& record, auto&) { return record.causation_id == "order-3"; }},
      {"command id", of([](Filter& f) { f.command_id = "checkout:order-3/1/0"; }),
       [](auto& record, auto&) { return record.command_id == "checkout:order-3/1/0"; }},
      {"id", of([](Filter& f) { f.id = "order-3"; }),
       [](auto& record, auto&) {
         return record.stream == "order-3" || record.correlation_id == "order-3" ||
                record.causation_id == "order-3" || record.command_id == "order-3";
       }},
      {"trace id", of([](Filter& f) { f.trace = "0af7651916cd43dd8448eb211c80319c"; }),
       [](auto& record, auto&) { return !record.trace.empty(); }},
      {"since", of([&](Filter& f) { f.since = time; }),
       [=](auto& record, auto&) { return record.time >= time; }},
      {"until", of([&](Filter& f) { f.until = time; }),
       [=](auto& record, auto&) { return record.time < time; }},
      {"between", of([&](Filter& f) {
         f.since = time - seconds(100);
         f.until = time + seconds(100);
       }),
       [=](auto& record, auto&) {
         return record.time >= time - seconds(100) && record.time < time + seconds(100);
       }},
      {"offsets", of([](Filter& f) {
         f.from = 7;
         f.to = 20;
       }),
       [](auto& record, auto&) { return record.offset >= 7 && record.offset <= 20; }},
      {"several", of([](Filter& f) {
         f.services = {Service::stock, Service::coupon};
         f.commands = {"hold"};
         f.refused = true;
       }),
       [](auto& record, auto& place) {
         return (place.partition.service == Service::stock ||
                 place.partition.service == Service::coupon) &&
                record.refusal != 0 &&
                payload_name(place.partition.service, PayloadKind::command, record.command->tag) ==
                    "hold";
       }},
  };
}

TEST(Export, HasWhatTheFilterWants) {
  const auto view = memory_shop(3, 3'000).view();
  for (const Case& one : cases(*view)) {
    ExportOptions options;
    options.filter = one.filter;
    const auto expected = expected_lines(*view, one.wants);
    EXPECT_FALSE(expected.empty()) << one.name;
    const std::string text = export_text(*view, options);
    EXPECT_TRUE(record_lines(text) == expected) << one.name;
    EXPECT_EQ(json::parse(lines_of(text).front()).at("filter"),
              json::parse(filter_json(one.filter)))
        << one.name;
    EXPECT_FALSE(one.filter.wants_all());
  }
}

TEST(Export, RefusesTypesThatNobodyHas) {
  const auto view = memory_shop(3, 10).view();
  const auto why_not = [&](auto set) {
    ExportOptions options;
    set(options.filter);
    return failure_of([&] { export_text(*view, options); });
  };
  EXPECT_EQ(why_not([](Filter& f) { f.events = {"helt"}; }),
            "no service has an event 'helt'. Did you mean 'held'?");
  EXPECT_EQ(why_not([](Filter& f) { f.commands = {"stock.hodl"}; }),
            "no service has a command 'stock.hodl'. Did you mean 'stock.hold'?");
}

TEST(Export, ShowsFiltersAsTheyAreAsked) {
  Filter filter;
  EXPECT_EQ(filter_json(filter), "{}");
  filter.services = {Service::stock};
  filter.partitions = {{Service::stock, 1}};
  filter.events = {"held", "released"};
  filter.since = Time{1'291'191'960'000'000};
  filter.to = 9;
  filter.refused = true;
  EXPECT_EQ(filter_json(filter),
            R"({"services":["stock"],"partitions":["stock/1"],"events":["held","released"],)"
            R"("since":"2010-12-01T08:26:00.000000Z","to":9,"refused":true})");
}

// --- CSV -------------------------------------------------------------------------------------

TEST(Export, AsCsvHasARowAnEventOrRefusal) {
  const auto view = memory_shop(4, 1'500).view();
  std::size_t rows = 0;
  (void)expected_lines(*view, [&](auto& record, auto&) {
    rows += record.refusal != 0 ? 1 : record.events.size();
    return false;
  });
  ExportOptions options;
  options.format = ExportFormat::csv;
  const auto lines = lines_of(export_text(*view, options));
  EXPECT_EQ(lines.size(), rows + 1);
  EXPECT_EQ(lines[0],
            "time,service,partition,offset,stream,sequence,event,refusal,command,intent,units,"
            "money_minor,currency,command_id,correlation_id,causation_id,trace,body\r");
}

TEST(Export, AsCsvIsQuotedAsTheRfcSays) {
  MemoryLog log;
  {
    auto opened =
        store::Log::open(std::make_unique<store::MemoryKv>(log.disk), test::shop_identity());
    ASSERT_TRUE(opened.ok());
    store::Record record;
    record.stream = "sku-1";
    record.sequence = 1;
    record.time = Time{1'291'191'960'000'000};
    record.command_id = "a,\"b\"";
    auto& event = record.events.emplace_back();
    event.tag = codec::encode_variant(stock::Event(stock::Held{HoldId("o"), {3}, test::gbp(255)}),
                                      event.bytes);
    auto stream = (*opened)->open_stream({Service::stock, 0}, "sku-1");
    store::Append append{*stream, 1, false, {}};
    store::encode_record(record, append.bytes);
    std::vector<store::Offset> offsets;
    ASSERT_TRUE((*opened)->append({&append, 1}, offsets).front().ok());
  }
  ExportOptions options;
  options.format = ExportFormat::csv;
  EXPECT_EQ(lines_of(export_text(*log.view(), options)).at(1),
            R"(2010-12-01T08:26:00.000000Z,stock,0,1,sku-1,1,held,,,request,3,255,GBP,)"
            R"("a,""b""",,,,"{""hold_id"":""o"",""units"":3,)"
            R"(""unit_price"":{""minor"":255,""currency"":""GBP""}}")"
            "\r");
}

TEST(Export, AsCsvHasTheEventsThatTheFilterWants) {
  const auto view = memory_shop(4, 1'500).view();
  ExportOptions options;
  options.format = ExportFormat::csv;
  options.filter.events = {"checkout.ended"};
  const auto lines = lines_of(export_text(*view, options));
  ASSERT_GT(lines.size(), 10u);
  for (std::size_t i = 1; i < lines.size(); ++i)
    EXPECT_NE(lines[i].find(",ended,"), std::string::npos) << lines[i];
}

}  // namespace
}  // namespace souk::replay
