#include "store/log_ends.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>
#include <vector>

#include "store/batch_cursor.hpp"
#include "store/keys.hpp"
#include "store/rocks_kv.hpp"
#include "store/values.hpp"

namespace souk::store {
namespace {

constexpr std::chrono::seconds kTryFor{10};
constexpr std::chrono::seconds kTryDamagedFor{1};
constexpr std::chrono::milliseconds kPause{50};

Result<Offset> end_of(const Kv& kv, PartitionId partition) {
  auto cursor = kv.cursor(Column::log);
  cursor->seek_for_prev(log_key(partition, kOffsetMax));
  if (!cursor->valid() && !cursor->status().ok()) return cursor->status();
  if (!cursor->valid() || !is_of(partition, cursor->key())) return kNoOffset;
  auto last = BatchView::parse(partition, cursor->key(), cursor->value());
  if (!last.ok()) return last.status();
  return last->end_offset() - 1;
}

Result<LogEnd> look_at(const Kv& kv, PartitionId partition, Offset read) {
  auto end = end_of(kv, partition);
  if (!end.ok()) return end.status();
  LogEnd result{*end, {}};
  if (read >= *end) return result;
  BatchCursor cursor(kv, partition);
  RecordView record;
  if (Status status = cursor.read(read + 1, record); !status.ok()) return status;
  result.next_at = record.time;
  return result;
}

// RocksDB's write-ahead logs. One that is deleted after the database's list of files was read and
// before the logs are looked for is missed without an error; so they are looked for before and
// after.
std::vector<std::filesystem::path> write_ahead_logs(const std::string& path) {
  std::vector<std::filesystem::path> logs;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(path, ignored))
    if (entry.path().extension() == ".log") logs.push_back(entry.path());
  return logs;
}

bool all_there(const std::vector<std::filesystem::path>& files) {
  return std::ranges::all_of(files, [](const auto& file) {
    std::error_code ignored;
    return std::filesystem::exists(file, ignored);
  });
}

Status changes_too_fast(const std::string& path) {
  return {Code::io_error, "The files in " + path +
                              " change faster than they can be read; try again, or ask the node."};
}

Result<LogEnds> try_once(const std::string& path, const Positions& read) {
  const auto logs = write_ahead_logs(path);
  auto kv = open_rocks_kv_to_read(path);
  if (!kv.ok()) return kv.status();
  auto ends = log_ends(**kv, read);
  if (ends.ok() && !all_there(logs)) return changes_too_fast(path);
  return ends;
}

// A file that the writer has removed since the list of files was read looks like damage.
bool has_vanished(const Status& status) {
  return status.message().find("No such file") != std::string::npos;
}

bool may_pass(const Status& status) {
  return status.code() == Code::io_error || status.code() == Code::corruption;
}

}  // namespace

Result<LogEnds> log_ends(const Kv& kv, const Positions& read) {
  auto identity = read_identity(kv);
  if (!identity.ok()) return identity.status();
  LogEnds ends;
  if (!*identity) return ends;  // a node has made the directory, and nothing in it yet
  for (const auto& [service, count] : (*identity)->partitions) {
    for (std::uint16_t number = 0; number < count; ++number) {
      const PartitionId partition{service, number};
      const auto at = read.find(partition);
      auto end = look_at(kv, partition, at == read.end() ? kNoOffset : at->second);
      if (!end.ok()) return end.status();
      ends.emplace(partition, *end);
    }
  }
  return ends;
}

Result<LogEnds> log_ends(const std::string& path, const Positions& read) {
  const auto begin = std::chrono::steady_clock::now();
  while (true) {
    auto ends = try_once(path, read);
    if (ends.ok() || !may_pass(ends.status())) return ends;
    const bool vanished = has_vanished(ends.status());
    const bool damaged = ends.status().code() == Code::corruption && !vanished;
    if (std::chrono::steady_clock::now() - begin >= (damaged ? kTryDamagedFor : kTryFor)) {
      if (vanished) return changes_too_fast(path);
      return ends;
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace souk::store
