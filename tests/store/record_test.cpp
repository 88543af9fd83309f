// The bytes of records, batches and the other values: they come back, they are checked, and they
// are those that FORMAT.md describes.
#include <random>

#include <rapidcheck.h>

#include "store/batch.hpp"
#include "store/bytes.hpp"
#include "store/keys.hpp"
#include "store/record_layout.hpp"
#include "store/values.hpp"
#include "support.hpp"

namespace souk::store {
namespace {

Payload any_payload() {
  return {*rc::gen::arbitrary<std::uint16_t>(), *rc::gen::arbitrary<std::string>()};
}

Record any_record() {
  Record r;
  r.stream = *rc::gen::nonEmpty(rc::gen::arbitrary<std::string>());
  r.sequence = *rc::gen::positive<std::uint64_t>();
  r.time = {*rc::gen::arbitrary<std::int64_t>()};
  r.flags = *rc::gen::arbitrary<std::uint8_t>();
  r.intent = *rc::gen::arbitrary<std::uint8_t>();
  r.refusal = *rc::gen::arbitrary<std::uint16_t>();
  r.command_id = *rc::gen::arbitrary<std::string>();
  r.fingerprint = *rc::gen::arbitrary<std::uint64_t>();
  r.receipt_until = {*rc::gen::arbitrary<std::int64_t>()};
  r.deadline = {*rc::gen::arbitrary<std::int64_t>()};
  r.causation_id = *rc::gen::arbitrary<std::string>();
  r.correlation_id = *rc::gen::arbitrary<std::string>();
  r.trace = std::string(*rc::gen::inRange<std::size_t>(0, 300), 't');  // lengths of two bytes too
  if (*rc::gen::arbitrary<bool>()) r.command = any_payload();
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) r.events.push_back(any_payload());
  return r;
}

std::string encoded(const Record& record) {
  std::string bytes;
  encode_record(record, bytes);
  return bytes;
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (char c : bytes) {
    constexpr char kDigits[] = "0123456789abcdef";
    text += kDigits[static_cast<std::uint8_t>(c) >> 4];
    text += kDigits[c & 15];
  }
  return text;
}

TEST(RecordBytes, AnyRecordComesBackWithItsPreviousOffset) {
  EXPECT_TRUE(rc::check([] {
    const Record record = any_record();
    const auto previous = *rc::gen::arbitrary<Offset>();
    std::string bytes = encoded(record);
    set_previous(bytes, previous);
    RecordView view;
    view.events.resize(7);  // what was in the view before does not stay
    view.command = PayloadView{1, "old"};
    RC_ASSERT(parse_record(bytes, view).ok());
    RC_ASSERT(record_of(view) == record);
    RC_ASSERT(view.previous == previous);
  }));
}

TEST(RecordBytes, EncodingAppends) {
  std::string bytes = "before";
  encode_record(make_record("tea", 1, "a"), bytes);
  EXPECT_EQ(bytes, "before" + encoded(make_record("tea", 1, "a")));
}

TEST(RecordBytes, CutAnywhereTheyMakeNoSense) {
  const std::string bytes = encoded(make_record("tea", 1, "a"));
  RecordView view;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::string cut = bytes.substr(0, size);  // of its own, so that a sanitizer sees a read beyond
    cut.shrink_to_fit();
    EXPECT_EQ(parse_record(cut, view).code(), Code::corruption) << size;
  }
  EXPECT_EQ(parse_record(bytes + '\0', view).code(), Code::corruption);
}

TEST(RecordBytes, NonsenseIsParsedWithoutHarm) {
  std::mt19937_64 random(test_seed(99));
  const std::string bytes = encoded(make_record("tea", 1, "a"));
  RecordView view;
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string broken = bytes;
    for (int k = 0; k < 3; ++k) broken[random() % broken.size()] = static_cast<char>(random());
    if (!parse_record(broken, view).ok()) ++refused;
  }
  EXPECT_GT(refused, 0);
}

