// What the store's tests share: records of a recognisable kind, a writer that keeps count of its
// streams, and the two databases behind one face.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/log.hpp"
#include "store/memory_kv.hpp"
#include "store/rocks_kv.hpp"

namespace souk::store {

inline constexpr PartitionId kStock0{Service::stock, 0};
inline constexpr PartitionId kStock1{Service::stock, 1};
inline constexpr PartitionId kOrder0{Service::order, 0};
Identity test_identity();  // cluster "test", two partitions each of stock and order

// A record with every field filled, all of them from these few.
Record make_record(const std::string& stream, Sequence sequence, const std::string& text,
                   bool open = false);
Append make_append(const std::shared_ptr<Stream>& stream, Sequence sequence,
                   const std::string& text, bool open = false);

// One append as a test writes it down.
struct Line {
  PartitionId partition;
  std::string stream;
  std::string text;
  bool open = false;
};

// Appends to a log as the actors would: opens each stream once and counts its sequence. Forgets
// what it believed about the streams of a group that failed.
class TestWriter {
 public:
  explicit TestWriter(Log& log) : log_(log) {}
  std::vector<Status> append(const std::vector<Line>& lines);
  const std::vector<Offset>& offsets() const { return offsets_; }  // of the last group
  std::shared_ptr<Stream> stream(PartitionId partition, const std::string& id);

 private:
  struct Actor {
    std::shared_ptr<Stream> stream;
    Sequence sequence;
  };
  Actor& actor(PartitionId partition, const std::string& id);

  Log& log_;
  std::map<std::pair<PartitionId, std::string>, Actor> actors_;
  std::vector<Offset> offsets_;
};

// Records as "stream#sequence:text", in the log's order; a status that is not ok as one more line.
std::vector<std::string> scanned(const Log& log, PartitionId partition, Offset from = 1);
std::vector<std::string> stream_of(const Log& log, PartitionId partition, const std::string& id,
                                   Offset after = kNoOffset);
std::string show(const RecordView& record);

// An empty directory of its own, removed at the end.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A database that can be opened again and again, one at a time.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::unique_ptr<Kv> open() = 0;
};
std::unique_ptr<Backend> make_backend(const std::string& name);  // "memory" or "rocksdb"

// Opens a log that must open.
std::unique_ptr<Log> open_log(std::unique_ptr<Kv> kv, LogOptions options = {});

// The seed of a random test: the variable SOUK_TEST_SEED if it is set, or the one given. Printed if
// the test fails.
std::uint64_t test_seed(std::uint64_t otherwise);

// EXPECT_OK(status): ok, or fails with what it says.
inline void expect_ok(const Status& status) { EXPECT_TRUE(status.ok()) << status.message(); }

}  // namespace souk::store
