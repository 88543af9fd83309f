#include "tools/replay/export_piece.hpp"

#include "store/keys.hpp"
#include "tools/replay/csv_rows.hpp"
#include "tools/replay/failure.hpp"
#include "tools/replay/record_json.hpp"

namespace souk::replay {

void ExportPiece::add(const std::vector<GroupBatch>& group, bool whole) {
  for (std::size_t i = 0; i < group.size(); ++i) {
    const auto& [partition, number, batch] = group[i];
    const PartitionId follows = group[(i + 1) % group.size()].partition;
    batches_.push_back(
        {partition, number, batch.first_offset(), bytes_.size(), batch.bytes().size(), {}});
    if (whole && batch.place().next != follows) batches_.back().next = batch.place().next;
    bytes_ += batch.bytes();
    reached_[partition] = batch.end_offset() - 1;
  }
}

void ExportPiece::encode(ExportFormat format, const Matcher& matcher) {
  text_.reserve(bytes_.size() * 3);
  for (const Batch& batch : batches_) encode_batch(batch, format, matcher);
}

void ExportPiece::encode_batch(const Batch& batch, ExportFormat format, const Matcher& matcher) {
  const store::Place place{batch.partition, batch.group};
  const auto view = value_of(
      store::BatchView::parse(batch.partition, store::log_key(batch.partition, batch.first_offset),
                              std::string_view(bytes_).substr(batch.at, batch.size)));
  store::RecordView record;
  for (store::Offset at = view.first_offset(); at < view.end_offset(); ++at, ++records_) {
    if (const auto status = store::parse_record(view.record(at), record); !status.ok())
      check(store::corruption_at(batch.partition, at, status.message()));
    record.offset = at;
    if (!matcher.matches(batch.partition, record)) continue;
    if (format == ExportFormat::csv) {
      lines_ += append_csv_rows(record, place, matcher, text_);
    } else {
      append_record_json(record, place, text_, batch.next);
      text_ += '\n';
      ++lines_;
    }
  }
}

}  // namespace souk::replay
