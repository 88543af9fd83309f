// What goes into a frame comes out of it, and nothing else is taken for one.
#include "cluster/frame.hpp"

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "store/bytes.hpp"
#include "store/crc32c.hpp"

namespace souk::cluster {
namespace {

// An item that owns its parts.
struct Item {
  std::uint16_t kind = 0;
  std::uint8_t service = 0;
  std::uint64_t number = 0;
  std::int64_t until = 0;
  std::vector<std::string> parts;
  bool operator==(const Item&) const = default;

  ItemView view() const {
    return {static_cast<Kind>(kind), service, number, {until}, {parts.begin(), parts.end()}};
  }
  static Item of(const ItemView& view) {
    return {static_cast<std::uint16_t>(view.kind),
            view.service,
            view.number,
            view.until.micros,
            {view.parts.begin(), view.parts.end()}};
  }
};

void showValue(const Item& item, std::ostream& out) {
  out << item.kind << '/' << int{item.service} << '/' << item.number << '/' << item.until << " of "
      << item.parts.size() << " parts";
}

std::string frame_of(const std::vector<Item>& items) {
  FrameWriter writer;
  for (const Item& item : items) EXPECT_TRUE(writer.add(item.view()));
  return writer.take();
}

std::vector<Item> items_of(std::string_view frame) {
  std::vector<Item> items;
  const auto status =
      for_each_item(frame, [&](const ItemView& item) { items.push_back(Item::of(item)); });
  EXPECT_TRUE(status.ok()) << status.message();
  return items;
}

// That it is refused, and that no item of it was given out.
testing::AssertionResult refused(std::string_view frame) {
  int items = 0;
  const auto status = for_each_item(frame, [&](const ItemView&) { ++items; });
  if (status.ok()) return testing::AssertionFailure() << "it was taken";
  if (status.code() != store::Code::corruption || status.message().empty())
    return testing::AssertionFailure() << "the status says: " << status.message();
  if (items != 0) return testing::AssertionFailure() << items << " items were given out";
  return testing::AssertionSuccess();
}

// Puts the right length and checksum before a body.
std::string sealed(const std::string& body) {
  std::string frame;
  store::put(frame, static_cast<std::uint32_t>(body.size()));
  store::put(frame, store::crc32c(body));
  return frame + body;
}

rc::Gen<Item> any_item() {
  return rc::gen::build<Item>(rc::gen::set(&Item::kind), rc::gen::set(&Item::service),
                              rc::gen::set(&Item::number), rc::gen::set(&Item::until),
                              rc::gen::set(&Item::parts));
}

const std::vector<Item> kSome = {
    {5, 2, 77, 1'700'000'000'000'000, {"command", std::string(40, 'x')}},
    {4, 0, 0, 0, {}},
    {6, 0, ~0ull, -1, {"", "view", ""}}};

TEST(Frame, ItemsComeOutAsTheyWentIn) {
  EXPECT_TRUE(rc::check([] {
    const auto items = *rc::gen::nonEmpty(rc::gen::container<std::vector<Item>>(any_item()));
    RC_ASSERT(items_of(frame_of(items)) == items);
  }));
}

TEST(Frame, SizesAreAsAnnounced) {
  for (const Item& item : kSome) {
    const ItemView view = item.view();
    FrameWriter writer;
    EXPECT_TRUE(writer.empty());
    ASSERT_TRUE(writer.add(view));
    EXPECT_FALSE(writer.empty());
    EXPECT_EQ(writer.bytes(), kFrameHeaderBytes + item_bytes(view.parts));
    const std::string frame = writer.take();
    EXPECT_EQ(frame.size(), kFrameHeaderBytes + item_bytes(view.parts));
    EXPECT_EQ(*frame_body_bytes(frame.substr(0, kFrameHeaderBytes)), item_bytes(view.parts));
  }
}

TEST(Frame, AWriterStartsAnewAfterEachFrame) {
  FrameWriter writer;
  EXPECT_EQ(writer.take(), "");
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(writer.add(kSome[0].view()));
    EXPECT_EQ(items_of(writer.take()), std::vector{kSome[0]});
    EXPECT_TRUE(writer.empty());
  }
}

// The bytes, once and for all: nodes of different versions speak to each other.
TEST(Frame, BytesOnTheWire) {
  const std::string frame = frame_of({{5, 2, 0x0807060504030201, 0x1112131415161718, {"ab", "c"}}});
  constexpr char kBody[] =
      "\x23\0\0\0\x05\0\x02\x02"          // bytes, kind, service, parts
      "\x01\x02\x03\x04\x05\x06\x07\x08"  // number
      "\x18\x17\x16\x15\x14\x13\x12\x11"  // until
      "\x02\0\0\0\x01\0\0\0"              // bytes of the parts
      "abc";
  const std::string body(kBody, sizeof kBody - 1);
  ASSERT_EQ(body.size(), 0x23u);
  EXPECT_EQ(frame.substr(kFrameHeaderBytes), body);
  EXPECT_EQ(frame, sealed(body));
}

TEST(Frame, EveryChangedByteIsNoticed) {
  const std::string frame = frame_of(kSome);
  for (std::size_t at = 0; at < frame.size(); ++at)
    for (const int change : {0x01, 0x80, 0xff}) {
      std::string changed = frame;
      changed[at] = static_cast<char>(changed[at] ^ change);
      EXPECT_TRUE(refused(changed)) << "byte " << at << " ^ " << change;
    }
}

TEST(Frame, EveryTruncationIsNoticed) {
  const std::string frame = frame_of(kSome);
  for (std::size_t size = 0; size < frame.size(); ++size)
    EXPECT_TRUE(refused(std::string_view(frame).substr(0, size))) << size;
  EXPECT_TRUE(refused(frame + '\0'));
}

// With a checksum that is right: what a peer with a bug might send.
TEST(Frame, ItemsThatLieAboutTheirSizesAreRefused) {
  const std::string body = frame_of(kSome).substr(kFrameHeaderBytes);
  EXPECT_FALSE(refused(sealed(body)));
  const auto with = [&](std::size_t at, std::uint32_t value) {
    std::string changed = body;
    store::overwrite(changed.data() + at, value);
    return sealed(changed);
  };
  const std::uint32_t first = store::load<std::uint32_t>(body.data());
  for (const std::uint32_t size : {0u, 1u, 23u, first - 1, first + 1, 0x7fffffffu, 0xffffffffu})
    EXPECT_TRUE(refused(with(0, size))) << size;
  const std::size_t lengths = kItemHeaderBytes;
  for (const std::uint32_t length : {0u, 6u, 8u, 1'000u, 0xffffffffu})
    EXPECT_TRUE(refused(with(lengths, length))) << length;
  std::string more_parts = body;
  for (const int parts : {0, 1, 3, 255}) {
    more_parts[7] = static_cast<char>(parts);
    EXPECT_TRUE(refused(sealed(more_parts))) << parts;
  }
  EXPECT_TRUE(refused(sealed(body + "short of an item's header")));
}

// Random bodies under right checksums: taken or refused, but never read beyond (AddressSanitizer
// looks), and what is taken is the same bytes when written again.
TEST(Frame, RandomBodiesAreRefusedOrMeanWhatTheySay) {
  EXPECT_TRUE(rc::check([] {
    std::string body =
        frame_of(*rc::gen::nonEmpty(rc::gen::container<std::vector<Item>>(any_item())))
            .substr(kFrameHeaderBytes);
    for (int i = *rc::gen::inRange(1, 6); i > 0; --i)
      body[*rc::gen::inRange<std::size_t>(0, body.size())] =
          static_cast<char>(*rc::gen::element(0, 1, 2, 24, 25, 127, 255));
    const std::string frame = sealed(body);
    std::vector<Item> items;
    const auto status =
        for_each_item(frame, [&](const ItemView& item) { items.push_back(Item::of(item)); });
    RC_TAG(status.ok() ? "taken" : "refused");
    if (status.ok())
      RC_ASSERT(frame_of(items) == frame);
    else
      RC_ASSERT(items.empty());
  }));
}

TEST(Frame, ItemsHaveALargestSize) {
  const std::size_t room = kItemBytesMax - item_bytes(std::vector<std::string_view>{""});
  const Item largest{1, 0, 0, 0, {std::string(room, 'x')}};
  const Item larger{1, 0, 0, 0, {std::string(room + 1, 'x')}};
  FrameWriter writer;
  EXPECT_FALSE(writer.add(larger.view()));
  EXPECT_TRUE(writer.empty());
  ASSERT_TRUE(writer.add(largest.view()));
  const std::string frame = writer.take();
  EXPECT_EQ(items_of(frame), std::vector{largest});

  std::string body = frame.substr(kFrameHeaderBytes) + 'x';
  store::overwrite(body.data(), static_cast<std::uint32_t>(body.size()));
  store::overwrite(body.data() + kItemHeaderBytes, static_cast<std::uint32_t>(room + 1));
  EXPECT_TRUE(refused(sealed(body)));
}

TEST(Frame, ItemsHaveALargestNumberOfParts) {
  FrameWriter writer;
  Item item{1, 0, 0, 0, std::vector<std::string>(kPartsMax, "x")};
  ASSERT_TRUE(writer.add(item.view()));
  EXPECT_EQ(items_of(writer.take()), std::vector{item});
  item.parts.push_back("x");
  EXPECT_FALSE(writer.add(item.view()));
}

TEST(Frame, AFrameTakesItemsUntilItIsFull) {
  const Item item{9, 0, 0, 0, {std::string(300'000, 'x')}};
  FrameWriter writer;
  std::size_t items = 0;
  while (writer.add(item.view())) ++items;
  EXPECT_EQ(items, kFrameBytesMax / item_bytes(item.view().parts));
  EXPECT_LE(writer.bytes(), kFrameBytesMax);
  EXPECT_GT(writer.bytes() + item_bytes(item.view().parts), kFrameBytesMax);
  const std::string frame = writer.take();
  EXPECT_TRUE(frame_body_bytes(frame).ok());
  EXPECT_EQ(items_of(frame).size(), items);
  EXPECT_TRUE(writer.add(item.view()));
}

TEST(Frame, HeadersOfImpossibleFramesAreRefused) {
  const auto header = [](std::uint32_t bytes) {
    std::string out;
    store::put(out, bytes);
    store::put(out, std::uint32_t{0});
    return out;
  };
  constexpr std::uint32_t kMax = kFrameBytesMax - kFrameHeaderBytes;
  EXPECT_EQ(*frame_body_bytes(header(kMax)), kMax);
  EXPECT_EQ(*frame_body_bytes(header(kItemHeaderBytes)), kItemHeaderBytes);
  for (const std::uint32_t bytes : {0u, 1u, static_cast<std::uint32_t>(kItemHeaderBytes - 1),
                                    kMax + 1, std::numeric_limits<std::uint32_t>::max()}) {
    const auto result = frame_body_bytes(header(bytes));
    ASSERT_FALSE(result.ok()) << bytes;
    EXPECT_NE(result.status().message().find(std::to_string(bytes)), std::string::npos);
  }
  EXPECT_FALSE(frame_body_bytes(header(100).substr(0, 7)).ok());
}

}  // namespace
}  // namespace souk::cluster
