#include "support.hpp"

#include <atomic>
#include <cstdlib>
#include <unistd.h>

namespace souk::store {

Identity test_identity() { return {"test", {{Service::stock, 2}, {Service::order, 2}}}; }

Record make_record(const std::string& stream, Sequence sequence, const std::string& text,
                   bool open) {
  Record record;
  record.stream = stream;
  record.sequence = sequence;
  record.time = {1'700'000'000'000'000 + static_cast<std::int64_t>(sequence)};
  record.flags = open ? kRecordOpen : 0;
  record.intent = 2;
  record.command_id = stream + "/" + std::to_string(sequence);
  record.fingerprint = 0x1234'5678'9ABC'DEF0;
  record.receipt_until = record.time + seconds(60);
  record.causation_id = "cause";
  record.correlation_id = "order-1";
  record.trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  record.command = Payload{7, "command of " + text};
  record.events = {{1, text}, {2, ""}};
  return record;
}

Append make_append(const std::shared_ptr<Stream>& stream, Sequence sequence,
                   const std::string& text, bool open) {
  Append append{stream, sequence, open, {}};
  encode_record(make_record(stream->id(), sequence, text, open), append.bytes);
  return append;
}

std::vector<Status> TestWriter::append(const std::vector<Line>& lines) {
  std::vector<Append> group;
  for (const Line& line : lines) {
    Actor& a = actor(line.partition, line.stream);
    group.push_back(make_append(a.stream, ++a.sequence, line.text, line.open));
  }
  std::vector<Status> statuses = log_.append(group, offsets_);
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (!statuses[i].ok()) actors_.erase({lines[i].partition, lines[i].stream});
  return statuses;
}

std::shared_ptr<Stream> TestWriter::stream(PartitionId partition, const std::string& id) {
  return actor(partition, id).stream;
}

TestWriter::Actor& TestWriter::actor(PartitionId partition, const std::string& id) {
  auto at = actors_.find({partition, id});
  if (at == actors_.end()) {
    auto stream = log_.open_stream(partition, id);
    auto head = log_.head(partition, id);
    // A partition that is damaged has no streams to open: append to it as to a new one.
    auto handle = stream.ok() ? *stream : std::make_shared<Stream>(partition, id, Head{});
    at = actors_.emplace(std::pair(partition, id), Actor{handle, head.ok() ? head->sequence : 0})
             .first;
  }
  return at->second;
}

std::string show(const RecordView& record) {
  return std::string(record.stream) + '#' + std::to_string(record.sequence) + ':' +
         std::string(record.events.at(0).bytes);
}

std::vector<std::string> scanned(const Log& log, PartitionId partition, Offset from) {
  std::vector<std::string> lines;
  Offset expected = from;
  Status status = log.scan(partition, from, [&](const RecordView& record) {
    EXPECT_EQ(record.offset, expected++);
    lines.push_back(show(record));
    return true;
  });
  if (!status.ok()) lines.push_back(status.message());
  return lines;
}

std::vector<std::string> stream_of(const Log& log, PartitionId partition, const std::string& id,
                                   Offset after) {
  std::vector<std::string> lines;
  Status status = log.read_stream(partition, id, after,
                                  [&](const RecordView& record) { lines.push_back(show(record)); });
  if (!status.ok()) lines.push_back(status.message());
  return lines;
}

TempDir::TempDir() {
  static std::atomic<int> count = 0;
  path_ = std::filesystem::temp_directory_path() /
          ("souk-store-" + std::to_string(::getpid()) + '-' + std::to_string(++count));
  std::filesystem::remove_all(path_);
  std::filesystem::create_directories(path_);
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

namespace {

class MemoryBackend final : public Backend {
 public:
  std::unique_ptr<Kv> open() override { return std::make_unique<MemoryKv>(disk_); }

 private:
  std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
};

class RocksBackend final : public Backend {
 public:
  std::unique_ptr<Kv> open() override {
    auto kv = open_rocks_kv({.path = dir_.path()});
    EXPECT_TRUE(kv.ok()) << kv.status().message();
    return kv.ok() ? std::move(*kv) : nullptr;
  }

 private:
  TempDir dir_;
};

}  // namespace

std::unique_ptr<Backend> make_backend(const std::string& name) {
  if (name == "memory") return std::make_unique<MemoryBackend>();
  return std::make_unique<RocksBackend>();
}

std::unique_ptr<Log> open_log(std::unique_ptr<Kv> kv, LogOptions options) {
  auto log = Log::open(std::move(kv), test_identity(), std::move(options));
  EXPECT_TRUE(log.ok()) << log.status().message();
  return log.ok() ? std::move(*log) : nullptr;
}

std::uint64_t test_seed(std::uint64_t otherwise) {
  const char* seed = std::getenv("SOUK_TEST_SEED");
  return seed == nullptr ? otherwise : std::strtoull(seed, nullptr, 0);
}

}  // namespace souk::store
