#include "store/sql/read_fence.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <sqlite3.h>
#include <string_view>

namespace souk::store::sql {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kAskEvery = 200;  // instructions of SQLite's machine: some microseconds

struct Limit {
  int kind;
  int value;
};
constexpr Limit kFence[] = {
    {SQLITE_LIMIT_LENGTH, kValueBytesMax},
    {SQLITE_LIMIT_SQL_LENGTH, kSqlBytesMax},
    {SQLITE_LIMIT_COLUMN, 200},  // of a result, a table, an ORDER BY
    {SQLITE_LIMIT_EXPR_DEPTH, 200},
    {SQLITE_LIMIT_COMPOUND_SELECT, 50},
    {SQLITE_LIMIT_VDBE_OP, 100'000},
    {SQLITE_LIMIT_FUNCTION_ARG, 64},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1'000},
    {SQLITE_LIMIT_ATTACHED, 0},
};

// Those that tell about the tables and change nothing, whatever their argument.
constexpr std::array<std::string_view, 8> kTellingPragmas = {
    "table_info", "table_xinfo", "table_list",    "index_list",
    "index_info", "index_xinfo", "function_list", "compile_options"};

bool tells(std::string_view pragma) {
  return std::find(kTellingPragmas.begin(), kTellingPragmas.end(), pragma) != kTellingPragmas.end();
}

bool denied_function(std::string_view name) {
  return name == "load_extension" || name == "json_group_array" || name == "json_group_object";
}

std::string_view view(const char* text) { return text == nullptr ? std::string_view() : text; }

bool may(int action, std::string_view first, std::string_view second) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE: return true;
    case SQLITE_FUNCTION: return !denied_function(second);
    case SQLITE_PRAGMA: return tells(first);
    // SQLite asks this when json_each and its like are first used, and writes nothing. Who really
    // wants it is refused by SQLite itself.
    case SQLITE_UPDATE: return first == "sqlite_master";
    default: return false;
  }
}

// "change orders": to follow "would".
std::string deed(int action, std::string_view first, std::string_view second) {
  switch (action) {
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
      if (first.starts_with("sqlite_")) return "change the schema";
      return "change " + std::string(first);
    case SQLITE_ATTACH:
    case SQLITE_DETACH: return "attach or detach a file";
    case SQLITE_PRAGMA: return "run PRAGMA " + std::string(first);
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT: return "begin or end a transaction";
    case SQLITE_FUNCTION: return "call " + std::string(second) + "()";
    default: return "change the schema";
  }
}

}  // namespace

ReadFence::ReadFence(sqlite3* handle, std::chrono::milliseconds time_max,
                     const std::atomic<bool>* cancelled)
    : handle_(handle),
      until_(Clock::now() + time_max),
      cancelled_(cancelled),
      space_(kTemporaryBytesMax) {
  static_assert(std::size(kFence) == kLimits);
  for (int i = 0; i < kLimits; ++i)
    before_[i] = sqlite3_limit(handle_, kFence[i].kind, kFence[i].value);
  sqlite3_set_authorizer(handle_, authorize, this);
  sqlite3_progress_handler(handle_, kAskEvery, may_not_go_on, this);
}

ReadFence::~ReadFence() { open(); }

void ReadFence::open() {
  if (open_) return;
  open_ = true;
  sqlite3_set_authorizer(handle_, nullptr, nullptr);
  sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
  for (int i = 0; i < kLimits; ++i) sqlite3_limit(handle_, kFence[i].kind, before_[i]);
}

int ReadFence::authorize(void* fence, int action, const char* first, const char* second,
                         const char*, const char*) {
  if (may(action, view(first), view(second))) return SQLITE_OK;
  std::string& denied = static_cast<ReadFence*>(fence)->denied_;
  if (denied.empty()) denied = deed(action, view(first), view(second));
  return SQLITE_DENY;
}

int ReadFence::may_not_go_on(void* fence) {
  auto& self = *static_cast<ReadFence*>(fence);
  const bool cancelled =
      self.cancelled_ != nullptr && self.cancelled_->load(std::memory_order_relaxed);
  self.out_of_time_ = cancelled || Clock::now() >= self.until_;
  return self.out_of_time_ ? 1 : 0;
}

}  // namespace souk::store::sql
