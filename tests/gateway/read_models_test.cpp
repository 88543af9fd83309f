// The read models themselves over HTTP: how they are doing, operators' requests, and SQL.
#include "events/rfc3339.hpp"
#include "tests/gateway/reading_fixture.hpp"

namespace souk::testing {
namespace {

using gateway::ReadAnswer;
using gateway::ReadOutcome;
using nlohmann::json;

using ReadModelsHttp = ReadingTest;

// --- how they are doing ------------------------------------------------------------------------

TEST_F(ReadModelsHttp, SayHowFarTheyAre) {
  backend_.info = {.state = read_models::State::live, .detail = "", .version = 3, .file = "/x"};
  backend_.info.partitions = {{{Service::order, 1}, 90, 100, {1'500'000}},
                              {{Service::stock, 0}, 7, 7, {}}};
  backend_.info.parked = {{{Service::order, 1},
                           "o-1",
                           42,
                           2,
                           "It does not fit.",
                           *parse_rfc3339("2026-01-01T00:00:00Z")}};
  EXPECT_EQ(get("/v1/read-models").json(), json::parse(R"({"state":"LIVE","version":3,"file":"/x",
    "records_behind":10,"seconds_behind":1.5,
    "partitions":[
      {"service":"order","partition":1,"position":90,"end":100,"records_behind":10,
       "seconds_behind":1.5},
      {"service":"stock","partition":0,"position":7,"end":7,"records_behind":0,
       "seconds_behind":0.0}],
    "parked":[{"service":"order","partition":1,"stream":"o-1","offset":42,"records":2,
               "reason":"It does not fit.","since":"2026-01-01T00:00:00Z"}]})"));
}

TEST_F(ReadModelsHttp, SayHowARebuildGoes) {
  backend_.info.state = read_models::State::building;
  backend_.info.detail = "The read models are being built.";
  read_models::Rebuild rebuild{.records = 5, .records_total = 9};
  rebuild.started_at = *parse_rfc3339("2026-01-01T00:00:00Z");
  backend_.info.rebuild = rebuild;
  json running = get("/v1/read-models").json();
  EXPECT_EQ(running["state"], "BUILDING");
  EXPECT_EQ(running["detail"], "The read models are being built.");
  EXPECT_GT(running["rebuild"]["seconds"].get<double>(), 0);
  running["rebuild"].erase("seconds");
  EXPECT_EQ(running["rebuild"], json::parse(R"({"running":true,"records":5,"records_total":9})"));

  rebuild.ended_at = *parse_rfc3339("2026-01-01T00:00:02.5Z");
  rebuild.lag_at_switch = {120'000};
  backend_.info.rebuild = rebuild;
  EXPECT_EQ(get("/v1/read-models").json()["rebuild"],
            json::parse(R"({"running":false,"records":5,"records_total":9,"seconds":2.5,
              "lag_at_switch_seconds":0.12,"ended_at":"2026-01-01T00:00:02.5Z"})"));
  backend_.info.rebuild->failure = "The disk is full.";
  EXPECT_EQ(get("/v1/read-models").json()["rebuild"]["failure"], "The disk is full.");
  EXPECT_FALSE(get("/v1/read-models").json()["rebuild"].contains("lag_at_switch_seconds"));
  backend_.info = {};
  EXPECT_EQ(get("/v1/read-models").json()["state"], "OFF");
}

// --- operators ---------------------------------------------------------------------------------

TEST_F(ReadModelsHttp, RebuildIsStarted) {
  const Response started = post("/v1/read-models/rebuild");
  EXPECT_EQ(started.status, 202);
  EXPECT_EQ(started.header("Location"), "/v1/read-models");
  EXPECT_EQ(backend_.rebuilds, 1);
  EXPECT_EQ(post("/v1/read-models/rebuild", R"({"now":true})").status, 400);
  EXPECT_EQ(backend_.rebuilds, 1);
  backend_.forced = ReadAnswer{.outcome = ReadOutcome::unavailable, .detail = "None here."};
  EXPECT_EQ(post("/v1/read-models/rebuild").detail(), "None here.");
}

TEST_F(ReadModelsHttp, ParkedRecordsAreRetriedOrSkipped) {
  const Response retried = post("/v1/read-models/parked/wallet/12/ann%40x.org/retry");
  EXPECT_EQ(retried.status, 200);
  EXPECT_EQ(retried.body, R"({"status":"DONE"})");
  EXPECT_EQ(backend_.last_parked.partition, (PartitionId{Service::wallet, 12}));
  EXPECT_EQ(backend_.last_parked.stream, "ann@x.org");
  EXPECT_EQ(backend_.last_parked.action, gateway::ParkedAction::retry);

  const Response skipped =
      post("/v1/read-models/parked/order/0/o-1/skip", R"({"offset":88,"reason":"A test order."})");
  EXPECT_EQ(skipped.status, 200);
  EXPECT_EQ(backend_.last_parked.partition, (PartitionId{Service::order, 0}));
  EXPECT_EQ(backend_.last_parked.stream, "o-1");
  EXPECT_EQ(backend_.last_parked.action, gateway::ParkedAction::skip);
  EXPECT_EQ(backend_.last_parked.reason, "A test order.");
  EXPECT_EQ(backend_.last_parked.offset, 88u);
}

TEST_F(ReadModelsHttp, ParkedRequestsThatDoNotFit) {
  const std::string path = "/v1/read-models/parked/order/0/o-1/";
  EXPECT_EQ(post(path + "skip").code(), "empty_body");
  EXPECT_EQ(post(path + "skip", "{}").code(), "missing_field");
  EXPECT_EQ(post(path + "skip", R"({"offset":1,"reason":""})").code(), "out_of_range");
  EXPECT_EQ(post(path + "skip", R"({"reason":"x"})").code(), "missing_field");
  EXPECT_EQ(post(path + "skip", R"({"offset":0,"reason":"x"})").code(), "out_of_range");
  EXPECT_EQ(post(path + "skip", R"({"offset":1,"reason":")" + std::string(501, 'x') + "\"}").code(),
            "out_of_range");
  EXPECT_EQ(post(path + "drop").code(), "unknown_path");
  EXPECT_EQ(get(path + "retry").status, 405);
  for (const char* partition : {"orders/0", "order/x", "order/-1", "order/65536", "order/1x"}) {
    const Response response =
        post("/v1/read-models/parked/" + std::string(partition) + "/o-1/retry");
    EXPECT_EQ(response.status, 400) << partition;
    EXPECT_EQ(response.code(), "invalid_partition") << partition;
  }
  EXPECT_EQ(post("/v1/read-models/parked/order/0/o%20x/retry").code(), "invalid_id");
  EXPECT_EQ(backend_.last_parked.stream, "");  // nothing of all that reached it

  backend_.forced = ReadAnswer{.outcome = ReadOutcome::not_found};
  EXPECT_EQ(post(path + "retry").status, 404);
  EXPECT_EQ(post(path + "retry").code(), "not_parked");
  backend_.forced = ReadAnswer{.outcome = ReadOutcome::invalid, .detail = "It still is odd."};
  EXPECT_EQ(post(path + "retry").status, 409);
  EXPECT_EQ(post(path + "retry").code(), "still_unfit");
  EXPECT_EQ(post(path + "retry").detail(), "It still is odd.");
  EXPECT_EQ(post(path + "skip", R"({"offset":1,"reason":"x"})").code(), "another_record");
}

// --- SQL ---------------------------------------------------------------------------------------

TEST_F(ReadModelsHttp, SqlGivesColumnsAndRows) {
  backend_.position = {{{Service::order, 3}, 80}};
  const Response response =
      post("/v1/read-models/sql",
           R"({"sql":"SELECT :a AS a, :b AS b,\n\t:c, :d, :e, :f, 2.0, 9e999, x'ff' || '', 1/0",
          "parameters":{"a":"t\u00e9 \"x\"","b":-9223372036854775808,"c":0.25,"d":null,"e":true,
                        "f":""},
          "at_least":"order/3@80","wait_ms":10})");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.header("Souk-Position"), "order/3@80");
  EXPECT_EQ(response.body,
            R"({"columns":["a","b",":c",":d",":e",":f","2.0","9e999","x'ff' || ''","1/0"],)"
            R"("rows":[["té \"x\"",-9223372036854775808,0.25,null,1,"",2.0,"Inf","�",null]],)"
            R"("truncated":false,"position":"order/3@80"})");
  EXPECT_EQ(backend_.last_read.rows_max, 1'000u);
  EXPECT_EQ(backend_.last_read.wait, milliseconds(10));
}

