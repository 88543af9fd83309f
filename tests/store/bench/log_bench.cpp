// Records a second that the log takes, synced, by the size of the groups: records of about 200
// bytes over 8 partitions. Usage: souk_store_bench [directory [seconds a line]]. First with so few
// streams that their heads are seldom saved, then with so many that each record means another head
// to save, and last without the database, to show what the log itself costs.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <time.h>
#include <vector>

#include "store/log.hpp"
#include "store/memory_kv.hpp"
#include "store/rocks_kv.hpp"

namespace {

using namespace souk;
using namespace souk::store;
using Clock = std::chrono::steady_clock;

constexpr int kPartitions = 8;

// A database that forgets everything and costs nothing.
class NullKv final : public Kv {
 public:
  Status write(const WriteBatch&, bool) override { return {}; }
  Result<std::optional<std::string>> get(Column, std::string_view) const override {
    return std::optional<std::string>();
  }
  bool may_exist(Column, std::string_view) const override { return false; }
  std::unique_ptr<Cursor> cursor(Column column) const override { return empty_.cursor(column); }

 private:
  MemoryKv empty_;
};

double thread_cpu_micros() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

struct Actor {
  std::shared_ptr<Stream> stream;
  Record record;
};

std::vector<Actor> make_actors(Log& log, int streams) {
  std::vector<Actor> actors;
  for (int i = 0; i < streams; ++i) {
    PartitionId partition{Service::stock, static_cast<std::uint16_t>(i % kPartitions)};
    Record record;
    record.stream = "sku-" + std::to_string(100'000 + i);
    record.command_id = "order-12345678/hold-stock/do";
    record.correlation_id = "order-12345678";
    record.time = {1'700'000'000'000'000};
    record.command = Payload{3, std::string(48, 'c')};
    record.events = {{2, std::string(40, 'e')}};
    auto stream = log.open_stream(partition, record.stream);
    if (!stream.ok()) std::exit(1);
    actors.push_back({*stream, record});
  }
  return actors;
}

struct Measured {
  double records_a_second;
  double cpu_micros_a_record;  // of this thread in append, without encoding
  std::size_t record_bytes;
};

Measured measure(Log& log, int streams, std::size_t group_size, double seconds) {
  auto actors = make_actors(log, streams);
  std::vector<Append> group(group_size);
  std::vector<Offset> offsets;
  std::size_t next = 0, records = 0;
  double cpu_micros = 0;
  const auto begin = Clock::now();
  while (Clock::now() - begin < std::chrono::duration<double>(seconds)) {
    for (Append& append : group) {
      Actor& actor = actors[next++ % actors.size()];
      append.stream = actor.stream;
      append.sequence = ++actor.record.sequence;
      append.bytes.clear();
      encode_record(actor.record, append.bytes);
    }
    const double before = thread_cpu_micros();
    for (const Status& status : log.append(group, offsets)) {
      if (status.ok()) continue;
      std::fprintf(stderr, "%s\n", status.message().c_str());
      std::exit(1);
    }
    cpu_micros += thread_cpu_micros() - before;
    records += group_size;
  }
  const std::chrono::duration<double> total = Clock::now() - begin;
  return {static_cast<double>(records) / total.count(), cpu_micros / static_cast<double>(records),
          group[0].bytes.size()};
}

Identity identity() { return {"bench", {{Service::stock, kPartitions}}}; }

std::unique_ptr<Log> open_on(Result<std::unique_ptr<Kv>> kv) {
  if (!kv.ok()) {
    std::fprintf(stderr, "%s\n", kv.status().message().c_str());
    std::exit(1);
  }
  auto log = Log::open(std::move(*kv), identity());
  if (!log.ok()) {
    std::fprintf(stderr, "%s\n", log.status().message().c_str());
    std::exit(1);
  }
  return std::move(*log);
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path base = argc > 1 ? argv[1] : "/tmp";
  const double seconds = argc > 2 ? std::atof(argv[2]) : 2.0;
  const auto directory = base / "souk-store-bench";
  struct Setup {
    const char* name;
    bool database;
    int streams;
  };
  std::printf("%-8s %8s %8s %14s %16s\n", "store", "streams", "group", "records/s",
              "CPU us/record");
  for (const Setup& setup :
       {Setup{"rocksdb", true, 4096}, Setup{"rocksdb", true, 65'536}, Setup{"none", false, 4096}}) {
    for (std::size_t group : {1u, 16u, 64u, 256u}) {
      std::filesystem::remove_all(directory);
      auto log = setup.database ? open_on(open_rocks_kv({.path = directory}))
                                : open_on(std::unique_ptr<Kv>(std::make_unique<NullKv>()));
      Measured m = measure(*log, setup.streams, group, seconds);
      std::printf("%-8s %8d %8zu %14.0f %16.2f   (%zu bytes a record)\n", setup.name, setup.streams,
                  group, m.records_a_second, m.cpu_micros_a_record, m.record_bytes);
    }
  }
  std::filesystem::remove_all(directory);
}
