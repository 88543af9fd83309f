// Events a second through souk-replay, on the data directory of a node that has stopped, which
// SOUK_BENCH_DATA names (script/bench-replay makes one). One thread each, so a rate by CPU time is
// a rate a core. Proofs, states and stories are whole programs, started as a person would start
// them: proofs three times each, with the program's own CPU time.
#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <spawn.h>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <nlohmann/json.hpp>

#include "events/codec.hpp"
#include "store/directory_view.hpp"
#include "store/log_walk.hpp"
#include "tools/replay/decide_again.hpp"
#include "tools/replay/filter.hpp"

namespace {

using namespace souk;

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "souk_replay_bench: %s\n", why.c_str());
  std::exit(1);
}

std::string data_directory() {
  const char* data = std::getenv("SOUK_BENCH_DATA");
  if (data == nullptr)
    fail(
        "set SOUK_BENCH_DATA to the data directory of a node that has stopped, or use "
        "script/bench-replay");
  return data;
}

const store::DirectoryView& view() {
  static const std::unique_ptr<store::DirectoryView> one = [] {
    auto opened = store::DirectoryView::open(data_directory());
    if (!opened.ok()) fail(opened.status().message());
    return std::move(*opened);
  }();
  return *one;
}

// Memory at its highest so far, of this process or of its children.
double peak_mib(int who) {
  rusage usage{};
  getrusage(who, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void report(benchmark::State& state, std::uint64_t events) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events));
  state.counters["events"] = static_cast<double>(events);
  state.counters["peak_MiB"] = peak_mib(RUSAGE_SELF);
}

// Every record is read, its seal checked, its fields parsed and asked for by a filter.
void scan(benchmark::State& state, const replay::Filter& filter) {
  std::string why;
  const auto matcher = replay::Matcher::of(filter, why);
  if (!matcher) fail(why);
  std::uint64_t events = 0, matching = 0;
  for (auto _ : state) {
    events = matching = 0;
    for (const PartitionId partition : store::partitions_of(view().identity())) {
      const store::Status status =
          store::walk_partition(view(), partition, 1, store::kOffsetMax,
                                [&](const store::RecordView& record, const store::Place& place) {
                                  events += record.events.size();
                                  matching += matcher->matches(place.partition, record);
                                  return true;
                                });
      if (!status.ok()) fail(status.message());
    }
  }
  report(state, events);
  state.counters["matching"] = static_cast<double>(matching);
}

void BM_ScanByCorrelation(benchmark::State& state) { scan(state, {.correlation_id = "nobody's"}); }
void BM_ScanByAnyId(benchmark::State& state) { scan(state, {.id = "nobody's"}); }
void BM_ScanByTypeAndTime(benchmark::State& state) {
  scan(state, {.events = {"held"}, .since = Time{1}});
}

void BM_DecideAgain(benchmark::State& state) {
  std::uint64_t records = 0;
  for (auto _ : state) {
    const auto report = replay::decide_again(view(), {});
    if (report.differs()) fail(replay::decide_again_text(report, false));
    records = report.records;
  }
  report(state, records);
}

// --- whole programs ---------------------------------------------------------------------------

// Runs a program, and returns what it printed. Its memory is then in the children's peak.
std::string run(std::vector<std::string> words) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> printed(std::tmpfile(), std::fclose);
  if (printed == nullptr) fail("cannot make a temporary file");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(printed.get()), STDOUT_FILENO);
  pid_t child = 0;
  if (posix_spawn(&child, argv[0], &actions, nullptr, argv.data(), environ) != 0)
    fail("cannot start " + words[0]);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail(words[0] + " failed: " + words[2]);
  std::string text(static_cast<std::size_t>(std::ftell(printed.get())), '\0');
  std::rewind(printed.get());
  if (std::fread(text.data(), 1, text.size(), printed.get()) != text.size())
    fail("cannot read what " + words[0] + " printed");
  return text;
}

