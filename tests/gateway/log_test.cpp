// The log as it is, and backups, over HTTP: what reaches the backend, and how its answers look.
#include <memory>

#include "tests/gateway/http_fixture.hpp"

namespace souk::testing {
namespace {

using gateway::BackUp;
using gateway::LogAnswer;
using gateway::LogBatches;
using gateway::LogHead;
using gateway::LogInfo;
using gateway::LogOutcome;
using gateway::LogSnapshot;
using nlohmann::json;

// Answers what it is told to. The server's one thread uses it, and the test's between two requests.
class LogBackend final : public gateway::Backend {
 public:
  void log_info(gateway::LogDone<LogInfo> done) override { done({outcome, detail, info}); }
  void read_batches(gateway::ReadBatches request) override {
    read = request;
    request.done({outcome, detail, batches});
  }
  void find_batch(gateway::FindBatch request) override {
    found = request;
    request.done({outcome, detail, first_offset});
  }
  void read_head(gateway::StreamRequest<LogHead> request) override {
    partition = request.partition;
    stream = request.stream;
    request.done({outcome, detail, head});
  }
  void read_snapshot(gateway::StreamRequest<LogSnapshot> request) override {
    partition = request.partition;
    stream = request.stream;
    request.done({outcome, detail, snapshot});
  }
  void back_up(BackUp request) override {
    directory = request.directory;
    request.done({outcome, detail, made});
  }

  void ask(gateway::Request<Order>) override {}
  void ask(gateway::Request<Stock>) override {}
  void ask(gateway::Request<Wallet>) override {}
  void ask(gateway::Request<Coupon>) override {}
  void ask(gateway::Request<Campaign>) override {}
  void ask(gateway::Request<Checkout>) override {}
  std::string not_ready() const override { return {}; }

  LogOutcome outcome = LogOutcome::ok;
  std::string detail;
  LogInfo info;
  LogBatches batches;
  std::uint64_t first_offset = 0;
  LogHead head;
  LogSnapshot snapshot;
  BackUp::Made made;

  gateway::ReadBatches read;
  gateway::FindBatch found;
  PartitionId partition;
  std::string stream;
  std::string directory;
};

class LogHttp : public ::testing::Test {
 protected:
  LogHttp() {
    server_ = std::make_unique<gateway::Server>(gateway::ServerOptions{}, backend_);
    EXPECT_EQ(server_->start(), "");
    client_ = std::make_unique<httplib::Client>("127.0.0.1", server_->port());
    client_->set_keep_alive(true);
    client_->set_tcp_nodelay(true);
    client_->set_read_timeout(20);
  }
  static Response response_of(const httplib::Result& result) {
    return result ? Response{result->status, result->body, result->headers} : Response{};
  }
  Response get(const std::string& path) { return response_of(client_->Get(path)); }
  Response post(const std::string& path, const std::string& body) {
    return response_of(client_->Post(path, body, "application/json"));
  }