TEST_F(ReadModelsHttp, SqlIsTruncatedAndSaysSo) {
  const json cut = post("/v1/read-models/sql", R"({"rows_max":2,
    "sql":"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 9) SELECT i FROM n"})")
                       .json();
  EXPECT_EQ(cut, json::parse(R"({"columns":["i"],"rows":[[1],[2]],"truncated":true,
                                 "position":""})"));
}

TEST_F(ReadModelsHttp, SqlReadsAndNothingElse) {
  for (const char* sql : {"DELETE FROM orders", "SELECT 1; SELECT 2", "SELEC 1", "",
                          "SELECT custmer_id FROM orders", "SELECT :x", "ATTACH 'y' AS y"}) {
    const Response response = post("/v1/read-models/sql", json{{"sql", sql}}.dump());
    EXPECT_EQ(response.status, 422) << sql << response.body;
    EXPECT_EQ(response.code(), "invalid_sql") << sql;
    EXPECT_EQ(response.json()["field"], "sql");
    EXPECT_FALSE(response.detail().empty()) << sql;
  }
}

TEST_F(ReadModelsHttp, SqlRequestsThatDoNotFit) {
  struct Case {
    const char* body;
    int status;
    const char* code;
    const char* field;
  };
  for (const Case& one :
       {Case{"", 400, "empty_body", ""}, Case{"{}", 400, "missing_field", "sql"},
        Case{R"({"sql":5})", 400, "wrong_type", "sql"},
        Case{R"({"query":"SELECT 1"})", 400, "unknown_field", ""},
        Case{R"({"sql":"SELECT 1","rows_max":0})", 422, "out_of_range", "rows_max"},
        Case{R"({"sql":"SELECT 1","rows_max":10001})", 422, "out_of_range", "rows_max"},
        Case{R"({"sql":"SELECT 1","wait_ms":60001})", 422, "out_of_range", "wait_ms"},
        Case{R"({"sql":"SELECT 1","at_least":"order@3"})", 400, "invalid_position", "at_least"},
        Case{R"({"sql":"SELECT 1","parameters":[1]})", 400, "wrong_type", "parameters"},
        Case{R"({"sql":"SELECT 1","parameters":{"a":[1]}})", 400, "wrong_type", "parameters.a"},
        Case{R"({"sql":"SELECT 1","parameters":{"a":{}}})", 400, "wrong_type", "parameters.a"},
        Case{R"({"sql":"SELECT 1","parameters":{"a":tru}})", 400, "not_json", "parameters.a"},
        Case{R"({"sql":"SELECT 1","parameters":{"a":1,"a":2}})", 400, "duplicate_field",
             "parameters"},
        Case{R"({"sql":"SELECT 1","parameters":{"":1}})", 422, "invalid_name", "parameters"},
        Case{R"({"sql":"SELECT 1","parameters":{"1a":1}})", 422, "invalid_name", "parameters"},
        Case{R"({"sql":"SELECT 1","parameters":{"a":9223372036854775808}})", 422, "out_of_range",
             "parameters.a"},
        Case{R"({"sql":"SELECT 1","parameters":{"a":1e999}})", 422, "out_of_range",
             "parameters.a"}}) {
    const Response response = post("/v1/read-models/sql", one.body);
    EXPECT_EQ(response.status, one.status) << one.body << response.body;
    EXPECT_EQ(response.code(), one.code) << one.body;
    EXPECT_EQ(response.json().value("field", ""), one.field) << one.body;
  }
  EXPECT_TRUE(backend_.last_read.sql.empty());
}

TEST_F(ReadModelsHttp, SqlThatCannotBeAnsweredNow) {
  const std::string body = R"({"sql":"SELECT 1"})";
  backend_.forced = ReadAnswer{.outcome = ReadOutcome::too_slow};
  EXPECT_EQ(post("/v1/read-models/sql", body).status, 504);
  EXPECT_EQ(post("/v1/read-models/sql", body).code(), "too_slow");
  backend_.forced = ReadAnswer{.outcome = ReadOutcome::overloaded};
  EXPECT_EQ(post("/v1/read-models/sql", body).status, 503);
  EXPECT_EQ(post("/v1/read-models/sql", body).header("Retry-After"), "1");
  backend_.forced = ReadAnswer{.outcome = ReadOutcome::unavailable, .detail = "Being built."};
  EXPECT_EQ(post("/v1/read-models/sql", body).detail(), "Being built.");
  EXPECT_EQ(post("/v1/read-models/sql", body).header("Retry-After"), "5");
  backend_.forced.reset();
  EXPECT_EQ(post("/v1/read-models/sql", R"({"sql":"SELECT 1","at_least":"order/1@5"})").code(),
            "behind");
}

}  // namespace
}  // namespace souk::testing
