// Records as lines of JSON, and back.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "events/codec.hpp"
#include "tests/codec/tree.hpp"
#include "tests/support/values.hpp"
#include "tools/replay/record_json.hpp"
#include "tools/replay/services.hpp"

namespace souk::replay {
namespace {

using codec_test::any_tree;
using codec_test::from_tree;

constexpr store::Place kPlace{{Service::stock, 3}, 12};

template <class T>
store::Payload payload(std::uint16_t tag, const T& value) {
  store::Payload payload{tag, {}};
  codec::encode(value, payload.bytes);
  return payload;
}

store::Record held_record() {
  store::Record record;
  record.stream = "85123A";
  record.sequence = 5;
  record.time = Time{1'291'191'960'000'000};
  record.intent = 1;
  record.command_id = "checkout:536365/1/0";
  record.correlation_id = record.causation_id = "536365";
  record.deadline = record.time + seconds(30);
  record.receipt_until = record.time + seconds(90);
  record.fingerprint = 0xF1;
  record.command = payload(3, stock::Hold{HoldId("536365"), {2}});
  record.events = {payload(4, stock::Held{HoldId("536365"), {2}, test::gbp(255)})};
  return record;
}

// The line of a record that stands in the log at offset 88.
std::string line_of(const store::Record& record, const store::Place& place = kPlace,
                    store::Offset previous = 60, std::optional<PartitionId> next = {}) {
  std::string bytes;
  store::encode_record(record, bytes);
  store::set_previous(bytes, previous);
  store::RecordView view;
  EXPECT_TRUE(store::parse_record(bytes, view).ok());
  view.offset = 88;
  std::string text;
  append_record_json(view, place, text, next);
  return text;
}

TEST(RecordJson, LooksAsItIsDescribed) {
  EXPECT_EQ(line_of(held_record()),
            R"({"time":"2010-12-01T08:26:00.000000Z","service":"stock","partition":3,)"
            R"("offset":88,"group":12,"stream":"85123A","sequence":5,"previous":60,)"
            R"("intent":"attempt","command_id":"checkout:536365/1/0",)"
            R"("correlation_id":"536365","causation_id":"536365",)"
            R"("deadline":"2010-12-01T08:26:30.000000Z",)"
            R"("receipt_until":"2010-12-01T08:27:30.000000Z","fingerprint":"00000000000000f1",)"
            R"("command":{"name":"hold","body":{"hold_id":"536365","units":2}},)"
            R"("events":[{"name":"held","body":{"hold_id":"536365","units":2,)"
            R"("unit_price":{"minor":255,"currency":"GBP"}}}]})");
}

TEST(RecordJson, LeavesOutWhatIsEmpty) {
  store::Record record;
  record.stream = "tea";
  record.sequence = 1;
  record.flags = store::kRecordOpen | store::kRecordRefused;
  record.refusal = 7;
  EXPECT_EQ(line_of(record, kPlace, store::kNoOffset),
            R"({"service":"stock","partition":3,"offset":88,"group":12,"stream":"tea",)"
            R"("sequence":1,"intent":"request","open":true,)"
            R"("refusal":{"number":7,"name":"out_of_stock"}})");
  record.refusal = 0xff01;
  EXPECT_NE(line_of(record).find(R"("refusal":{"number":65281,"name":"deadline_passed"})"),
            std::string::npos);
}

TEST(RecordJson, AddsTheBytesOfWhatTodaysCodeDoesNotWrite) {
  store::Record record = held_record();
  record.command->bytes.append(8, '\0');
  record.events = {{99, "future"}, {4, ""}};
  const std::string text = line_of(record);
  EXPECT_NE(text.find(R"("command":{"name":"hold","body":{"hold_id":"536365","units":2},"raw":")"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(R"("events":[{"tag":99,"raw":"ZnV0dXJl"},{"name":"held","raw":""}])"),
            std::string::npos)
      << text;
}

// --- round trips -------------------------------------------------------------------------------

std::string any_text() {
  return *rc::gen::oneOf(rc::gen::arbitrary<std::string>(),
                         rc::gen::container<std::string>(rc::gen::arbitrary<char>()));
}
template <class Number>
Number any_number() {
  return *rc::gen::oneOf(rc::gen::arbitrary<Number>(),
                         rc::gen::element<Number>(0, std::numeric_limits<Number>::min(),
                                                  std::numeric_limits<Number>::max()));
}

// A payload of the service's, or any bytes.
template <class... Ts>
store::Payload any_payload(Type<std::variant<Ts...>>) {
  if (*rc::gen::inRange(0, 8) == 0) return {any_number<std::uint16_t>(), any_text()};
  const auto tag = *rc::gen::inRange<std::size_t>(0, sizeof...(Ts));
  std::vector<store::Payload> made;
  std::size_t at = 0;
  (void)((at++ == tag &&
          (made.push_back(payload(static_cast<std::uint16_t>(tag),
                                  from_tree<Ts>(any_tree(codec::detail::kStructShape<Ts>)))),
           true)) ||
         ...);
  return made.at(0);
}

store::Record any_record(Service service) {
  store::Record record;
  record.stream = "s" + any_text();
  record.sequence = any_number<std::uint64_t>() | 1;
  record.time = Time{any_number<std::int64_t>()};
  record.flags = any_number<std::uint8_t>();
  record.intent = any_number<std::uint8_t>();
  record.refusal = any_number<std::uint16_t>();
  record.command_id = any_text();
  record.fingerprint = any_number<std::uint64_t>();
  record.receipt_until = Time{any_number<std::int64_t>()};
  record.deadline = Time{any_number<std::int64_t>()};
  record.causation_id = any_text();
  record.correlation_id = any_text();
  record.trace = any_text();
  return for_service(
      service,
      [&]<class A>(Type<A>) {
        if (*rc::gen::arbitrary<bool>()) record.command = any_payload(Type<typename A::Command>());
        for (int events = *rc::gen::inRange(0, 4); events > 0; --events)
          record.events.push_back(any_payload(Type<typename A::Event>()));
        return record;
      },
      record);
}

// The same value with the members of all objects in another order.
nlohmann::ordered_json shuffled(const nlohmann::ordered_json& json, std::mt19937& random) {
  if (json.is_array()) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& one : json) list.push_back(shuffled(one, random));
    return list;
  }
  if (!json.is_object()) return json;
  std::vector<std::pair<std::string, nlohmann::ordered_json>> members;
  for (const auto& [name, value] : json.items())
    members.emplace_back(name, shuffled(value, random));
  std::ranges::shuffle(members, random);
  auto object = nlohmann::ordered_json::object();
  for (auto& [name, value] : members) object[name] = std::move(value);
  return object;
}

TEST(RecordJson, GivesBackEveryRecord) {
  EXPECT_TRUE(rc::check("any record", [] {
    const auto service = *rc::gen::elementOf(kServices);
    const store::Record record = any_record(service);
    const store::Place place{{service, any_number<std::uint16_t>()}, any_number<std::uint64_t>()};
    const auto previous = any_number<std::uint64_t>();
    std::optional<PartitionId> next;
    if (*rc::gen::arbitrary<bool>()) next = PartitionId{Service::wallet, 7};
    const std::string text = line_of(record, place, previous, next);
    RC_ASSERT(text.find('\n') == std::string::npos);
    RecordLine line;
    std::string why;
    if (!parse_record_json(text, line, why)) RC_FAIL(why + " in " + text);
    RC_ASSERT(line.record == record);
    RC_ASSERT(line.place.partition == place.partition);
    RC_ASSERT(line.place.group == place.group);
    RC_ASSERT(line.offset == 88u);
    RC_ASSERT(line.previous == previous);
    RC_ASSERT(line.next == next);
  }));
}

// jq and others may put members in another order; white space is nobody's business.
TEST(RecordJson, MayHaveItsMembersInAnyOrder) {
  store::Record record = held_record();
  record.flags = store::kRecordOpen | store::kRecordRefused;
  record.refusal = 7;
  record.command->bytes.append(8, '\0');
  const std::string text = line_of(record);
  std::mt19937 random(1);
  for (int i = 0; i < 200; ++i) {
    const std::string turned =
        shuffled(nlohmann::ordered_json::parse(text), random).dump(i % 3 - 1);
    RecordLine line;
    std::string why;
    ASSERT_TRUE(parse_record_json(turned, line, why)) << why << " in " << turned;
    ASSERT_EQ(line.record, record) << turned;
    ASSERT_EQ(line.offset, 88u);
    ASSERT_EQ(line.previous, 60u);
  }
}

// --- what is no record ---------------------------------------------------------------------------

// The good line with `old` replaced.
std::string spoilt(std::string_view old, std::string_view by) {
  std::string text = line_of(held_record());
  const std::size_t at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return text.replace(at, old.size(), by);
}

std::string why_not(const std::string& text) {
  RecordLine line;
  std::string why;
  EXPECT_FALSE(parse_record_json(text, line, why)) << text;
  return why;
}

TEST(RecordJson, NamesWhatIsWrong) {
  EXPECT_EQ(why_not(""), "it is no JSON");
  EXPECT_EQ(why_not(R"({"a":)"), "it is no JSON");
  EXPECT_EQ(why_not("7"), "it is to be an object, not 7");
  EXPECT_EQ(why_not(spoilt("\"stock\"", "\"shop\"")),
            "service is to be one of souk's services, not 'shop'");
  EXPECT_EQ(why_not(spoilt("\"partition\":3,", "")), "partition is missing");
  EXPECT_EQ(why_not(spoilt("\"partition\":3", "\"partition\":65536")),
            "partition is to be a number from 0 to 65535, not 65536");
  EXPECT_EQ(why_not(spoilt("\"offset\":88,", "")), "offset is missing");
  EXPECT_EQ(why_not(spoilt("\"offset\":88", "\"offset\":-1")),
            "offset is to be a number from 0 to 18446744073709551615, not -1");
  EXPECT_EQ(why_not(spoilt("\"group\":12", "\"group\":\"12\"")),
            R"(group is to be a number from 0 to 18446744073709551615, not "12")");
  EXPECT_EQ(why_not(spoilt("\"group\":12", "\"group\":12,\"next\":\"stock\"")),
            "next is to be a partition such as stock/3");
  EXPECT_EQ(why_not(spoilt("\"stream\":\"85123A\"", "\"stream\":\"\"")),
            "stream must not be empty");
  EXPECT_EQ(why_not(spoilt("\"stream\":\"85123A\",", "")), "stream is missing");
  EXPECT_EQ(why_not(spoilt("\"sequence\":5", "\"sequence\":0")), "sequence begins with 1");
  EXPECT_EQ(why_not(spoilt("attempt", "try")),
            "intent is to be request, attempt, settle or undo, not 'try'");
  EXPECT_EQ(
      why_not(spoilt("\"intent\":", "\"refusal\":{\"number\":7,\"name\":\"no\"},\"intent\":")),
      "refusal.name is not that of stock's refusal 7, which is 'out_of_stock'");
  EXPECT_EQ(why_not(spoilt("\"intent\":", "\"refusal\":{\"name\":\"no\"},\"intent\":")),
            "refusal.number is missing");
  EXPECT_EQ(why_not(spoilt("\"intent\":", "\"open\":1,\"intent\":")),
            "open is to be true or false, not 1");
  EXPECT_EQ(why_not(spoilt("00000000000000f1", "f1")),
            "fingerprint is to be sixteen hexadecimal digits");
  EXPECT_EQ(why_not(spoilt("00000000000000f1", "00000000000000g1")),
            "fingerprint is to be sixteen hexadecimal digits");
  EXPECT_EQ(why_not(spoilt("2010-12-01T08:26:00", "2010-13-01T08:26:00")),
            R"(time is to be a time such as 2010-12-01T08:26:00.000000Z, not )"
            R"("2010-13-01T08:26:00.000000Z")");
  EXPECT_EQ(why_not(spoilt("\"causation_id\"", "\"causation\"")),
            "causation is not known here. Did you mean 'causation_id'?");
}

TEST(RecordJson, NamesWhatIsWrongInPayloads) {
  EXPECT_EQ(why_not(spoilt("\"name\":\"hold\",", "")), "command.tag is missing");
  EXPECT_EQ(why_not(spoilt("\"name\":\"hold\"", "\"name\":\"hod\"")),
            "command.name is to be one of stock's commands, not 'hod'");
  EXPECT_EQ(why_not(spoilt("\"units\":2}", "\"units\":\"two\"}")),
            R"(command.body.units is to be a whole number, not "two")");
  EXPECT_EQ(why_not(spoilt("\"body\"", "\"boddy\"")),
            "command.boddy is not known here. Did you mean 'body'?");
  EXPECT_EQ(why_not(spoilt(",\"body\":{\"hold_id\":\"536365\",\"units\":2}", "")),
            "command.body is missing");
  EXPECT_EQ(why_not(spoilt("\"minor\":255", "\"minor\":2.55")),
            "events[0].body.unit_price.minor is to be a whole number, not 2.55");
  EXPECT_EQ(why_not(spoilt("\"events\":[", "\"events\":[7,")),
            "events[0] is to be an object, not 7");
  EXPECT_EQ(why_not(spoilt("\"name\":\"held\"", "\"tag\":4,\"raw\":\"x\"")),
            "events[0].raw is to be base64");
}

TEST(RecordJson, NamesMembersThatAreThereTwice) {
  EXPECT_EQ(why_not(spoilt("\"offset\":88", "\"offset\":88,\"offset\":88")),
            "offset is there twice");
  EXPECT_EQ(why_not(spoilt("\"units\":2}", "\"units\":2,\"units\":3}")),
            "command.body.units is there twice");
  EXPECT_EQ(why_not(spoilt("\"name\":\"hold\"", "\"name\":\"hold\",\"name\":\"hold\"")),
            "command.name is there twice");
}

TEST(RecordJson, BelievesNoBodyThatIsNotWhatTheBytesSay) {
  store::Record record = held_record();
  record.command->bytes.append(8, '\0');
  std::string text = line_of(record);
  const std::size_t at = text.find("\"units\":2");
  text.replace(at, 9, "\"units\":3");
  EXPECT_EQ(why_not(text), "command.body is not what raw says; leave raw as it is");
}

}  // namespace
}  // namespace souk::replay
