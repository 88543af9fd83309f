// Records a second from the log into all read models, on one core: in a rebuild, as the live
// projector does it, and without a database, which shows what SQLite costs.
//
// The log is a real one: a node in this process carries SOUK_BENCH_ORDERS orders (default 30,000)
// of one to four lines, spread over 2,000 SKUs and 5,000 wallets, and is then stopped. Or set
// SOUK_BENCH_DATA to the data directory of a node that has stopped. SOUK_BENCH_DIR chooses the
// disk.
#include <atomic>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "actors/history/models.hpp"
#include "node/node.hpp"
#include "store/rocks_kv.hpp"

namespace {

using namespace souk;
namespace fs = std::filesystem;

constexpr int kSkus = 2'000;
constexpr int kWallets = 5'000;
constexpr std::int64_t kInFlightMax = 256;
constexpr std::size_t kSliceBytes = 4u << 20;
constexpr std::uint16_t kPartitions = 8;

std::int64_t number_from(const char* variable, std::int64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoll(text);
}

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "souk_read_models_bench: %s\n", why.c_str());
  std::exit(1);
}
void must(const store::Status& status) {
  if (!status.ok()) fail(status.message());
}

// --- a log to read
// --------------------------------------------------------------------------------

store::Identity identity_of(const std::string& cluster) {
  store::Identity identity{cluster, {}};
  for (const Service service : kServices) identity.partitions[service] = kPartitions;
  return identity;
}

std::unique_ptr<store::Log> open_log(const std::string& path) {
  store::RocksOptions options;
  options.path = path;
  auto kv = store::open_rocks_kv(options);
  must(kv.status());
  auto log = store::Log::open(std::move(*kv), identity_of("souk"));
  must(log.status());
  return std::move(*log);
}

// Sends commands to a node, so many at a time.
class Sender {
 public:
  explicit Sender(node::Node& node) : node_(node) {}
  ~Sender() { wait_until(0); }

  template <class A>
  void send(std::string target, typename A::Command command, std::string id) {
    wait_until(kInFlightMax - 1);
    ++in_flight_;
    gateway::Request<A> request;
    request.correlation_id = target;
    request.target = std::move(target);
    request.command = std::move(command);
    request.command_id = std::move(id);
    request.wait = seconds(60);
    request.done = [this](const gateway::Answer<A>& answer) {
      if (answer.outcome != gateway::Outcome::accepted) fail("the node refused a command");
      --in_flight_;
    };
    node_.ask(std::move(request));
  }

