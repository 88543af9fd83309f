// Pages between nodes: what is sent is what comes, in pieces if it must be, and nonsense is
// refused.
#include "cluster/pages.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace souk::cluster {
namespace {

using store::Code;

store::Slice slice_with(PartitionId partition, store::Offset from,
                        const std::vector<std::string>& batches) {
  store::Slice slice;
  slice.partition = partition;
  slice.from = slice.next = from;
  for (const std::string& batch : batches)
    slice.add(std::make_shared<const std::string>(batch), slice.next + 1);
  slice.end = slice.next + 5;
  return slice;
}

void expect_same(const core::Page& one, const core::Page& other) {
  EXPECT_EQ(one.more, other.more);
  EXPECT_EQ(one.status, other.status);
  EXPECT_EQ(one.failed, other.failed);
  ASSERT_EQ(one.slices.size(), other.slices.size());
  for (std::size_t i = 0; i < one.slices.size(); ++i) {
    const store::Slice& a = one.slices[i];
    const store::Slice& b = other.slices[i];
    EXPECT_EQ(a.partition, b.partition);
    EXPECT_EQ(std::tie(a.from, a.next, a.end, a.bytes), std::tie(b.from, b.next, b.end, b.bytes));
    ASSERT_EQ(a.batches.size(), b.batches.size());
    for (std::size_t j = 0; j < a.batches.size(); ++j) EXPECT_EQ(*a.batches[j], *b.batches[j]);
  }
}

TEST(Pages, ComeAsTheyWereSent) {
  EXPECT_TRUE(rc::check([] {
    core::Page page;
    page.more = *rc::gen::arbitrary<bool>();
    if (*rc::gen::arbitrary<bool>()) {
      page.status = {Code::corruption, *rc::gen::string<std::string>()};
      if (*rc::gen::arbitrary<bool>()) page.failed = PartitionId{Service::wallet, 3};
    }
    const auto texts = rc::gen::nonEmpty(
        rc::gen::container<std::vector<std::string>>(rc::gen::string<std::string>()));
    const int slices = *rc::gen::inRange(0, 5);
    for (int i = 0; i < slices; ++i)
      page.slices.push_back(slice_with({kServices.at(static_cast<std::size_t>(i)), 7},
                                       *rc::gen::inRange<store::Offset>(1, 1'000'000), *texts));
    PageReader reader;
    RC_ASSERT(reader.take(page_parts(page)).ok());
    RC_ASSERT(!reader.wanted());
    expect_same(reader.page(), page);
  }));
}

TEST(Pages, ABatchThatIsTooLargeComesInPieces) {
  std::string large(3 * kPageBytesMax + 7, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 >> 3);
  core::Page page;
  page.slices.push_back(slice_with({Service::stock, 1}, 44, {large}));
  page.more = true;
  PageReader reader;
  ASSERT_TRUE(reader.take(page_parts(page)).ok());
  int pieces = 1;
  for (; reader.wanted(); ++pieces) {
    EXPECT_EQ(reader.wanted()->from, to_wire({Service::stock, 1}, 44));
    const auto parts = page_parts(page, static_cast<std::size_t>(reader.wanted()->skip));
    EXPECT_LE(item_bytes(std::vector<std::string_view>(parts.begin(), parts.end())), kItemBytesMax);
    ASSERT_TRUE(reader.take(parts).ok());
  }
  EXPECT_EQ(pieces, 4);
  expect_same(reader.page(), page);
}

TEST(Pages, APieceOfAnotherBatchOrPlaceIsRefused) {
  core::Page page;
  page.slices.push_back(slice_with({Service::stock, 1}, 44, {std::string(3 * kPageBytesMax, 'x')}));
  core::Page other = page;
  other.slices[0].from = 43;
  PageReader reader;
  EXPECT_EQ(reader.take(page_parts(page, 5)).code(), Code::corruption);
  ASSERT_TRUE(reader.take(page_parts(page)).ok());
  EXPECT_EQ(reader.take(page_parts(other, kPageBytesMax)).code(), Code::corruption);
  ASSERT_TRUE(reader.take(page_parts(page)).ok());
  EXPECT_EQ(reader.take(page_parts(page, 1)).code(), Code::corruption);
  ASSERT_TRUE(reader.take(page_parts(page)).ok());
  EXPECT_EQ(reader.take(page_parts(core::Page{})).code(), Code::corruption);
  EXPECT_FALSE(reader.wanted());
}

TEST(Pages, AFailureInTheMiddleOfABatchIsHeard) {
  core::Page page;
  page.slices.push_back(slice_with({Service::stock, 1}, 44, {std::string(3 * kPageBytesMax, 'x')}));
  core::Page failed;
  failed.status = {Code::io_error, "The disk is gone."};
  failed.failed = PartitionId{Service::stock, 1};
  PageReader reader;
  ASSERT_TRUE(reader.take(page_parts(page)).ok());
  ASSERT_TRUE(reader.take(page_parts(failed)).ok());
  expect_same(reader.page(), failed);
}

TEST(Pages, OfEveryPartitionThereCanBeFitIntoOneMessage) {
  core::Page page;
  const std::string smallest(100, 'b');  // a header and a record have more
  std::size_t bytes = 0;
  for (std::uint16_t number = 0; number < 1'024; ++number)
    for (const Service service : kServices) {
      std::vector<std::string> batches;
      for (; bytes < kPageBytesMax && batches.size() < 2; bytes += smallest.size())
        batches.push_back(smallest);
      if (batches.empty()) continue;
      page.slices.push_back(slice_with({service, number}, UINT64_MAX >> 2, batches));
    }
  const auto parts = page_parts(page);
  EXPECT_LE(item_bytes(std::vector<std::string_view>(parts.begin(), parts.end())), kItemBytesMax);
}

// Whatever bytes come: an answer, and no more memory than they have.
TEST(Pages, NonsenseIsRefused) {
  core::Page page;
  page.slices.push_back(slice_with({Service::stock, 1}, 44, {"abc", "defg"}));
  page.slices.push_back(slice_with({Service::wallet, 2}, 1, {"h"}));
  const std::vector<std::string> parts = page_parts(page);
  PageReader reader;
  EXPECT_EQ(reader.take({}).code(), Code::corruption);
  EXPECT_EQ(reader.take(std::vector{parts[0]}).code(), Code::corruption);
  EXPECT_EQ(reader.take(std::vector{parts[0], parts[1] + "x"}).code(), Code::corruption);
  for (std::size_t size = 0; size < parts[1].size(); ++size)
    EXPECT_EQ(reader.take(std::vector{parts[0], parts[1].substr(0, size)}).code(),
              Code::corruption);
  for (std::size_t at = 0; at < parts[0].size(); ++at)
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::vector<std::string> flipped = parts;
      flipped[0][at] = static_cast<char>(flipped[0][at] ^ (1 << bit));
      if (reader.take(flipped).ok() && !reader.wanted()) {
        for (const store::Slice& slice : reader.page().slices) {
          EXPECT_GE(slice.from, 1U);
          EXPECT_GT(slice.next, slice.from);
        }
      }
      reader = {};
    }
}

TEST(Pages, AFailureSaysItsCode) {
  const std::vector<std::string> parts{
      saved(wire::Failure{static_cast<std::uint16_t>(Code::in_use), "Busy."})};
  EXPECT_EQ(failure_of(parts), (store::Status{Code::in_use, "Busy."}));
  const std::vector<std::string> newer{saved(wire::Failure{999, "Something new."})};
  EXPECT_EQ(failure_of(newer), (store::Status{Code::io_error, "Something new."}));
  EXPECT_EQ(failure_of({}).code(), Code::corruption);
}

}  // namespace
}  // namespace souk::cluster