TEST(RecordBytes, ALengthLargerThanAllMemoryIsRefused) {
  std::string bytes(kRecordHeaderBytes, '\1');
  put_varint(bytes, ~std::uint64_t{0});
  RecordView view;
  EXPECT_EQ(parse_record(bytes, view).code(), Code::corruption);
  bytes = encoded(make_record("tea", 1, "a"));
  bytes.resize(bytes.size() - 8);        // before the count of events: 1 + (2 + 1 + 1) + (2 + 1)
  put_varint(bytes, ~std::uint64_t{0});  // so many events
  EXPECT_EQ(parse_record(bytes, view).code(), Code::corruption);
}

TEST(BatchBytes, EveryRecordIsFoundByItsOffset) {
  BatchBuilder builder;
  const std::vector<std::string> records = {"one", "three", "seven"};
  for (const std::string& r : records) builder.expect(r.size());
  builder.begin(kStock1, 10, {5, {Service::wallet, 7}});
  for (const std::string& r : records) builder.add(r);
  std::string key, value;
  builder.finish(key, value);
  EXPECT_EQ(builder.count(), 0u);
  auto batch = BatchView::parse(kStock1, key, value);
  ASSERT_TRUE(batch.ok()) << batch.status().message();
  EXPECT_EQ(batch->place(), (GroupPlace{5, {Service::wallet, 7}}));
  EXPECT_EQ(batch->first_offset(), 10u);
  EXPECT_EQ(batch->end_offset(), 13u);
  EXPECT_EQ(batch->record(10), "one");
  EXPECT_EQ(batch->record(11), "three");
  EXPECT_EQ(batch->record(12), "seven");
  EXPECT_FALSE(batch->holds(9));
  EXPECT_FALSE(batch->holds(13));
}

std::pair<std::string, std::string> small_batch() {
  BatchBuilder builder;
  std::string record = encoded(make_record("tea", 1, "a"));
  builder.expect(record.size());
  builder.begin(kStock0, 7, {3, kStock0});
  builder.add(record);
  std::string key, value;
  builder.finish(key, value);
  return {key, value};
}

TEST(BatchBytes, EveryFlippedBitIsFound) {
  const auto [key, value] = small_batch();
  for (std::size_t bit = 0; bit < value.size() * 8; ++bit) {
    std::string damaged = value;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    auto batch = BatchView::parse(kStock0, key, damaged);
    ASSERT_FALSE(batch.ok()) << bit;
    EXPECT_EQ(batch.status().code(), Code::corruption);
    EXPECT_NE(batch.status().message().find("stock/0 is damaged at offset 7"), std::string::npos);
  }
  for (std::size_t size = 0; size < value.size(); ++size)
    EXPECT_FALSE(BatchView::parse(kStock0, key, value.substr(0, size)).ok()) << size;
}

TEST(BatchBytes, AValueUnderAnotherKeyIsFound) {
  const auto [key, value] = small_batch();
  EXPECT_TRUE(BatchView::parse(kStock0, key, value).ok());
  EXPECT_FALSE(BatchView::parse(kStock0, log_key(kStock0, 8), value).ok());
  EXPECT_FALSE(BatchView::parse(kStock1, log_key(kStock1, 7), value).ok());
}

TEST(Keys, SortByPartitionAndThenByOffset) {
  EXPECT_LT(log_key(kStock0, 255), log_key(kStock0, 256));
  EXPECT_LT(log_key(kStock0, kOffsetMax), log_key(kStock1, 0));
  EXPECT_LT(log_key({Service::order, 65535}, 1), log_key(kStock0, 1));
  EXPECT_LT(log_key({Service::order, 255}, 1), log_key({Service::order, 256}, 1));
  EXPECT_EQ(offset_of_log_key(log_key(kStock0, 0x0102030405060708)), 0x0102030405060708u);
  EXPECT_EQ(offset_of_log_key("short"), kNoOffset);
}