// Streams of a service, chosen at random, so that no two runs read the same blocks.
std::vector<std::string> some_streams(Service service) {
  std::vector<std::string> ids;
  std::mt19937_64 random(7);
  for (const PartitionId partition : store::partitions_of(view().identity())) {
    if (partition.service != service) continue;
    const auto last = view().last(partition);
    for (int i = 0; last.ok() && *last > 0 && i < 40; ++i) {
      const store::Offset at = 1 + random() % *last;
      (void)store::walk_partition(view(), partition, at, at,
                                  [&](const store::RecordView& record, const store::Place&) {
                                    ids.emplace_back(record.stream);
                                    return true;
                                  });
    }
  }
  std::ranges::shuffle(ids, random);
  return ids;
}

void programs(benchmark::State& state, const std::string& command, Service service,
              const std::string& prefix) {
  const std::vector<std::string> ids = some_streams(service);
  if (ids.empty()) fail("the log has no streams to ask for");
  std::size_t at = 0;
  for (auto _ : state)
    run({SOUK_BIN_DIR "/souk-replay", "--data=" + data_directory(), command,
         prefix + ids[at++ % ids.size()]});
  state.counters["peak_MiB"] = peak_mib(RUSAGE_CHILDREN);
}
void BM_StateOfAWallet(benchmark::State& state) {
  programs(state, "state", Service::wallet, "wallet/");
}
void BM_StateOfASku(benchmark::State& state) { programs(state, "state", Service::stock, "stock/"); }
void BM_StoryOfAnOrder(benchmark::State& state) { programs(state, "story", Service::checkout, ""); }

// A proof on one thread. The time is the program's CPU time, so the rate is a core's.
void verify(benchmark::State& state, std::vector<std::string> options) {
  options.insert(options.begin(), {SOUK_BIN_DIR "/souk-replay", "--data=" + data_directory(),
                                   "verify", "--threads=1", "--format=json"});
  const bool read_models = std::ranges::find(options, "--no-read-models") == options.end();
  std::uint64_t events = 0, rows = 0;
  for (auto _ : state) {
    const auto proof = nlohmann::json::parse(run(options));
    events = proof.at("events");
    rows = proof.at("rows");
    // A file of another version of souk is left out, and the rate would be that of a smaller proof.
    if (read_models && rows == 0) fail(proof.dump(2));
    state.SetIterationTime(proof.at("cpu_seconds"));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events));
  state.counters["events"] = static_cast<double>(events);
  state.counters["rows"] = static_cast<double>(rows);
  state.counters["peak_MiB"] = peak_mib(RUSAGE_CHILDREN);
}
void BM_VerifyLogOnly(benchmark::State& state) {
  verify(state, {"--no-files", "--no-read-models"});
}
void BM_VerifyAll(benchmark::State& state) { verify(state, {}); }
void BM_VerifyAllAndDecisions(benchmark::State& state) { verify(state, {"--decisions"}); }

template <class F>
void proof(const char* name, F f) {
  benchmark::RegisterBenchmark(name, f)
      ->Unit(benchmark::kMillisecond)
      ->Iterations(1)
      ->Repetitions(3)
      ->UseManualTime();
}

BENCHMARK(BM_StateOfAWallet)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_StateOfASku)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_StoryOfAnOrder)->Unit(benchmark::kMillisecond)->UseRealTime();

template <class F>
void once(const char* name, F f) {
  benchmark::RegisterBenchmark(name, f)
      ->Unit(benchmark::kMillisecond)
      ->Iterations(1)
      ->MeasureProcessCPUTime();
}

}  // namespace

int main(int argc, char** argv) {
  codec::check_schemas();
  once("BM_ScanByCorrelation", BM_ScanByCorrelation);
  once("BM_ScanByAnyId", BM_ScanByAnyId);
  once("BM_ScanByTypeAndTime", BM_ScanByTypeAndTime);
  proof("BM_VerifyLogOnly", BM_VerifyLogOnly);
  proof("BM_VerifyAll", BM_VerifyAll);
  proof("BM_VerifyAllAndDecisions", BM_VerifyAllAndDecisions);
  once("BM_DecideAgain", BM_DecideAgain);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
