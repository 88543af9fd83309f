// How the store says that something failed: a small value, never an exception across its border.
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace souk::store {

enum class Code : std::uint8_t {
  ok = 0,
  io_error,    // the disk said no: full, failed fsync, gone. What was being written counts as not
               // written.
  corruption,  // bytes are not what was written; the message names partition and offset
  stopped,  // the partition or the store has stopped after an earlier failure; only a restart helps
  not_found,
  wrong_cluster,  // the directory belongs to another cluster, or to one with other partition counts
  newer_format,   // the directory was written by a newer souk
  in_use,         // another process has the directory open
  stale_sequence,  // an append does not follow the stream's last record: two writers, or a lost
                   // append before it
  invalid,         // the caller's arguments make no sense
  older_format,    // the directory was written by an older souk, in a format that is not read any
                   // more
  timed_out,       // it took longer than the caller allows; nothing was changed
};

// Ok, or a code and one sentence for a person: what was wrong, where, what to do.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string message) : code_(code), message_(std::move(message)) {}

  bool ok() const { return code_ == Code::ok; }
  Code code() const { return code_; }
  const std::string& message() const { return message_; }

  bool operator==(const Status&) const = default;

 private:
  Code code_ = Code::ok;
  std::string message_;
};

// A value or a Status that is not ok.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}                                  // NOLINT: implicit
  Result(Status status) : status_(std::move(status)) { assert(!status_.ok()); }  // NOLINT: implicit

  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }

 private:
  std::optional<T> value_;
  Status status_;
};

}  // namespace souk::store