TEST(Values, ComeBackOnlyUnderTheirKey) {
  const Head head{77, 5, true};
  EXPECT_EQ(parse_head("k", encode_head("k", head)), head);
  EXPECT_FALSE(parse_head("other", encode_head("k", head)));
  EXPECT_FALSE(parse_head("k", ""));
  EXPECT_EQ(parse_counter("k", encode_counter("k", 9)), 9u);
  EXPECT_FALSE(parse_counter("other", encode_counter("k", 9)));
  auto snapshot = parse_snapshot("k", encode_snapshot("k", {2, 3, 4, "state"}));
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->version, 2u);
  EXPECT_EQ(snapshot->offset, 3u);
  EXPECT_EQ(snapshot->sequence, 4u);
  EXPECT_EQ(snapshot->bytes, "state");
  EXPECT_FALSE(parse_snapshot("other", encode_snapshot("k", {2, 3, 4, "state"})));
  auto identity = parse_identity("k", encode_identity("k", test_identity()));
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->format_version, kFormatVersion);
  EXPECT_EQ(identity->identity, test_identity());
}

// Stored bytes: if one of these changes, directories in the field can no longer be read. Add a
// version instead.
TEST(GoldenBytes, AreThoseOfFormatVersion2) {
  Record record;
  record.stream = "tea";
  record.sequence = 2;
  record.time = {3};
  record.flags = kRecordOpen;
  record.intent = 4;
  record.refusal = 5;
  record.command_id = "c";
  record.fingerprint = 6;
  record.receipt_until = {7};
  record.deadline = {8};
  record.causation_id = "d";
  record.correlation_id = "e";
  record.trace = "f";
  record.command = Payload{8, "g"};
  record.events = {{9, "h"}};
  std::string bytes = encoded(record);
  set_previous(bytes, 1);
  EXPECT_EQ(hex(bytes),
            "0100000000000000"
            "0200000000000000"
            "0300000000000000"
            "0700000000000000"
            "0800000000000000"
            "0600000000000000"
            "01"
            "04"
            "0500"
            "03746561"
            "0163"
            "0164"
            "0165"
            "0166"
            "01"
            "0800"
            "0167"
            "01"
            "0900"
            "0168");
  BatchBuilder builder;
  builder.expect(1);
  builder.begin({Service::stock, 258}, 9, {10, {Service::wallet, 259}});
  builder.add("r");
  std::string key, value;
  builder.finish(key, value);
  EXPECT_EQ(hex(key),
            "02"
            "0102"
            "0000000000000009");
  EXPECT_EQ(hex(value),
            "edadeb2f031b6ef5"
            "42544348"
            "02"
            "00"
            "0000"
            "0a00000000000000"
            "0900000000000000"
            "01000000"
            "03"
            "00"
            "0301"
            "2c000000"
            "72");
  key = stream_key({Service::order, 1}, "o");
  EXPECT_EQ(hex(key),
            "01"
            "0001"
            "6f");
  EXPECT_EQ(hex(encode_head(key, {11, 12, true})),
            "ee1217040a58e235"
            "01"
            "01"
            "0b00000000000000"
            "0c00000000000000");
  EXPECT_EQ(hex(encode_snapshot(key, {13, 14, 15, "s"})),
            "b64143ba060f6ded"
            "01"
            "0d000000"
            "0e00000000000000"
            "0f00000000000000"
            "0173");
  key = heads_through_key({Service::order, 1});
  EXPECT_EQ(hex(key),
            "02"
            "01"
            "0001");
  EXPECT_EQ(hex(encode_counter(key, 16)),
            "050f9beae207f5c3"
            "1000000000000000");
  key = meta_key(MetaKind::identity);
  EXPECT_EQ(hex(encode_identity(key, {"x", {{Service::order, 64}}})),
            "8cf9b2952ec0a553"
            "02000000"
            "0178"
            "01"
            "01"
            "4000");
}

}  // namespace
}  // namespace souk::store
