#include "store/log.hpp"

#include "store/keys.hpp"
#include "store/log_impl.hpp"
#include "store/saved.hpp"

namespace souk::store {

Log::Log(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Log::~Log() = default;

Result<std::unique_ptr<Log>> Log::open(std::unique_ptr<Kv> kv, const Identity& identity,
                                       LogOptions options) {
  auto impl = std::make_unique<Impl>(std::move(kv), std::move(options));
  Status status = impl->recover(identity);
  if (!status.ok()) return status;
  return std::unique_ptr<Log>(new Log(std::move(impl)));
}

const Identity& Log::identity() const { return impl_->identity; }

std::vector<Status> Log::append(std::span<Append> group, std::vector<Offset>& offsets) {
  return impl_->append(group, offsets);
}

void Log::put_snapshot(const Stream& stream, Snapshot snapshot) {
  impl_->put_snapshot(stream, snapshot);
}

Status Log::flush() { return impl_->flush(); }

bool Log::surely_new(PartitionId partition, std::string_view id) const {
  return impl_->surely_new(partition, id);
}

Result<std::shared_ptr<Stream>> Log::open_stream(PartitionId partition, std::string_view id) {
  return impl_->open_stream(partition, id);
}

Result<Head> Log::head(PartitionId partition, std::string_view id) const {
  return impl_->head(partition, id);
}

Result<std::optional<Snapshot>> Log::snapshot(PartitionId partition, std::string_view id,
                                              std::uint32_t version) const {
  return impl_->snapshot(partition, id, version);
}

Status Log::read_stream(PartitionId partition, std::string_view id, Offset after,
                        const std::function<void(const RecordView&)>& f) const {
  return impl_->read_stream(partition, id, after, f);
}

Status Log::scan(PartitionId partition, Offset from,
                 const std::function<bool(const RecordView&)>& f) const {
  return impl_->scan(partition, from, f);
}

Result<std::optional<Snapshot>> Log::any_snapshot(PartitionId partition,
                                                  std::string_view id) const {
  return impl_->any_snapshot(partition, id);
}

Result<Offset> Log::next_batch(PartitionId partition, Offset after) const {
  if (impl_->find(partition) == nullptr) return impl_->no_such(partition);
  return store::next_batch(*impl_->kv, partition, after);
}

Result<Slice> Log::read(PartitionId partition, Offset from, std::size_t bytes_max) const {
  return impl_->read(partition, from, bytes_max);
}

std::optional<Slice> Log::read_tail(PartitionId partition, Offset from,
                                    std::size_t bytes_max) const {
  return impl_->read_tail(partition, from, bytes_max);
}

Result<std::vector<std::string>> Log::open_streams(PartitionId partition) const {
  return impl_->open_streams(partition);
}

Offset Log::next_offset(PartitionId partition) const {
  Partition* p = impl_->find(partition);
  if (p == nullptr) return kNoOffset;
  std::lock_guard lock(impl_->mutex);
  return p->next_offset;
}

Status Log::checkpoint(const std::string& path) const { return impl_->kv->checkpoint(path); }

Status Log::stopped(PartitionId partition) const {
  Partition* p = impl_->find(partition);
  if (p == nullptr) return impl_->no_such(partition);
  std::lock_guard lock(impl_->mutex);
  return p->stopped.ok() ? impl_->failed : p->stopped;
}

Partition* Log::Impl::find(PartitionId id) const {
  auto service = identity.partitions.find(id.service);
  if (service == identity.partitions.end() || id.number >= service->second) return nullptr;
  return &partitions[first_of[static_cast<std::uint8_t>(id.service)] + id.number];
}

Status Log::Impl::no_such(PartitionId id) const {
  return {Code::invalid, "There is no partition " + display(id) + " in this data directory."};
}

Status Log::Impl::note_damage(Partition& partition, Status status) const {
  if (status.code() != Code::corruption) return status;
  {
    std::lock_guard lock(mutex);
    if (!partition.stopped.ok()) return status;
    partition.stopped = status;
  }
  options.warn(status.message());
  return status;
}

}  // namespace souk::store
