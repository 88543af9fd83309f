// Where a partition of a directory ends, and the streams that have records behind its saved heads:
// what a Log makes at its start, for those who read without one.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/kv.hpp"
#include "store/log.hpp"

namespace souk::store {

// Looks at a database that does not change, when it is first asked. Thread-safe.
class PartitionEnd {
 public:
  PartitionEnd(const Kv& kv, PartitionId partition) : kv_(kv), partition_(partition) {}

  // As LogView::last.
  const Result<Offset>& last() const;

  // As LogView::head. Reads the records behind the saved heads once, for all of their streams.
  // Corruption if one of them is damaged: then nobody knows where streams end.
  Result<Head> head(std::string_view stream) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };

  Result<Offset> find_last() const;
  Status read_tail() const;

  const Kv& kv_;
  PartitionId partition_;
  mutable std::once_flag last_once_;
  mutable Result<Offset> last_{kNoOffset};
  mutable std::once_flag tail_once_;
  mutable Status tail_;
  mutable std::unordered_map<std::string, Head, Hash, std::equal_to<>> heads_;
};

}  // namespace souk::store
