#include "tools/bench/response_reader.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace souk::bench {
namespace {

using State = ResponseReader::State;

constexpr std::string_view kAnswer =
    "HTTP/1.1 201 Created\r\n"
    "Server: souk\r\n"
    "content-LENGTH:  22 \r\n"
    "Connection: keep-alive\r\n"
    "\r\n"
    "{\"status\":\"CONFIRMED\"}";

// Gives the bytes to the reader in pieces of at most `piece`.
State feed(ResponseReader& reader, std::string_view bytes, std::size_t piece = 1 << 20) {
  State state = State::incomplete;
  while (!bytes.empty()) {
    const auto space = reader.space();
    const std::size_t count = std::min({piece, bytes.size(), space.size()});
    std::copy_n(bytes.begin(), count, space.begin());
    state = reader.received(count);
    bytes.remove_prefix(count);
  }
  return state;
}

void expect_answer(const ResponseReader& reader) {
  EXPECT_EQ(reader.response().status, 201);
  EXPECT_EQ(reader.response().body, "{\"status\":\"CONFIRMED\"}");
  EXPECT_FALSE(reader.response().close);
}

TEST(ResponseReader, IsCompleteWhereverTheBytesAreSplit) {
  for (std::size_t at = 1; at < kAnswer.size(); ++at) {
    ResponseReader reader;
    ASSERT_EQ(feed(reader, kAnswer.substr(0, at)), State::incomplete) << "split at " << at;
    ASSERT_EQ(feed(reader, kAnswer.substr(at)), State::complete) << "split at " << at;
    expect_answer(reader);
  }
}

TEST(ResponseReader, ReadsByteAfterByte) {
  ResponseReader reader;
  EXPECT_EQ(feed(reader, kAnswer, 1), State::complete);
  expect_answer(reader);
}

TEST(ResponseReader, ReadsTheNextResponseOfTheConnection) {
  ResponseReader reader;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(reader.empty());
    ASSERT_EQ(feed(reader, kAnswer, 7), State::complete);
    expect_answer(reader);
    reader.consume();
  }
  ASSERT_EQ(feed(reader, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), State::complete);
  EXPECT_EQ(reader.response().status, 404);
  EXPECT_EQ(reader.response().body, "");
}

TEST(ResponseReader, BodyLargerThanTheFirstBuffer) {
  const std::string body(100'000, 'x');
  ResponseReader reader;
  ASSERT_EQ(feed(reader, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + body, 1000),
            State::complete);
  EXPECT_EQ(reader.response().body, body);
}

TEST(ResponseReader, NoContentNeedsNoLength) {
  ResponseReader reader;
  ASSERT_EQ(feed(reader, "HTTP/1.1 204 No Content\r\n\r\n"), State::complete);
  EXPECT_EQ(reader.response().status, 204);
}

TEST(ResponseReader, ReasonMayBeMissing) {
  ResponseReader reader;
  ASSERT_EQ(feed(reader, "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok"), State::complete);
  EXPECT_EQ(reader.response().status, 200);
}

TEST(ResponseReader, SaysThatTheServerCloses) {
  ResponseReader reader;
  ASSERT_EQ(feed(reader, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nCONNECTION: Close\r\n\r\n"),
            State::complete);
  EXPECT_TRUE(reader.response().close);
}

struct Fault {
  std::string_view bytes;
  std::string_view word;  // of the sentence
};

class ResponseReaderFault : public testing::TestWithParam<Fault> {};

TEST_P(ResponseReaderFault, IsReportedAndStays) {
  ResponseReader reader;
  EXPECT_EQ(feed(reader, GetParam().bytes), State::broken);
  EXPECT_NE(reader.fault().find(GetParam().word), std::string_view::npos) << reader.fault();
  EXPECT_EQ(feed(reader, kAnswer), State::broken);
}

INSTANTIATE_TEST_SUITE_P(
    All, ResponseReaderFault,
    testing::Values(
        Fault{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "chunked"},
        Fault{"HTTP/1.1 200 OK\r\nServer: x\r\n\r\nhello", "no Content-Length"},
        Fault{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1", "follow"},
        Fault{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", "repeated"},
        Fault{"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok", "no number"},
        Fault{"HTTP/1.1 200 OK\r\nContent-Length: 2x\r\n\r\nok", "no number"},
        Fault{"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nok", "16 MiB"},
        Fault{"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1"},
        Fault{"HTTP/1.1 100 Continue\r\n\r\n", "final"},
        Fault{"HTTP/1.1 20x OK\r\nContent-Length: 2\r\n\r\nok", "status line"},
        Fault{"SSH-2.0-OpenSSH\r\n\r\n", "status line"},
        Fault{"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "header"}));

TEST(ResponseReader, EndlessHeadIsAFault) {
  ResponseReader reader;
  EXPECT_EQ(feed(reader, "HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x'), 1000), State::broken);
}

}  // namespace
}  // namespace souk::bench