  LogBackend backend_;
  std::unique_ptr<gateway::Server> server_;
  std::unique_ptr<httplib::Client> client_;
};

TEST_F(LogHttp, SaysWhereItsPartitionsEnd) {
  backend_.info = {"shop \"7\"",
                   2,
                   {{{Service::order, 0}, 88, ""}, {{Service::stock, 3}, 0, "The disk is full."}}};
  EXPECT_EQ(get("/v1/log").json(), json::parse(R"({"cluster_id":"shop \"7\"","format_version":2,
    "partitions":[{"service":"order","number":0,"last_offset":88},
      {"service":"stock","number":3,"last_offset":0,"stopped":"The disk is full."}]})"));
}

TEST_F(LogHttp, GivesBatchesAsTheyAre) {
  std::string bytes;
  for (int i = 0; i < 300'000; ++i) bytes += static_cast<char>(i * 7);
  for (const std::string& body : {std::string(), std::string("\0\r\n\xff", 4), bytes}) {
    backend_.batches = {5, 9, 12, std::make_shared<const std::string>(body)};
    const Response response = get("/v1/log/order/3/batches?from=5&bytes_max=77&wait_ms=20");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, body);
    EXPECT_EQ(response.header("Content-Type"), "application/octet-stream");
    EXPECT_EQ(response.header("Content-Length"), std::to_string(body.size()));
    EXPECT_EQ(response.header("Souk-From"), "5");
    EXPECT_EQ(response.header("Souk-Next"), "9");
    EXPECT_EQ(response.header("Souk-End"), "12");
  }
  EXPECT_EQ(backend_.read.partition, (PartitionId{Service::order, 3}));
  EXPECT_EQ(backend_.read.from, 5u);
  EXPECT_EQ(backend_.read.bytes_max, 77u);
  EXPECT_EQ(backend_.read.wait, milliseconds(20));
}

TEST_F(LogHttp, LetsGoOfBatchesThatAreSent) {
  auto bytes = std::make_shared<const std::string>(5u << 20, 'x');
  const std::weak_ptr<const std::string> held = bytes;
  backend_.batches = {1, 2, 2, std::move(bytes)};
  EXPECT_EQ(get("/v1/log/order/3/batches").body.size(), 5u << 20);
  backend_.batches = {};
  backend_.batches.bytes = std::make_shared<const std::string>();
  get("/v1/log/order/3/batches");  // the server's thread has come past the other one
  EXPECT_TRUE(held.expired());
}

TEST_F(LogHttp, ReadsFromTheBeginningUnlessToldOtherwise) {
  backend_.batches.bytes = std::make_shared<const std::string>();
  EXPECT_EQ(get("/v1/log/stock/0/batches").status, 200);
  EXPECT_EQ(backend_.read.from, 1u);
  EXPECT_EQ(backend_.read.bytes_max, 1u << 20);
  EXPECT_EQ(backend_.read.wait, Duration{});
}

TEST_F(LogHttp, HeadSaysTheSameWithoutTheBytes) {
  backend_.batches = {1, 2, 2, std::make_shared<const std::string>("abc")};
  const auto result = client_->Head("/v1/log/order/3/batches");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->get_header_value("Content-Length"), "3");
  EXPECT_EQ(get("/v1/log/order/3/batches").body, "abc");  // on the same connection
}

TEST_F(LogHttp, FindsTheBatchThatFollows) {
  backend_.first_offset = 91;
  EXPECT_EQ(get("/v1/log/checkout/1/batches/next?after=88").body, R"({"first_offset":91})");
  EXPECT_EQ(backend_.found.partition, (PartitionId{Service::checkout, 1}));
  EXPECT_EQ(backend_.found.after, 88u);
  backend_.first_offset = 0;
  EXPECT_EQ(get("/v1/log/checkout/1/batches/next").body, "{}");
  EXPECT_EQ(backend_.found.after, 0u);
}

TEST_F(LogHttp, SaysWhereAStreamEnds) {
  backend_.head = {88, 7, true};
  EXPECT_EQ(get("/v1/log/wallet/1/streams/ann%40x.org").body,
            R"({"offset":88,"sequence":7,"open":true})");
  EXPECT_EQ(backend_.partition, (PartitionId{Service::wallet, 1}));
  EXPECT_EQ(backend_.stream, "ann@x.org");
  backend_.head = {};
  EXPECT_EQ(get("/v1/log/wallet/1/streams/ann").status, 404);
  EXPECT_EQ(get("/v1/log/wallet/1/streams/ann").code(), "no_stream");
}

TEST_F(LogHttp, GivesASnapshotAsItIs) {
  backend_.snapshot = {true, 3, 88, 7, std::make_shared<const std::string>("\0\n state", 8)};
  const Response response = get("/v1/log/wallet/1/streams/ann/snapshot");
  EXPECT_EQ(response.body, std::string("\0\n state", 8));
  EXPECT_EQ(response.header("Souk-Snapshot-Version"), "3");
  EXPECT_EQ(response.header("Souk-Offset"), "88");
  EXPECT_EQ(response.header("Souk-Sequence"), "7");
  backend_.snapshot = {};
  EXPECT_EQ(get("/v1/log/wallet/1/streams/ann/snapshot").status, 404);
  EXPECT_EQ(get("/v1/log/wallet/1/streams/ann/snapshot").code(), "no_snapshot");
}

TEST_F(LogHttp, TurnsAwayWhatDoesNotFit) {
  struct Case {
    const char* path;
    const char* code;
  };
  for (const Case& one :
       {Case{"/v1/log/orders/3/batches", "invalid_partition"},
        Case{"/v1/log/order/-1/batches", "invalid_partition"},
        Case{"/v1/log/order/65536/streams/x", "invalid_partition"},
        Case{"/v1/log/order/1x/streams/x/snapshot", "invalid_partition"},
        Case{"/v1/log/order/3/batches?from=0", "invalid_parameter"},
        Case{"/v1/log/order/3/batches?from=x", "invalid_parameter"},
        Case{"/v1/log/order/3/batches?from=9223372036854775808", "invalid_parameter"},
        Case{"/v1/log/order/3/batches?bytes_max=0", "invalid_parameter"},
        Case{"/v1/log/order/3/batches?bytes_max=8388609", "invalid_parameter"},
        Case{"/v1/log/order/3/batches?wait_ms=60001", "invalid_parameter"},
        Case{"/v1/log/order/3/batches?to=5", "unknown_parameter"},
        Case{"/v1/log/order/3/batches/next?after=-1", "invalid_parameter"},
        Case{"/v1/log/order/3/batches/next?from=1", "unknown_parameter"},
        Case{"/v1/log/order/3/streams/a%20b", "invalid_id"},
        Case{"/v1/log?at_least=order/3@1", "unknown_parameter"}}) {
    const Response response = get(one.path);
    EXPECT_EQ(response.status, 400) << one.path << response.body;
    EXPECT_EQ(response.code(), one.code) << one.path;
  }
}

TEST_F(LogHttp, EveryOutcomeHasItsProblem) {
  struct Case {
    LogOutcome outcome;
    int status;
    const char* code;
  };
  backend_.detail = "It is so.";
  for (const Case& one :
       {Case{LogOutcome::no_partition, 404, "no_partition"},
        Case{LogOutcome::beyond_end, 422, "beyond_end"}, Case{LogOutcome::damaged, 410, "damaged"},
        Case{LogOutcome::failed, 500, "disk_failed"},
        Case{LogOutcome::unavailable, 503, "unavailable"},
        Case{LogOutcome::overloaded, 503, "overloaded"}}) {
    backend_.outcome = one.outcome;
    for (const char* path : {"/v1/log", "/v1/log/order/3/batches", "/v1/log/order/3/batches/next",
                             "/v1/log/order/3/streams/x", "/v1/log/order/3/streams/x/snapshot"}) {
      const Response response = get(path);
      EXPECT_EQ(response.status, one.status) << path;
      EXPECT_EQ(response.code(), one.code) << path;
      EXPECT_EQ(response.header("Retry-After").empty(), one.status != 503) << path;
      EXPECT_EQ(response.header("Content-Type"), "application/problem+json");
      EXPECT_NE(response.detail() == "It is so.", one.outcome == LogOutcome::overloaded);
    }
  }
}

TEST_F(LogHttp, MakesABackup) {
  backend_.made = {"/backups/monday", {{{Service::order, 3}, 88}}, 5'000, 4'000, {250'000}};
  const Response response = post("/v1/backups", R"({"directory":"/backups/monday"})");
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(backend_.directory, "/backups/monday");
  EXPECT_EQ(response.header("Souk-Position"), "order/3@88");
  EXPECT_EQ(response.body, R"({"directory":"/backups/monday","position":"order/3@88",)"
                           R"("bytes":5000,"hard_linked_bytes":4000,"seconds":0.25})");
}

TEST_F(LogHttp, BackupsThatAreRefused) {
  EXPECT_EQ(post("/v1/backups", "").code(), "empty_body");
  EXPECT_EQ(post("/v1/backups", "{}").code(), "missing_field");
  EXPECT_EQ(post("/v1/backups", R"({"directory":""})").code(), "out_of_range");
  EXPECT_EQ(post("/v1/backups", R"({"directory":5})").code(), "wrong_type");
  EXPECT_EQ(post("/v1/backups", R"({"dir":"/x"})").code(), "unknown_field");
  EXPECT_EQ(get("/v1/backups").status, 405);
  EXPECT_EQ(backend_.directory, "");  // nothing of all that reached it
  backend_.detail = "It will not do.";
  struct Case {
    LogOutcome outcome;
    int status;
    const char* code;
  };
  for (const Case& one : {Case{LogOutcome::refused, 422, "invalid_directory"},
                          Case{LogOutcome::exists, 409, "directory_exists"},
                          Case{LogOutcome::busy, 409, "backup_running"}}) {
    backend_.outcome = one.outcome;
    const Response response = post("/v1/backups", R"({"directory":"/x"})");
    EXPECT_EQ(response.status, one.status);
    EXPECT_EQ(response.code(), one.code);
    EXPECT_EQ(response.detail(), "It will not do.");
  }
}

TEST_F(LogHttp, ADrainingNodeShowsItsLogAndMakesNoBackup) {
  backend_.batches.bytes = std::make_shared<const std::string>();
  server_->begin_drain();
  EXPECT_EQ(get("/v1/log/order/3/batches").status, 200);
  EXPECT_EQ(post("/v1/backups", R"({"directory":"/x"})").code(), "draining");
}

}  // namespace
}  // namespace souk::testing
