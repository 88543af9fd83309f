// What the tests of the read models share: a directory, a log that is filled by hand or with a
// random shop, and everything that stands in a file as text.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "actors/history/models.hpp"
#include "events/codec.hpp"
#include "store/memory_kv.hpp"
#include "tests/support/memory_models.hpp"
#include "tests/support/values.hpp"

namespace souk::test {

inline constexpr const char* kCluster = "test";
inline constexpr std::uint16_t kPartitions = 3;  // of every service, as in Shop

// A directory of its own, removed at the end.
class Directory {
 public:
  Directory();
  ~Directory();
  Directory(const Directory&) = delete;
  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// --- a log ------------------------------------------------------------------------------------

// What an event is in the log.
template <class Event>
store::Payload stored(const Event& event) {
  store::Payload payload;
  payload.tag = codec::encode_variant(event, payload.bytes);
  return payload;
}
// Bytes that no event has.
inline store::Payload garbage() { return {0, "these are no events"}; }
// An event that only a newer souk knows.
inline store::Payload unknown() { return {999, std::string(16, '\0')}; }

std::unique_ptr<store::Log> open_log(
    std::shared_ptr<store::MemoryDisk> disk = std::make_shared<store::MemoryDisk>());

// Appends records, each a second after the one before; counts their sequences.
class Appender {
 public:
  explicit Appender(store::Log& log) : log_(&log) {}

  // In one batch.
  store::Offset append(PartitionId partition, const std::string& stream,
                       std::vector<store::Payload> events);
  // A shop's, in random groups.
  void append(const std::vector<HistoryRecord>& records, std::mt19937_64& random);
  // One batch of what `add` has taken.
  void add(PartitionId partition, store::Record record);
  store::Offset flush();  // the last record's offset

  Time now() const { return now_; }  // of the last record

 private:
  store::Log* log_;
  Time now_ = kNow;
  std::vector<store::Append> group_;
  std::map<std::pair<PartitionId, std::string>, store::Sequence> sequences_;
};

inline constexpr PartitionId kOrder0{Service::order, 0};
inline constexpr PartitionId kOrder1{Service::order, 1};
inline constexpr PartitionId kWallet0{Service::wallet, 0};

store::Payload placed(int lines = 1);
store::Payload confirmed(int lines = 1);
store::Payload charged(std::int64_t minor = 100);
store::Payload held(std::int64_t minor = 1);

// A shop's log. Regular once made: only read.
struct History {
  History(std::uint64_t seed, int things);
  std::vector<HistoryRecord> records;
  std::unique_ptr<store::Log> log = open_log();
};

std::vector<PartitionId> partitions_of(const store::Log& log);

// --- models -----------------------------------------------------------------------------------

using history::BulkLoad;
using history::Models;
using history::ModelsOptions;

// Both fail the test, and throw, if the models do not come.
std::unique_ptr<Models> create_models(const std::string& path, BulkLoad bulk = BulkLoad::no,
                                      ModelsOptions options = {});
std::unique_ptr<Models> open_models(const std::string& path, ModelsOptions options = {});

// What retry and skip read parked records with.
history::ReadLog reading(const store::Log& log);

// Takes in one slice.
store::Status apply(Models& models, const store::Log& log, PartitionId partition,
                    std::size_t bytes_max = 1u << 20);

// Takes in all of the log, and commits.
void follow(Models& models, const store::Log& log);

// All tables of the file, one row a line in the order of all columns, and what it is made of;
// without what SQLite keeps for itself and the moment when the file was begun.
std::string dump(const std::string& path);
// The first line in which two dumps differ; "" if they do not.
std::string difference(const std::string& one, const std::string& other);
// The tables that projections write, of them only.
std::string dump_rows(const std::string& path);
// The same of models in memory; goes through a file at `path`.
std::string dump_rows(MemoryModels& models, const std::string& path);

// Runs SQL on the file, as an operator with the sqlite3 program might.
void run_sql(const std::string& path, const std::string& sql);
// The first column of a query's first row; "" if there is none.
std::string ask_sql(const std::string& path, const std::string& sql);

}  // namespace souk::test
