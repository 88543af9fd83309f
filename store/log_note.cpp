// Notes: small things that a node keeps beside its log, by name.
#include <utility>

#include "store/keys.hpp"
#include "store/log_impl.hpp"
#include "store/saved.hpp"
#include "store/values.hpp"

namespace souk::store {

Result<std::optional<std::string>> Log::note(std::string_view name) const {
  return saved_note(*impl_->kv, name);
}

Status Log::put_note(std::string_view name, std::string_view bytes) {
  {
    std::lock_guard lock(impl_->mutex);
    if (!impl_->failed.ok())
      return {Code::stopped, "Stopped after an earlier failure: " + impl_->failed.message()};
  }
  std::string key = note_key(name);
  std::string value = encode_note(key, bytes);
  WriteBatch changes;
  changes.put(Column::meta, std::move(key), std::move(value));
  return impl_->write(changes);
}

}  // namespace souk::store
