#include "store/outside.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>
#include <vector>

#include "store/rocks_kv.hpp"

namespace souk::store {
namespace {

constexpr std::chrono::seconds kTryFor{10};
constexpr std::chrono::seconds kTryDamagedFor{1};
constexpr std::chrono::milliseconds kPause{50};

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

Result<std::unique_ptr<Kv>> try_once(const std::string& path) {
  const auto logs = write_ahead_logs(path);
  auto kv = open_rocks_kv_to_read(path);
  if (kv.ok() && !all_there(logs)) return changes_too_fast(path);
  return kv;
}

// A file that the writer has removed since the list of files was read looks like damage.
bool has_vanished(const Status& status) {
  return status.message().find("No such file") != std::string::npos;
}

bool may_pass(const Status& status) {
  return status.code() == Code::io_error || status.code() == Code::corruption;
}

}  // namespace

Result<std::unique_ptr<Kv>> open_from_outside(const std::string& path) {
  const auto begin = std::chrono::steady_clock::now();
  auto same_since = begin;  // how long the same has failed: a writer's list of files moves on
  std::string before;
  while (true) {
    auto kv = try_once(path);
    if (kv.ok() || !may_pass(kv.status())) return kv;
    const auto now = std::chrono::steady_clock::now();
    const Status& status = kv.status();
    if (status.message() != before) same_since = now;
    before = status.message();
    const bool vanished = has_vanished(status);
    const bool damaged = status.code() == Code::corruption && !vanished;
    if (damaged && now - begin >= kTryDamagedFor) return kv;
    if (vanished && now - same_since >= kTryDamagedFor)
      return Status(Code::corruption, "The data directory " + path + " lacks a file (" + before +
                                          "); restore it from a copy.");
    if (now - begin >= kTryFor) return vanished ? changes_too_fast(path) : status;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace souk::store
