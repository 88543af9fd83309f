// What an operator decides about parked records. Everything here commits record by record: it is
// rare, and what fitted stays.
#include "actors/history/models_impl.hpp"
#include "events/rfc3339.hpp"

namespace souk::history {
namespace {

using read_models::ParkedRow;

store::Status not_parked(const std::pair<PartitionId, std::string>& stream) {
  return {store::Code::not_found, "No record of " + std::string(name_of(stream.first.service)) +
                                      "/" + stream.second + " is parked."};
}

}  // namespace

std::vector<read_models::ParkedStream> Models::Impl::parked_streams() {
  // Next to one min() the other columns are of the row that has it (SQLite, "Bare columns in an
  // aggregate query").
  auto statement = database.prepare(
      "SELECT service, partition, stream, min(record_offset), count(*), reason, at AS since "
      "FROM parked_records GROUP BY service, partition, stream "
      "ORDER BY since, service, partition, stream");
  check(statement.status());
  std::vector<read_models::ParkedStream> streams;
  while (true) {
    const auto more = statement->step();
    check(more.status());
    if (!*more) return streams;
    streams.push_back({{parse_service(statement->text(0)).value_or(Service{}),
                        static_cast<std::uint16_t>(statement->integer(1))},
                       std::string(statement->text(2)),
                       static_cast<store::Offset>(statement->integer(3)),
                       static_cast<std::uint64_t>(statement->integer(4)),
                       std::string(statement->text(5)),
                       parse_iso(statement->text(6)).value_or(Time{})});
  }
}

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
store::Status Models::Impl::take_parked(const StreamKey& stream, const ReadLog& read) {
  for (const ParkedRow& row : parked_rows(stream)) {
    try {
      take_parked(row, stream, read);
    } catch (const read_models::Unprojectable& why) {
      return still_parked(row, why.what());
    } catch (const RowRefused& why) {
      return still_parked(row, why.what());
    }
  }
  parked.erase(stream);
  parked_committed.erase(stream);
  return {};
}

// The same after a skip: what does not fit, or cannot be read now, stays parked and says why.
void Models::Impl::take_what_fits(const StreamKey& stream, const ReadLog& read) {
  try {
    (void)take_parked(stream, read);
  } catch (const LogFailure& failure) {
    (void)still_parked(parked_rows(stream).front(), failure.what());
  }
}

store::Status Models::Impl::still_parked(const ParkedRow& row, const std::string& reason) {
  discard();
  parked_table.find(key_of(row))->reason = reason;
  commit();
  return {store::Code::invalid, "Record " + std::to_string(row.record_offset) + " of " +
                                    row.stream + " still does not fit: " + reason + "."};
}

void Models::Impl::take_parked(const ParkedRow& row, const StreamKey& stream, const ReadLog& read) {
  const auto offset = static_cast<store::Offset>(row.record_offset);
  const auto slice = read(stream.first, offset, 1);
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
                                 const ReadLog& read) {
  const std::vector<ParkedRow> rows = parked_rows(stream);
  if (rows.empty()) return not_parked(stream);
  const ParkedRow& oldest = rows.front();
  const read_models::SkippedRow row{oldest.service,
                                    oldest.partition,
                                    oldest.record_offset,
                                    oldest.stream,
                                    oldest.reason,
                                    reason,
                                    now};
  skipped_table.insert(row);
  parked_table.erase(key_of(oldest));
  commit();
  skipped[{stream.first, static_cast<store::Offset>(oldest.record_offset)}] = row;
  take_what_fits(stream, read);
  return {};
}

store::Status Models::retry(PartitionId partition, std::string_view stream, const ReadLog& read) {
  const Impl::StreamKey key{partition, stream};
  if (!impl_->parked.contains(key)) return not_parked(key);
  store::Status outcome;
  const store::Status failed = impl_->guarded([&] {
    if (impl_->records > 0) impl_->commit();
    outcome = impl_->take_parked(key, read);
  });
  return failed.ok() ? outcome : failed;
}

store::Status Models::skip(PartitionId partition, std::string_view stream,
                           const std::string& reason, Time now, const ReadLog& read) {
  const Impl::StreamKey key{partition, stream};
  store::Status outcome;
  const store::Status failed = impl_->guarded([&] {
    if (impl_->records > 0) impl_->commit();
    outcome = impl_->skip(key, reason, now, read);
  });
  return failed.ok() ? outcome : failed;
}

std::vector<read_models::ParkedStream> Models::parked() const {
  std::vector<read_models::ParkedStream> found;
  if (impl_->parked_committed.empty()) return found;
  (void)impl_->guarded([&] { found = impl_->parked_streams(); });
  return found;
}

}  // namespace souk::history
