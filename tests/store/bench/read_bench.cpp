// What reading a directory from outside costs: opening it, one stream, all records.
// Usage: souk_store_read_bench DIRECTORY [RECORDS]. Makes the directory if it is not there: records
// of some 300 bytes over 48 partitions, in groups of 1 to 128, of which every tenth stream is hot.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <time.h>
#include <vector>

#include "events/partitioning.hpp"
#include "store/directory_view.hpp"
#include "store/log_walk.hpp"
#include "store/rocks_kv.hpp"

namespace {

using namespace souk;
using namespace souk::store;
using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const Status& status) {
  std::fprintf(stderr, "%s\n", status.message().c_str());
  std::exit(1);
}

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

Identity identity() {
  Identity identity{"bench", {}};
  for (Service service : kServices) identity.partitions[service] = 8;
  return identity;
}

std::string random_text(std::mt19937_64& random, std::size_t size) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(size, '-');
  for (std::size_t i = 0; i < size / 2; ++i) text[i] = kDigits[random() % 16];
  return text;
}

struct Actor {
  std::shared_ptr<Stream> stream;
  Sequence sequence = 0;
};

void generate(const std::string& path, std::size_t records) {
  auto kv = open_rocks_kv({.path = path});
  if (!kv.ok()) fail(kv.status());
  auto log = Log::open(std::move(*kv), identity());
  if (!log.ok()) fail(log.status());
  const std::size_t streams = records / 10 + 1;
  std::vector<Actor> actors(streams);
  std::mt19937_64 random(1);
  std::vector<Append> group;
  std::vector<Offset> offsets;
  for (std::size_t done = 0; done < records; done += group.size()) {
    group.resize(1 + random() % 128);
    for (Append& append : group) {
      const std::size_t i = random() % 2 == 0 ? random() % streams : random() % (streams / 10 + 1);
      Actor& actor = actors[i];
      Record record;
      record.stream = "536365-" + std::to_string(100'000'000 + i);
      if (actor.stream == nullptr) {
        const Service service = kServices[i % kServices.size()];
        const PartitionId partition = partition_of((*log)->identity(), service, record.stream);
        auto stream = (*log)->open_stream(partition, record.stream);
        if (!stream.ok()) fail(stream.status());
        actor.stream = *stream;
      }
      record.sequence = ++actor.sequence;
      record.time = {1'700'000'000'000'000 + static_cast<std::int64_t>(done) * 100};
      record.receipt_until = record.time + seconds(86'400);
      record.fingerprint = random();
      record.command_id = "order-" + std::to_string(random() % 100'000'000) + "/hold-stock/do";
      record.correlation_id = "order-" + std::to_string(random() % 100'000'000);
      record.command = Payload{3, random_text(random, 64)};
      record.events = {{2, random_text(random, 80)}};
      append = {actor.stream, record.sequence, false, {}};
      encode_record(record, append.bytes);
    }
    for (const Status& status : (*log)->append(group, offsets))
      if (!status.ok()) fail(status);
    if (random() % 64 == 0)
      (*log)->put_snapshot(*group[0].stream,
                           {1, offsets[0], group[0].sequence, random_text(random, 300)});
  }
  if (Status status = (*log)->flush(); !status.ok()) fail(status);
}

struct Files {
  std::size_t tables = 0;
  std::uintmax_t table_bytes = 0;
  std::uintmax_t log_bytes = 0;
};

Files files_of(const std::string& path) {
  Files files;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    if (entry.path().extension() == ".sst") {
      ++files.tables;
      files.table_bytes += entry.file_size();
    }
    if (entry.path().extension() == ".log") files.log_bytes += entry.file_size();
  }
  return files;
}

void print_speed(const char* what, std::size_t records, double seconds, double cpu_seconds) {
  const auto count = static_cast<double>(records);
  std::printf("%s: %zu records, %.2f M records/s, %.2f M records a second of CPU\n", what, records,
              count / seconds / 1e6, count / cpu_seconds / 1e6);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const std::string path = argv[1];
  if (!std::filesystem::exists(path))
    generate(path, argc > 2 ? std::strtoull(argv[2], nullptr, 0) : 1'000'000);
  const Files files = files_of(path);
  std::printf("%zu tables, %.1f MB; write-ahead logs %.1f MB\n", files.tables,
              static_cast<double>(files.table_bytes) / 1e6,
              static_cast<double>(files.log_bytes) / 1e6);

  std::unique_ptr<DirectoryView> view;
  for (int i = 0; i < 3; ++i) {
    const auto begin = Clock::now();
    view.reset();
    auto opened = DirectoryView::open(path);
    if (!opened.ok()) fail(opened.status());
    view = std::move(*opened);
    std::printf("open: %.2f ms\n", seconds_since(begin) * 1e3);
  }
  const auto partitions = partitions_of(view->identity());

  std::vector<std::pair<PartitionId, std::string>> streams;
  for (PartitionId partition : partitions) {
    auto status = walk_partition(*view, partition, 1, 2000, [&](const RecordView& record, auto&) {
      if (record.offset % 200 == 0) streams.emplace_back(partition, record.stream);
      return true;
    });
    if (!status.ok()) fail(status);
  }
  for (int round = 0; round < 2; ++round) {
    const auto begin = Clock::now();
    std::size_t records = 0;
    for (const auto& [partition, stream] : streams) {
      Status status = walk_stream(*view, partition, stream, kNoOffset, kOffsetMax,
                                  [&](const RecordView&) { ++records; });
      if (!status.ok()) fail(status);
    }
    std::printf("streams: %zu with %.1f records each, %.3f ms a stream, %.1f us a record\n",
                streams.size(), static_cast<double>(records) / static_cast<double>(streams.size()),
                seconds_since(begin) * 1e3 / static_cast<double>(streams.size()),
                seconds_since(begin) * 1e6 / static_cast<double>(records));
  }

  const auto begin = Clock::now();
  const double cpu_begin = cpu_seconds();
  std::size_t records = 0, bytes = 0;
  for (PartitionId partition : partitions) {
    auto status = walk_partition(*view, partition, 1, kOffsetMax,
                                 [&](const RecordView& record, const Place&) {
                                   ++records;
                                   bytes += record.events.size();
                                   return true;
                                 });
    if (!status.ok()) fail(status);
  }
  print_speed("walk_partition", records, seconds_since(begin), cpu_seconds() - cpu_begin);

  const auto merged = Clock::now();
  const double cpu_merged = cpu_seconds();
  Timeline timeline(*view, partitions);
  RecordView record;
  Place place;
  records = 0;
  while (true) {
    auto more = timeline.next(record, place);
    if (!more.ok()) fail(more.status());
    if (!*more) break;
    ++records;
  }
  print_speed("Timeline", records, seconds_since(merged), cpu_seconds() - cpu_merged);
}
