// Payloads as JSON and back: nothing is lost, and what is no payload is named.
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "events/codec.hpp"
#include "tests/codec/tree.hpp"
#include "tests/support/values.hpp"
#include "tools/replay/json_text.hpp"
#include "tools/replay/json_value.hpp"
#include "tools/replay/payload_json.hpp"
#include "tools/replay/services.hpp"

namespace souk::replay {
namespace {

using codec_test::any_tree;
using codec_test::from_tree;

template <class T>
T any_value() {
  return from_tree<T>(any_tree(codec::detail::kStructShape<T>));
}

template <class T>
std::string saved(const T& value) {
  std::string bytes;
  codec::encode(value, bytes);
  return bytes;
}

template <class T>
std::string json_of(const T& value) {
  std::string text;
  append_json(value, text);
  return text;
}

// Calls `f(service, kind, tag, Type<alternative>)` for every command and event there is.
template <class F>
void for_each_payload(F f) {
  const auto of_variant = [&f]<class... Ts>(Service service, PayloadKind kind,
                                            Type<std::variant<Ts...>>) {
    std::uint16_t tag = 0;
    (f(service, kind, tag++, Type<Ts>()), ...);
  };
  for (const Service service : kServices)
    for_service(
        service,
        [&]<class A>(Type<A>) {
          of_variant(service, PayloadKind::command, Type<typename A::Command>());
          of_variant(service, PayloadKind::event, Type<typename A::Event>());
          return 0;
        },
        0);
}

std::string label(Service service, PayloadKind kind, std::uint16_t tag) {
  return std::string(name_of(service)) + '.' + std::string(payload_name(service, kind, tag));
}

TEST(PayloadJson, GivesBackTheBytesOfEveryCommandAndEvent) {
  int types = 0;
  for_each_payload([&]<class T>(Service service, PayloadKind kind, std::uint16_t tag, Type<T>) {
    ++types;
    EXPECT_TRUE(rc::check(label(service, kind, tag), [&] {
      const std::string bytes = saved(any_value<T>());
      std::string json = "kept ";
      RC_ASSERT(write_payload_json(service, kind, tag, bytes, json) == Written::exactly);
      RC_ASSERT(json.starts_with("kept {"));
      std::string why;
      const auto back = payload_of_json(service, kind, payload_name(service, kind, tag),
                                        std::string_view(json).substr(5), why);
      if (!back) RC_FAIL(why + " in " + json);
      RC_ASSERT(*back == (store::Payload{tag, bytes}));
    }));
  });
  EXPECT_GT(types, 50);
}

TEST(PayloadJson, GivesBackStatesAndReplies) {
  for (const Service service : kServices)
    for_service(
        service,
        []<class A>(Type<A>) {
          const auto check = []<class T>(Type<T>) {
            EXPECT_TRUE(rc::check(std::string(codec::detail::type_name<T>()), [] {
              const T value = any_value<T>();
              T read = any_value<T>();  // must not show
              JsonFault fault;
              const std::string text = json_of(value);
              JsonReader json(text);
              if (!read_json(json, read, fault) || !json.finished())
                RC_FAIL(fault.sentence("it") + " in " + text);
              RC_ASSERT(nlohmann::json::accept(text));
              RC_ASSERT(read == value);
            }));
          };
          check(Type<typename A::State>());
          check(Type<typename A::Reply>());
          return 0;
        },
        0);
}

TEST(PayloadJson, TakesMissingMembersForWhatTheCodecTakesThemFor) {
  for_each_payload([]<class T>(Service service, PayloadKind kind, std::uint16_t tag, Type<T>) {
    const std::uint64_t nothing = codec::detail::struct_pointer(0, 1, {});
    T absent;
    ASSERT_TRUE(codec::decode(
        std::string_view(reinterpret_cast<const char*>(&nothing), sizeof nothing), absent));
    std::string why;
    const auto read = payload_of_json(service, kind, payload_name(service, kind, tag), "{}", why);
    ASSERT_TRUE(read) << why;
    EXPECT_EQ(read->bytes, saved(absent)) << label(service, kind, tag);
  });
}

TEST(PayloadJson, LooksAsItIsDescribed) {
  const stock::Held held{HoldId("order-1"), {3}, test::gbp(255)};
  EXPECT_EQ(json_of(held),
            R"({"hold_id":"order-1","units":3,"unit_price":{"minor":255,"currency":"GBP"}})");
  checkout::Start start;
  start.order_id = OrderId("o");
  start.lines = {{Sku("tea"), {2}, {}}, {Sku("pot"), {1}, order::AskedPrice{-5}}};
  start.ordered_at = Time{1'291'191'960'000'001};
  EXPECT_EQ(json_of(start), R"({"order_id":"o","customer_id":"",)"
                            R"("lines":[{"sku":"tea","quantity":2,"asked_price":null},)"
                            R"({"sku":"pot","quantity":1,"asked_price":{"minor":-5}}],)"
                            R"("coupon_id":"","ordered_at":"2010-12-01T08:26:00.000001Z"})");
  EXPECT_EQ(json_of(checkout::Paid()), "{}");
  EXPECT_EQ(json_of(checkout::Ended{true}), R"({"confirmed":true})");
  EXPECT_EQ(json_of(checkout::Undone{{StepRef{1, 2}, StepRef{}}}),
            R"({"steps":[{"step":1,"index":2},{"step":0,"index":0}]})");
  EXPECT_EQ(json_of(stock::PriceSet()), R"({"unit_price":{"minor":0,"currency":null}})");
}

TEST(PayloadJson, WritesMapsAsObjectsIfTheirKeysAreTexts) {
  stock::State stock;
  stock.holds = {{HoldId("a"), {1}}, {HoldId("b\xff"), {2}}};
  EXPECT_NE(json_of(stock).find(R"("holds":{"a":1,"base64:Yv8=":2})"), std::string::npos)
      << json_of(stock);
  campaign::State campaign;
  campaign.undelivered = {{7, CustomerId("ann")}};
  EXPECT_NE(json_of(campaign).find(R"("undelivered":[{"key":7,"value":"ann"}])"), std::string::npos)
      << json_of(campaign);
}

TEST(PayloadJson, WritesWhatHasNoFormAsANumber) {
  checkout::Start start;
  start.ordered_at = Time{-1};
  EXPECT_NE(json_of(start).find(R"("ordered_at":-1)"), std::string::npos);
  start.ordered_at = kIsoTimeMax + Duration{1};
  EXPECT_NE(json_of(start).find(R"("ordered_at":253402300800000000)"), std::string::npos);
  const stock::SetPrice odd{{1, Currency::from_stored('g' | 'b' << 8 | 'p' << 16)}};
  EXPECT_NE(json_of(odd).find(R"("currency":7365223)"), std::string::npos) << json_of(odd);
}

TEST(PayloadJson, SaysOfBytesThatAreNotTheCodecsOwn) {
  std::string bytes = saved(stock::Renamed{"tea"});
  std::string json;
  EXPECT_EQ(write_payload_json(Service::stock, PayloadKind::event, 99, bytes, json),
            Written::nothing);
  EXPECT_EQ(write_payload_json(Service::stock, PayloadKind::event, 1, "no message", json),
            Written::nothing);
  EXPECT_EQ(json, "");
  bytes.append(8, '\0');  // a word that nothing points to
  EXPECT_EQ(write_payload_json(Service::stock, PayloadKind::event, 1, bytes, json),
            Written::loosely);
  EXPECT_EQ(json, R"({"title":"tea"})");
}

struct Wrong {
  std::string_view json;
  std::string_view why;
};

TEST(PayloadJson, NamesWhatIsWrong) {
  const std::vector<Wrong> wrong = {
      {"{", "it is no JSON"},
      {"", "it is no JSON"},
      {"[]", "it is to be an object, not []"},
      {R"({"order":"x"})", "order is not known here. Did you mean 'order_id'?"},
      {R"({"order_id":7})", "order_id is to be a text, not 7"},
      {R"({"order_id":null})", "order_id is to be a text, not null"},
      {R"({"order_id":"base64:!"})", R"(order_id is to be base64 after 'base64:', not "base64:!")"},
      {R"({"lines":{}})", "lines is to be a list, not {}"},
      {R"({"lines":[{},{"quantity":"three"}]})",
       R"(lines[1].quantity is to be a whole number, not "three")"},
      {R"({"lines":[{"quantity":1.5}]})", "lines[0].quantity is to be a whole number, not 1.5"},
      {R"({"lines":[{"quantity":9223372036854775808}]})",
       "lines[0].quantity is to be a number from -9223372036854775808 to 9223372036854775807, not "
       "9223372036854775808"},
      {R"({"lines":[{"asked_price":{"minor":1,"x":1}}]})",
       "lines[0].asked_price.x is not known here"},
      {R"({"ordered_at":"yesterday"})",
       R"(ordered_at is to be a time such as 2010-12-01T08:26:00.000000Z, not "yesterday")"},
      {R"({"ordered_at":true})",
       "ordered_at is to be a time such as 2010-12-01T08:26:00.000000Z, not true"},
  };
  for (const auto& [json, expected] : wrong) {
    std::string why;
    EXPECT_FALSE(payload_of_json(Service::checkout, PayloadKind::command, "start", json, why));
    EXPECT_EQ(why, expected) << json;
  }
}

TEST(PayloadJson, NamesWhatIsWrongWithNumbersAndCurrencies) {
  const auto why_not = [](Service service, std::string_view name, std::string_view json) {
    std::string why;
    EXPECT_FALSE(payload_of_json(service, PayloadKind::event, name, json, why)) << json;
    return why;
  };
  EXPECT_EQ(why_not(Service::checkout, "undone", R"({"steps":[{"step":65536}]})"),
            "steps[0].step is to be a number from 0 to 65535, not 65536");
  EXPECT_EQ(why_not(Service::checkout, "undone", R"({"steps":[{"index":-1}]})"),
            "steps[0].index is to be a number from 0 to 4294967295, not -1");
  EXPECT_EQ(why_not(Service::checkout, "ended", R"({"confirmed":1})"),
            "confirmed is to be true or false, not 1");
  EXPECT_EQ(why_not(Service::stock, "price_set", R"({"unit_price":{"currency":"gbp"}})"),
            R"(unit_price.currency is to be a currency's three letters or null, not "gbp")");
  EXPECT_EQ(why_not(Service::stock, "price_set", R"({"unit_price":{"currency":4294967296}})"),
            "unit_price.currency is to be a number from 0 to 4294967295, not 4294967296");
  EXPECT_EQ(why_not(Service::stock, "price_sett", "{}"),
            "stock has no event 'price_sett'. Did you mean 'price_set'?");
}

}  // namespace
}  // namespace souk::replay
