// What SQL from outside may do on a connection, and for how long.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "store/sql/temporary_space.hpp"

struct sqlite3;

namespace souk::store::sql {

inline constexpr int kSqlBytesMax = 64 * 1024;  // of one statement
inline constexpr int kValueBytesMax = 250'000;  // of any text or BLOB, also in between
inline constexpr std::int64_t kTemporaryBytesMax = 256 << 20;  // of files, while it runs

// Puts the fence around a connection while it is alive, and takes it away again. SQLite asks it for
// every table, function and PRAGMA that a statement wants, and every few instructions whether the
// statement may go on.
//
// Sorts and collected rows go to temporary files beyond the connection's cache, so memory is
// bounded by the values that one row can keep alive at a time: some thousands at worst, of
// kValueBytesMax. The functions that collect many rows into one value outside of that limit
// (json_group_array, json_group_object) are denied. One function over values of that size can take
// a second before SQLite asks again.
class ReadFence {
 public:
  // `cancelled` may be null; it must outlive the fence.
  ReadFence(sqlite3* handle, std::chrono::milliseconds time_max,
            const std::atomic<bool>* cancelled);
  ~ReadFence();
  ReadFence(const ReadFence&) = delete;
  ReadFence& operator=(const ReadFence&) = delete;

  // What the statement wanted and was denied, to follow "would"; empty if nothing was.
  const std::string& denied() const { return denied_; }
  // Why the statement was ended.
  bool out_of_time() const { return out_of_time_; }
  bool out_of_space() const { return space_.exceeded(); }

  // Takes the fence away early, for questions of our own.
  void open();

 private:
  static int authorize(void* fence, int action, const char* first, const char* second, const char*,
                       const char*);
  static int may_not_go_on(void* fence);

  static constexpr int kLimits = 9;

  sqlite3* handle_;
  std::chrono::steady_clock::time_point until_;
  const std::atomic<bool>* cancelled_;
  TemporarySpace space_;
  int before_[kLimits];
  std::string denied_;
  bool out_of_time_ = false;
  bool open_ = false;
};

}  // namespace souk::store::sql
