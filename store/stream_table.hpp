// The streams of one partition that somebody holds: one Stream object a stream, however often it is
// opened, so that two writers of a stream find each other out. And which of them wait for their
// heads to be saved; those the table keeps alive. Not thread-safe: the log's mutex guards it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/log.hpp"

namespace souk::store {

class StreamTable {
 public:
  // The stream, if anybody holds it or its head waits to be saved.
  std::shared_ptr<Stream> find(std::string_view id) const;

  // A new handle, which the table must not have yet, for a stream whose saved head is `saved`.
  std::shared_ptr<Stream> add(PartitionId partition, std::string_view id, const Head& saved);

  // Notes that the stream's head will have to be saved; true if that is news. The stream stays in
  // the table until then.
  bool mark_dirty(const std::shared_ptr<Stream>& stream);

  std::size_t dirty() const { return dirty_.size(); }  // how many wait to be saved

  // The dirty ones, which are none any more, but stay in the table until the save has ended: the
  // database does not have their heads yet. One save at a time; one that fails never ends.
  const std::vector<std::shared_ptr<Stream>>& begin_save();
  bool is_saving() const { return !saving_.empty(); }
  void end_save() { saving_.clear(); }

  // Every stream whose head the database may not have.
  template <class F>
  void for_each_unsaved(F f) const {
    for (const auto& stream : saving_) f(*stream);
    for (const auto& stream : dirty_) f(*stream);
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const { return std::hash<std::string_view>{}(id); }
  };

  void sweep();

  std::unordered_map<std::string, std::weak_ptr<Stream>, Hash, std::equal_to<>> streams_;
  std::vector<std::shared_ptr<Stream>> dirty_;
  std::vector<std::shared_ptr<Stream>> saving_;
  std::size_t sweep_at_ = 1024;  // the size at which dead entries are looked for
};

}  // namespace souk::store
