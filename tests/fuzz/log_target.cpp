// What lies in the database: records, batches and whole logs (log_input.hpp says how they stand in
// an input). Whatever they are, they are refused with a sentence, or read as exactly what they say.
#include <cstring>

#include "store/batch.hpp"
#include "store/keys.hpp"
#include "store/seal.hpp"
#include "store/slice.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/log_check.hpp"
#include "tests/fuzz/log_input.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/targets.hpp"

namespace souk::fuzz {
namespace {

using store::Code;
using store::Offset;

constexpr PartitionId kPartition{Service::stock, 1};

bool lies_in(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_record(std::string_view bytes) {
  store::RecordView view;
  if (const auto status = parse_record(bytes, view); !status.ok())
    return require_told(status, Code::corruption);
  require(!view.stream.empty() && view.sequence > 0, "a record belongs to no stream");
  for (const std::string_view text :
       {view.stream, view.command_id, view.causation_id, view.correlation_id, view.trace})
    require(lies_in(text, bytes), "a record's text lies outside of it");
  require(!view.command || lies_in(view.command->bytes, bytes), "a command lies outside");
  for (const auto& event : view.events)
    require(lies_in(event.bytes, bytes), "an event lies outside");

  const store::Record record = record_of(view);
  std::string again;
  encode_record(record, again);
  store::set_previous(again, view.previous);
  store::RecordView read;
  require(parse_record(again, read).ok(), "a record that was written cannot be read");
  require(record_of(read) == record && read.previous == view.previous,
          "a record is read as something else");
  // Numbers may have been written with more bytes than it takes, and nothing else.
  require(again.size() <= bytes.size(), "a record has more bytes than it was read from");
  require(again.size() < bytes.size() || again == bytes, "the same record has two forms");
}

// The batch that the builder makes of the same records at the same place.
std::string built_again(const store::BatchView& batch) {
  store::BatchBuilder builder;
  for (Offset at = batch.first_offset(); at != batch.end_offset(); ++at)
    builder.expect(batch.record(at).size());
  builder.begin(kPartition, batch.first_offset(), batch.place());
  for (Offset at = batch.first_offset(); at != batch.end_offset(); ++at)
    builder.add(batch.record(at));
  std::string key, value;
  builder.finish(key, value);
  return value;
}

// As the writer leaves what readers do not look at.
std::string without_reserved(std::string_view value) {
  std::string plain(value);
  for (const std::size_t at : {14, 15, 37}) plain[at] = '\0';
  std::memset(plain.data(), 0, store::kSealBytes);
  return plain;
}

void check_slice(const store::BatchView& batch) {
  store::Slice slice;
  slice.partition = kPartition;
  slice.from = slice.next = batch.first_offset();
  slice.end = batch.end_offset();
  slice.add(std::make_shared<const std::string>(batch.bytes()), batch.end_offset());
  Offset at = batch.first_offset();
  const auto status = slice.for_each([&](const store::RecordView& record) {
    require(record.offset == at, "a slice gives another record than the next one");
    store::RecordView alone;
    require(parse_record(batch.record(at), alone).ok() && record_of(alone) == record_of(record),
            "a slice gives a record that is not in its batch");
    ++at;
    return true;
  });
  if (status.ok()) return require(at == batch.end_offset(), "a slice ends early");
  require_told(status, Code::corruption);
  store::RecordView record;
  require(at < batch.end_offset() && !parse_record(batch.record(at), record).ok(),
          "a slice calls a good record damaged");
}

void check_batch(std::string_view key, std::string_view value) {
  const auto parsed = store::BatchView::parse(kPartition, key, value);
  if (!parsed.ok()) return require_told(parsed.status(), Code::corruption, Code::newer_format);
  const store::BatchView& batch = *parsed;
  require(store::is_sealed(key, value), "a batch with a wrong checksum is taken");
  require(batch.first_offset() == store::offset_of_log_key(key) && batch.first_offset() > 0,
          "a batch is taken under another offset's key");
  require(batch.count() > 0 && batch.end_offset() > batch.first_offset(),
          "a batch ends before it begins");
  require(batch.holds(batch.first_offset()) && batch.holds(batch.end_offset() - 1) &&
              !batch.holds(batch.end_offset()) && !batch.holds(batch.first_offset() - 1),
          "a batch does not know what it holds");
  require(store::BatchView::claimed_group(value) == batch.group() &&
              store::BatchView::claimed_first_offset(value) == batch.first_offset(),
          "a batch is something else than it claims");
  require(without_reserved(built_again(batch)) == without_reserved(value),
          "the same records make another batch");
  check_slice(batch);
}

void check_sealed_batch(std::string value) {
  const std::string key = store::log_key(kPartition, store::BatchView::claimed_first_offset(value));
  if (value.size() >= store::kSealBytes) store::seal(key, value);
  check_batch(key, value);
}

// Puts the entries on a disk that has nothing else.
std::shared_ptr<store::MemoryDisk> disk_of(Input in, bool sealed) {
  auto disk = std::make_shared<store::MemoryDisk>();
  while (!in.empty()) {
    const auto column = static_cast<store::Column>(in.number<std::uint8_t>() % store::kColumnCount);
    const std::string key(in.take(in.number<std::uint8_t>()));
    std::string value(in.take(in.number<std::uint16_t>()));
    if (sealed && value.size() >= store::kSealBytes) store::seal(key, value);
    disk->overwrite(column, key, std::move(value));
  }
  return disk;
}

}  // namespace

void log(std::string_view input) {
  Input in(input);
  switch (static_cast<LogInput>(in.number<std::uint8_t>())) {
    case LogInput::record: return check_record(in.rest());
    case LogInput::batch: {
      const std::string key = store::log_key(kPartition, in.number<std::uint64_t>());
      return check_batch(key, in.rest());
    }
    case LogInput::sealed_batch: return check_sealed_batch(std::string(in.rest()));
    case LogInput::log: return check_log(disk_of(in, false));
    case LogInput::sealed_log: return check_log(disk_of(in, true));
  }
}

}  // namespace souk::fuzz
