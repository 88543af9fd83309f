#include "store/saved.hpp"

#include <string>

#include "store/keys.hpp"
#include "store/values.hpp"

namespace souk::store {
namespace {

Status not_what_was_written(PartitionId partition, const std::string& what) {
  return {Code::corruption, "Partition " + display(partition) + " is damaged: " + what +
                                " is not what was written; restore the data directory from a "
                                "copy."};
}

}  // namespace

Result<Head> saved_head(const Kv& kv, PartitionId partition, std::string_view stream) {
  const std::string key = stream_key(partition, stream);
  if (!kv.may_exist(Column::heads, key)) return Head{};
  auto value = kv.get(Column::heads, key);
  if (value.ok() && !*value) return Head{};
  if (value.ok()) {
    if (auto head = parse_head(key, **value)) return *head;
  } else if (value.status().code() != Code::corruption) {
    return value.status();
  }
  return not_what_was_written(partition, "the saved head of stream " + std::string(stream));
}

Result<Offset> saved_heads_through(const Kv& kv, PartitionId partition) {
  const std::string key = heads_through_key(partition);
  auto value = kv.get(Column::meta, key);
  if (!value.ok() && value.status().code() != Code::corruption) return value.status();
  if (value.ok() && !*value) return kNoOffset;
  auto through = value.ok() ? parse_counter(key, **value) : std::nullopt;
  if (!through) return not_what_was_written(partition, "how far its heads were saved");
  return *through;
}

}  // namespace souk::store
