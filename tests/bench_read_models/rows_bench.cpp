// Rows a second through RowStore, in transactions of 10,000, into a file as the projector writes
// it: live (WAL, synchronous NORMAL) and in a rebuild (no journal). With ascending keys, and with
// random ones among a million. Set SOUK_BENCH_DIR to choose the disk; the default is /tmp.
// SOUK_BENCH_PRAGMAS tries other settings, such as "PRAGMA page_size = 4096; PRAGMA cache_size =
// -8192".
#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

#include "actors/read_models/order_rows.hpp"
#include "actors/read_models/wallet_rows.hpp"
#include "events/rfc3339.hpp"
#include "store/sql/row_store.hpp"
#include "store/sql/tuning.hpp"

namespace {

using namespace souk;
using namespace souk::store;
using namespace souk::store::sql;
using read_models::OrderRow;
using read_models::WalletMovementRow;

constexpr std::int64_t kBatch = 10'000;
constexpr std::int64_t kRows = 1'000'000;
constexpr Time kStart{1'764'000'000'123'456};

void must(benchmark::State& state, const Status& status) {
  if (!status.ok()) state.SkipWithError(status.message().c_str());
}

// A permutation of the numbers below 2^20: keys that come in no order, each once.
std::int64_t scrambled(std::int64_t i) { return (i * 0x9E375) & 0xFFFFF; }

// A client's ids are of one width here, so that their order as text is that of their numbers.
std::string order_id(std::int64_t i) { return "order-" + std::to_string(10'000'000 + i); }

struct OrderMaker {
  using Row = OrderRow;
  Row operator()(std::int64_t i, std::int64_t version) const {
    Row row;
    row.order_id = order_id(i);
    row.customer_id = "customer-" + std::to_string(i % 10'000);
    row.status = version == 0 ? "PLACED" : "CONFIRMED";
    row.ordered_at = row.placed_at = kStart + milliseconds(i);
    row.line_count = 2;
    row.units = 3;
    if (version == 0) return row;
    row.confirmed_at = kStart + milliseconds(i + version);
    row.currency = "GBP";
    row.subtotal_minor = 1'590;
    row.discount_minor = 159;
    row.total_minor = 1'431;
    return row;
  }
};

struct MovementMaker {
  using Row = WalletMovementRow;
  Row operator()(std::int64_t i, std::int64_t version) const {
    Row row;
    row.wallet_id = "customer-" + std::to_string(10'000 + i / 100);
    row.movement = i % 100;
    row.at = kStart + milliseconds(i);
    row.kind = version == 0 ? "HOLD" : "SPEND";
    row.amount_minor = 1'431;
    row.balance_minor = 1'000'000 - version;
    row.held_minor = 1'431;
    row.currency = "GBP";
    row.cause = order_id(i);
    row.correlation_id = order_id(i);
    return row;
  }
};

// A file of its own, gone afterwards.
class BenchFile {
 public:
  BenchFile() {
    const char* directory = std::getenv("SOUK_BENCH_DIR");
    path_ = std::string(directory == nullptr ? "/tmp" : directory) + "/souk-rows-bench-" +
            std::to_string(::getpid()) + ".db";
    remove();
  }
  ~BenchFile() { remove(); }
  const std::string& path() const { return path_; }

 private:
  void remove() const {
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
  }
  std::string path_;
};

enum Kind { kLive, kRebuild };
enum Order { kAscending, kRandom };

template <class Maker>
Database fresh(benchmark::State& state, const BenchFile& file) {
  auto database = Database::open(file.path(), Mode::create);
  must(state, database.status());
  // Before, for the page size, and after, to have the last word.
  const char* pragmas = std::getenv("SOUK_BENCH_PRAGMAS");
  if (pragmas != nullptr) must(state, database->execute(pragmas));
  must(state, state.range(0) == kLive ? tune_writer(*database) : tune_bulk_load(*database));
  if (pragmas != nullptr) must(state, database->execute(pragmas));
  must(state, database->execute(create_table_sql<typename Maker::Row>()));
  return std::move(*database);
}

// Writes row numbers [from, from + kBatch) in one transaction.
template <class Maker, class Write>
void batch(benchmark::State& state, Database& database, std::int64_t from, std::int64_t version,
           Write&& write) {
  must(state, database.execute("BEGIN IMMEDIATE"));
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = from; i < from + kBatch; ++i)
    numbers.push_back(state.range(1) == kRandom ? scrambled(i) : i);
  std::sort(numbers.begin(), numbers.end());
  for (const std::int64_t i : numbers) must(state, write(Maker()(i, version)));
  must(state, database.execute("COMMIT"));
}

void label(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * kBatch);
  state.SetLabel(std::string(state.range(0) == kLive ? "live" : "rebuild") +
                 (state.range(1) == kAscending ? ", ascending" : ", random"));
}

template <class Maker>
void BM_Insert(benchmark::State& state) {
  BenchFile file;
  Database database = fresh<Maker>(state, file);
  RowStore<typename Maker::Row> rows(database);
  std::int64_t next = 0;
  for (auto _ : state) {
    batch<Maker>(state, database, next, 0, [&](const auto& row) { return rows.insert(row); });
    next += kBatch;
  }
  label(state);
}

template <class Maker>
void BM_Update(benchmark::State& state) {
  BenchFile file;
  Database database = fresh<Maker>(state, file);
  RowStore<typename Maker::Row> rows(database);
  for (std::int64_t next = 0; next < kRows; next += kBatch)
    batch<Maker>(state, database, next, 0, [&](const auto& row) { return rows.insert(row); });
  std::int64_t next = 0;
  std::int64_t version = 1;
  for (auto _ : state) {
    batch<Maker>(state, database, next, version, [&](const auto& row) { return rows.update(row); });
    next = (next + kBatch) % kRows;
    if (next == 0) ++version;
  }
  label(state);
}

template <class Maker>
void BM_Load(benchmark::State& state) {
  BenchFile file;
  Database database = fresh<Maker>(state, file);
  RowStore<typename Maker::Row> rows(database);
  for (std::int64_t next = 0; next < kRows; next += kBatch)
    batch<Maker>(state, database, next, 1, [&](const auto& row) { return rows.insert(row); });
  must(state, database.execute("BEGIN"));
  typename Maker::Row row;
  std::int64_t next = 0;
  for (auto _ : state) {
    for (std::int64_t i = next; i < next + kBatch; ++i) {
      const auto wanted = Maker()(state.range(1) == kRandom ? scrambled(i) : i, 0);
      if (const auto found = rows.load(key_of(wanted), row); !found.ok() || !*found)
        state.SkipWithError("a row is missing");
    }
    next = (next + kBatch) % kRows;
  }
  must(state, database.execute("COMMIT"));
  label(state);
}

// What making the rows costs in the benchmarks above: not the store's.
template <class Maker>
void BM_MakeRow(benchmark::State& state) {
  std::int64_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(Maker()(i++ % kRows, 1));
  state.SetItemsProcessed(state.iterations());
}

// One million rows: as many as the random keys are drawn from.
void all_ways(benchmark::internal::Benchmark* bench) {
  bench->Unit(benchmark::kMillisecond)->Iterations(kRows / kBatch);
  for (const int kind : {kLive, kRebuild})
    for (const int order : {kAscending, kRandom}) bench->Args({kind, order});
}

BENCHMARK_TEMPLATE(BM_Insert, OrderMaker)->Apply(all_ways);
BENCHMARK_TEMPLATE(BM_Insert, MovementMaker)->Apply(all_ways);
BENCHMARK_TEMPLATE(BM_Update, OrderMaker)->Apply(all_ways);
BENCHMARK_TEMPLATE(BM_Update, MovementMaker)->Apply(all_ways);
BENCHMARK_TEMPLATE(BM_Load, OrderMaker)->Apply(all_ways);
BENCHMARK_TEMPLATE(BM_MakeRow, OrderMaker);
BENCHMARK_TEMPLATE(BM_MakeRow, MovementMaker);

void BM_AppendIso(benchmark::State& state) {
  std::string text;
  Time time = kStart;
  for (auto _ : state) {
    text.clear();
    append_iso(text, time);
    time = time + milliseconds(1);
    benchmark::DoNotOptimize(text.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_AppendIso);

void BM_ParseIso(benchmark::State& state) {
  std::string text;
  append_iso(text, kStart);
  for (auto _ : state) benchmark::DoNotOptimize(parse_iso(text));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ParseIso);

}  // namespace
