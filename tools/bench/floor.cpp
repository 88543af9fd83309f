#include "tools/bench/floor.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "store/batch.hpp"
#include "store/bytes.hpp"
#include "store/keys.hpp"
#include "store/record_layout.hpp"
#include "store/rocks_kv.hpp"
#include "tools/bench/endpoint.hpp"
#include "tools/bench/error.hpp"
#include "tools/bench/usage.hpp"

namespace souk::bench {
namespace {

using store::Column;

constexpr std::size_t kChunkBytes = 64 << 20;  // how much of the log is in memory at a time

std::unique_ptr<store::Kv> open(const std::filesystem::path& directory, bool create) {
  store::RocksOptions options;
  options.path = directory.string();
  options.create_if_missing = create;
  auto kv = store::open_rocks_kv(options);
  if (!kv.ok())
    throw BenchError(fmt::format("cannot open {}: {}", directory.string(), kv.status().message()));
  return std::move(*kv);
}

void check(const store::Status& status, std::string_view doing) {
  if (!status.ok()) throw BenchError(fmt::format("floor, {}: {}", doing, status.message()));
}

// A batch of the run's log, without its bytes.
struct BatchRef {
  std::uint64_t group = 0;
  std::string key;
  std::uint32_t records = 0;
  std::uint32_t orders = 0;  // how many of the records are the first of an order
};

PartitionId partition_of(std::string_view key) {
  return {static_cast<Service>(key[0]),
          static_cast<std::uint16_t>(static_cast<std::uint8_t>(key[1]) << 8 |
                                     static_cast<std::uint8_t>(key[2]))};
}

BatchRef refer_to(std::string_view key, std::string_view value) {
  if (store::offset_of_log_key(key) == store::kNoOffset)
    throw BenchError("the log has a key that is none of its own");
  const PartitionId partition = partition_of(key);
  const auto batch = store::BatchView::parse(partition, key, value);
  if (!batch.ok()) throw BenchError(batch.status().message());

  BatchRef ref{batch->group(), std::string(key), batch->count(), 0};
  if (partition.service != Service::order) return ref;
  for (store::Offset at = batch->first_offset(); at < batch->end_offset(); ++at) {
    const std::string_view record = batch->record(at);
    if (record.size() >= store::kRecordHeaderBytes &&
        store::load<std::uint64_t>(record.data() + store::kSequenceAt) == 1)
      ++ref.orders;
  }
  return ref;
}

// All batches from the first order's group on, in the order in which their groups were written.
std::vector<BatchRef> batches_of(const store::Kv& log) {
  std::vector<BatchRef> refs;
  const auto cursor = log.cursor(Column::log);
  for (cursor->seek({}); cursor->valid(); cursor->next()) {
    if (refs.size() % 1024 == 0) check_interrupted();
    refs.push_back(refer_to(cursor->key(), cursor->value()));
  }
  check(cursor->status(), "reading the run's log");
  std::stable_sort(refs.begin(), refs.end(),
                   [](const BatchRef& a, const BatchRef& b) { return a.group < b.group; });
  const auto first =
      std::find_if(refs.begin(), refs.end(), [](const BatchRef& ref) { return ref.orders > 0; });
  if (first == refs.end()) throw BenchError("the data directory holds no orders");
  const std::uint64_t first_group = first->group;
  std::erase_if(refs, [&](const BatchRef& ref) { return ref.group < first_group; });
  return refs;
}

class Floor {
 public:
  Floor(const store::Kv& log, store::Kv& copy) : log_(log), copy_(copy) {}

  FloorResult run() {
    const std::vector<BatchRef> refs = batches_of(log_);
    for (std::size_t at = 0; at < refs.size();) {
      check_interrupted();
      at = load_chunk(refs, at);
      write_chunk();
    }
    return result_;
  }

 private:
  // Reads whole groups until a chunk is full; returns where the next one begins.
  std::size_t load_chunk(const std::vector<BatchRef>& refs, std::size_t at) {
    chunk_.clear();
    std::size_t bytes = 0;
    while (at < refs.size() && bytes < kChunkBytes) {
      const std::uint64_t group = refs[at].group;
      store::WriteBatch& writes = chunk_.emplace_back();
      for (; at < refs.size() && refs[at].group == group; ++at) bytes += load(refs[at], writes);
      ++result_.groups;
    }
    result_.bytes += bytes;
    return at;
  }

  std::size_t load(const BatchRef& ref, store::WriteBatch& writes) {
    auto value = log_.get(Column::log, ref.key);
    check(value.ok() ? store::Status() : value.status(), "reading the run's log");
    if (!*value) throw BenchError("a batch of the run's log has vanished");
    const std::size_t bytes = ref.key.size() + (*value)->size();
    writes.put(Column::log, ref.key, std::move(**value));
    result_.records += ref.records;
    result_.orders += ref.orders;
    return bytes;
  }

  void write_chunk() {
    const double cpu = own_cpu_seconds();
    const Clock::time_point start = Clock::now();
    for (const store::WriteBatch& writes : chunk_) check(copy_.write(writes, true), "writing");
    result_.seconds += std::chrono::duration<double>(Clock::now() - start).count();
    result_.cpu_seconds += own_cpu_seconds() - cpu;
  }

  const store::Kv& log_;
  store::Kv& copy_;
  std::vector<store::WriteBatch> chunk_;  // one a group
  FloorResult result_;
};

}  // namespace

FloorResult run_floor(const std::filesystem::path& from, const std::filesystem::path& scratch) {
  if (!std::filesystem::is_directory(from))
    throw BenchError(fmt::format("{} is not a directory", from.string()));
  const auto log = open(from, false);
  const auto copy = open(scratch, true);
  return copy_log(*log, *copy);
}

FloorResult copy_log(const store::Kv& log, store::Kv& copy) { return Floor(log, copy).run(); }

}  // namespace souk::bench