 private:
  void wait_until(std::int64_t in_flight) const {
    while (in_flight_ > in_flight) std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
  node::Node& node_;
  std::atomic<std::int64_t> in_flight_{0};
};

Money gbp(std::int64_t minor) { return {minor, *Currency::parse("GBP")}; }
std::string sku(std::int64_t n) { return "sku-" + std::to_string(n % kSkus); }
std::string wallet_id(std::int64_t n) { return "customer-" + std::to_string(n % kWallets); }

void fill(const std::string& path) {
  const core::SystemClock clock;
  node::Node node(open_log(path), clock, {});
  Sender sender(node);
  for (int i = 0; i < kSkus; ++i) {
    sender.send<Stock>(sku(i), stock::Register{"a " + sku(i), gbp(100 + i)}, "register");
    sender.send<Stock>(sku(i), stock::Receive{ReceiptId("r"), {1'000'000'000}}, "receive");
  }
  for (int i = 0; i < kWallets; ++i)
    sender.send<Wallet>(wallet_id(i), wallet::Charge{ChargeId("c"), gbp(kMoneyMinorMax)}, "charge");
  const std::int64_t orders = number_from("SOUK_BENCH_ORDERS", 30'000);
  for (std::int64_t i = 0; i < orders; ++i) {
    checkout::Start start;
    start.order_id = OrderId("order-" + std::to_string(i * 7919 % 1'000'003));
    start.customer_id = CustomerId(wallet_id(i * 31));
    for (std::int64_t line = 0; line <= i % 4; ++line)
      start.lines.push_back({Sku(sku(i * 13 + line * 501)), {1 + line}, {}});
    const std::string target = start.order_id.str();
    sender.send<Checkout>(target, std::move(start), "start");
  }
}

// Made once, removed at the exit.
class Source {
 public:
  Source() {
    const char* base = std::getenv("SOUK_BENCH_DIR");
    scratch_ = std::string(base == nullptr ? "/tmp" : base) + "/souk-projection-" +
               std::to_string(getpid());
    fs::create_directories(scratch_);
    const char* data = std::getenv("SOUK_BENCH_DATA");
    if (data == nullptr) fill(scratch_ + "/data");
    log_ = open_log(data == nullptr ? scratch_ + "/data" : data);
    for (const Service service : kServices)
      for (std::uint16_t number = 0; number < kPartitions; ++number)
        partitions_.push_back({service, number});
  }
  ~Source() {
    log_.reset();
    std::error_code error;
    fs::remove_all(scratch_, error);
  }
  const store::Log& log() const { return *log_; }
  const std::vector<PartitionId>& partitions() const { return partitions_; }
  std::string fresh_file() { return scratch_ + "/" + std::to_string(++files_) + ".sqlite"; }

 private:
  std::string scratch_;
  std::unique_ptr<store::Log> log_;
  std::vector<PartitionId> partitions_;
  int files_ = 0;
};

Source& source() {
  static Source one;
  return one;
}

// Calls `f(slice)` for the whole log, partition after partition.
template <class F>
void for_each_slice(F&& f) {
  for (const PartitionId partition : source().partitions())
    for (store::Offset from = 1; from < source().log().next_offset(partition);) {
      const auto slice = source().log().read(partition, from, kSliceBytes);
      must(slice.status());
      f(*slice);
      from = slice->next;
    }
}

void report(benchmark::State& state, std::int64_t records) {
  state.SetItemsProcessed(state.iterations() * records);
  state.counters["records"] = static_cast<double>(records);
}

// --- what is measured
// -----------------------------------------------------------------------------

// As the builder does it: bulk load, indexes, everything safe on the disk.
void BM_Rebuild(benchmark::State& state) {
  std::int64_t records = 0;
  source();
  for (auto _ : state) {
    const std::string path = source().fresh_file();
    auto models = history::Models::create(path, "souk", Time{1}, history::BulkLoad::yes);
    must(models.status());
    records = 0;
    for_each_slice([&](const store::Slice& slice) {
      must((*models)->apply(slice));
      records += static_cast<std::int64_t>(slice.next - slice.from);
      if ((*models)->rows_to_commit() >= 100'000) must((*models)->commit());
    });
    must((*models)->commit());
    must((*models)->finish_bulk_load());
    state.PauseTiming();
    models->reset();
    fs::remove(path);
    state.ResumeTiming();
  }
  report(state, records);
}
BENCHMARK(BM_Rebuild)->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime();

// As the projector does it beside readers: small slices of all partitions in turn, WAL, indexes,
// a commit every so many records.
void BM_Live(benchmark::State& state) {
  std::int64_t records = 0;
  source();
  for (auto _ : state) {
    const std::string path = source().fresh_file();
    auto models = history::Models::create(path, "souk", Time{1}, history::BulkLoad::no);
    must(models.status());
    records = 0;
    for (bool more = true; more;) {
      more = false;
      for (const PartitionId partition : source().partitions()) {
        const auto slice = source().log().read(partition, (*models)->next(partition), 64 << 10);
        must(slice.status());
        must((*models)->apply(*slice));
        records += static_cast<std::int64_t>(slice->next - slice->from);
        more |= slice->next < slice->end;
        if ((*models)->records_to_commit() >= static_cast<std::uint64_t>(state.range(0)))
          must((*models)->commit());
      }
    }
    must((*models)->commit());
    state.PauseTiming();
    models->reset();
    fs::remove(path);
    state.ResumeTiming();
  }
  report(state, records);
}
BENCHMARK(BM_Live)
    ->Arg(1'000)
    ->Arg(10'000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->MeasureProcessCPUTime();

// Reading and parsing only.
void BM_Scan(benchmark::State& state) {
  std::int64_t records = 0;
  source();
  for (auto _ : state) {
    records = 0;
    for_each_slice([&](const store::Slice& slice) {
      must(slice.for_each([&](const store::RecordView& record) {
        benchmark::DoNotOptimize(record.offset);
        ++records;
        return true;
      }));
    });
  }
  report(state, records);
}
BENCHMARK(BM_Scan)->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime();

}  // namespace
