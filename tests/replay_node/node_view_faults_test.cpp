// What a view of a node does with answers that are wrong: a server that only looks like a node.
#include <thread>

#include <gtest/gtest.h>
#include <httplib.h>

#include "store/batch.hpp"
#include "store/keys.hpp"
#include "store/record.hpp"
#include "tools/replay/node_view.hpp"

namespace souk::testing {
namespace {

using replay::NodeView;
using store::Code;

constexpr PartitionId kOrder0{Service::order, 0};

// One batch of records with the offsets `first` to `first + count - 1`, as it stands in the log.
std::string batch_value(store::Offset first, std::uint32_t count) {
  std::vector<std::string> records(count);
  store::BatchBuilder builder;
  for (std::uint32_t i = 0; i < count; ++i) {
    store::Record record;
    record.stream = "o-" + std::to_string(first + i);
    record.sequence = 1;
    encode_record(record, records[i]);
    builder.expect(records[i].size());
  }
  builder.begin(kOrder0, first, {1, kOrder0});
  for (const std::string& record : records) builder.add(record);
  std::string key, value;
  builder.finish(key, value);
  return value;
}

std::string framed(const std::string& value) {
  std::string out;
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value.size() >> shift);
  return out + value;
}

class NodeViewFaults : public ::testing::Test {
 protected:
  NodeViewFaults() {
    http_.Get("/v1/log", [this](const httplib::Request&, httplib::Response& response) {
      response.status = log_status_;
      response.set_content(log_, "application/json");
    });
    http_.Get("/v1/log/order/0/batches",
              [this](const httplib::Request& request, httplib::Response& response) {
                if (++reads_ <= busy_) {
                  response.status = 503;
                  return response.set_content(R"({"code":"overloaded"})", "application/json");
                }
                response.status = status_;
                response.set_header("Souk-From", request.get_param_value("from"));
                response.set_content(body_, "application/octet-stream");
              });
    http_.set_tcp_nodelay(true);
    port_ = http_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { http_.listen_after_bind(); });
    while (!http_.is_running()) std::this_thread::yield();
  }
  ~NodeViewFaults() override {
    http_.stop();
    thread_.join();
  }

  store::Result<std::unique_ptr<NodeView>> connect() {
    return NodeView::connect("http://127.0.0.1:" + std::to_string(port_));
  }
  // What a view says of the first record, when the node says this.
  store::Status read_of(std::string body) {
    body_ = std::move(body);
    auto view = connect();
    EXPECT_TRUE(view.ok()) << view.status().message();
    return (*view)->read(kOrder0, 1, 1'000).status();
  }

  std::string log_ =
      R"({"cluster_id":"x","format_version":2,"partitions":[{"service":"order","number":0,"last_offset":3}]})";
  int log_status_ = 200;
  int status_ = 200;
  std::string body_;
  int busy_ = 0;  // so many reads are turned away first
  std::atomic<int> reads_ = 0;

 private:
  httplib::Server http_;
  int port_ = 0;
  std::thread thread_;
};

TEST_F(NodeViewFaults, GoodBatchesAreTakenUpToTheEndOfTheView) {
  body_ = framed(batch_value(1, 2)) + framed(batch_value(3, 1)) + framed(batch_value(4, 5));
  const auto view = connect();
  const auto slice = (*view)->read(kOrder0, 2, 1'000);
  ASSERT_TRUE(slice.ok()) << slice.status().message();
  EXPECT_EQ(slice->next, 4u);
  EXPECT_EQ(slice->end, 4u);
  EXPECT_EQ(slice->batches.size(), 2u);
}

TEST_F(NodeViewFaults, BytesThatAreNotWhatWasWrittenAreCorruption) {
  const std::string good = framed(batch_value(1, 3));
  ASSERT_TRUE(read_of(good).ok());
  for (std::size_t at = 4; at < good.size(); at += 3) {
    std::string flipped = good;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    EXPECT_EQ(read_of(flipped).code(), Code::corruption) << at;
  }
  for (std::size_t size = 0; size < good.size(); size += 5)
    EXPECT_EQ(read_of(good.substr(0, size)).code(), Code::corruption) << size;
  EXPECT_EQ(read_of(framed(batch_value(2, 2))).code(), Code::corruption);  // 1 is missing
}

TEST_F(NodeViewFaults, WhatComesBeforeAFaultIsGiven) {
  body_ = framed(batch_value(1, 1)) + framed(batch_value(3, 1));  // 2 is missing
  const auto view = connect();
  const auto slice = (*view)->read(kOrder0, 1, 1'000);
  ASSERT_TRUE(slice.ok());
  EXPECT_EQ(slice->next, 2u);
}

TEST_F(NodeViewFaults, ABusyNodeIsAskedAgain) {
  busy_ = 1;
  EXPECT_TRUE(read_of(framed(batch_value(1, 3))).ok());
  EXPECT_EQ(reads_, 2);
}

TEST_F(NodeViewFaults, ProblemsKeepTheirMeaning) {
  status_ = 410;
  EXPECT_EQ(read_of(R"({"code":"damaged","detail":"It is bad."})"),
            store::Status(Code::corruption, "It is bad."));
  status_ = 422;
  EXPECT_EQ(read_of(R"({"code":"beyond_end","detail":"It ends."})"),
            store::Status(Code::invalid, "It ends."));
  status_ = 500;
  EXPECT_EQ(read_of(R"({"code":"disk_failed","detail":"No disk."})").code(), Code::io_error);
}

TEST_F(NodeViewFaults, WhatIsNoNodeIsSaidToBeNone) {
  log_status_ = 404;
  EXPECT_NE(connect().status().message().find("does not serve its log"), std::string::npos);
  EXPECT_EQ(connect().status().code(), Code::io_error);
  log_status_ = 200;
  for (const char* text : {"", "<html>", "[]", "{}", R"({"cluster_id":1})",
                           R"({"cluster_id":"x","format_version":2,"partitions":[{}]})"}) {
    log_ = text;
    EXPECT_EQ(connect().status().code(), Code::io_error) << text;
  }
  log_ = R"({"cluster_id":"x","format_version":99,"partitions":[]})";
  EXPECT_EQ(connect().status().code(), Code::newer_format);
}

}  // namespace
}  // namespace souk::testing
