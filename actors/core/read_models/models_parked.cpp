// What an operator decides about parked records. Everything here commits record by record: it is
// rare, and what fitted stays.
#include "actors/core/read_models/models_impl.hpp"

namespace souk::core {
namespace {

using read_models::ParkedRow;

store::Status not_parked(const std::pair<PartitionId, std::string>& stream) {
  return {store::Code::not_found, "No record of " + std::string(name_of(stream.first.service)) +
                                      "/" + stream.second + " is parked."};
}

}  // namespace

// The stream's parked records, oldest first.
std::vector<ParkedRow> Models::Impl::parked_rows(const StreamKey& stream) {
  auto statement = database.prepare(
      "SELECT record_offset FROM parked_records "
      "WHERE service = ? AND partition = ? AND stream = ? ORDER BY record_offset");
  check(statement.status());
  const std::string service(name_of(stream.first.service));
  statement->bind(1, std::string_view(service));
  statement->bind(2, std::int64_t{stream.first.number});
  statement->bind(3, std::string_view(stream.second));
  std::vector<ParkedRow> rows;
  while (true) {
    const auto more = statement->step();
    check(more.status());
    if (!*more) return rows;
    const ParkedRow* row = parked_table.look({service, stream.first.number, statement->integer(0)});
    if (row != nullptr) rows.push_back(*row);
  }
}

// Takes as many of the stream's records as fit now.
store::Status Models::Impl::take_parked(const StreamKey& stream, const store::Log& log) {
  for (const ParkedRow& row : parked_rows(stream)) {
    try {
      take_parked(row, stream, log);
    } catch (const read_models::Unprojectable& why) {
      discard();
      parked_table.find(key_of(row))->reason = why.what();
      commit();
      return {store::Code::invalid, "Record " + std::to_string(row.record_offset) + " of " +
                                        row.stream + " still does not fit: " + why.what() + "."};
    }
  }
  parked.erase(stream);
  parked_committed.erase(stream);
  return {};
}

void Models::Impl::take_parked(const ParkedRow& row, const StreamKey& stream,
                               const store::Log& log) {
  const auto offset = static_cast<store::Offset>(row.record_offset);
  const auto slice = log.read(stream.first, offset, 1);
  check_log(slice.status());
  parked.erase(stream);
  try {
    check_log(slice->for_each([&](const store::RecordView& record) {
      if (record.offset == offset) take(record, stream.first);
      return record.offset < offset;
    }));
  } catch (...) {
    parked.insert(stream);
    throw;
  }
  parked.insert(stream);
  parked_table.erase(key_of(row));
  commit();
}

store::Status Models::Impl::skip(const StreamKey& stream, const std::string& reason, Time now,
                                 const store::Log& log) {
  const std::vector<ParkedRow> rows = parked_rows(stream);
  if (rows.empty()) return not_parked(stream);
  const ParkedRow& oldest = rows.front();
  skipped_table.insert({oldest.service, oldest.partition, oldest.record_offset, oldest.stream,
                        oldest.reason, reason, now});
  parked_table.erase(key_of(oldest));
  commit();
  skipped.emplace(stream.first, static_cast<store::Offset>(oldest.record_offset));
  return take_parked(stream, log);
}

store::Status Models::retry(PartitionId partition, std::string_view stream, const store::Log& log) {
  const Impl::StreamKey key{partition, stream};
  if (!impl_->parked.contains(key)) return not_parked(key);
  store::Status outcome;
  const store::Status failed = impl_->guarded([&] {
    if (impl_->records > 0) impl_->commit();
    outcome = impl_->take_parked(key, log);
  });
  return failed.ok() ? outcome : failed;
}

store::Status Models::skip(PartitionId partition, std::string_view stream,
                           const std::string& reason, Time now, const store::Log& log) {
  const Impl::StreamKey key{partition, stream};
  store::Status outcome;
  const store::Status failed = impl_->guarded([&] {
    if (impl_->records > 0) impl_->commit();
    outcome = impl_->skip(key, reason, now, log);
  });
  return failed.ok() ? outcome : failed;
}

std::vector<read_models::ParkedStream> Models::parked() const {
  std::vector<read_models::ParkedStream> found;
  (void)impl_->guarded([&] {
    for (const Impl::StreamKey& stream : impl_->parked) {
      const std::vector<ParkedRow> rows = impl_->parked_rows(stream);
      if (rows.empty()) continue;
      const ParkedRow& oldest = rows.front();
      found.push_back({stream.first, stream.second,
                       static_cast<store::Offset>(oldest.record_offset), rows.size(), oldest.reason,
                       oldest.at});
    }
  });
  return found;
}

}  // namespace souk::core
