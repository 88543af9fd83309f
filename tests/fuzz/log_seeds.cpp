#include <span>
#include <stdexcept>

#include "events/codec.hpp"
#include "events/stock.hpp"
#include "store/batch.hpp"
#include "store/keys.hpp"
#include "store/log.hpp"
#include "tests/fuzz/log_input.hpp"
#include "tests/fuzz/seeds.hpp"
#include "tests/support/values.hpp"

namespace souk::fuzz {
namespace {

using store::Column;
using test::kNow;

constexpr PartitionId kStock1{Service::stock, 1};

template <class Variant>
store::Payload payload(const Variant& value) {
  store::Payload payload;
  payload.tag = codec::encode_variant(value, payload.bytes);
  return payload;
}

// A delivery to a SKU, as its host records it.
store::Record received(const std::string& sku, store::Sequence sequence, bool open = false) {
  store::Record record;
  record.stream = sku;
  record.sequence = sequence;
  record.time = kNow + seconds(static_cast<std::int64_t>(sequence));
  record.flags = open ? store::kRecordOpen : 0;
  record.command_id = "receipt/" + std::to_string(sequence);
  record.fingerprint = 0x1234'5678'9abc'def0;
  record.correlation_id = sku;
  record.trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  record.command = payload(stock::Command(stock::Receive{ReceiptId("d-1"), Units{10}}));
  record.events = {payload(stock::Event(stock::Received{ReceiptId("d-1"), Units{10}}))};
  return record;
}

store::Record refused(const std::string& sku, store::Sequence sequence) {
  store::Record record = received(sku, sequence);
  record.flags = store::kRecordRefused;
  record.refusal = 2;
  record.intent = 1;
  record.deadline = kNow + seconds(30);
  record.receipt_until = kNow + seconds(90);
  record.causation_id = "checkout/o-1";
  record.events.clear();
  return record;
}

std::string bytes_of(const store::Record& record) {
  std::string bytes;
  encode_record(record, bytes);
  return bytes;
}

std::string batch_of(std::initializer_list<store::Record> records, store::Offset first) {
  store::BatchBuilder builder;
  for (const auto& record : records) builder.expect(bytes_of(record).size());
  builder.begin(kStock1, first, {3, kStock1});
  for (const auto& record : records) builder.add(bytes_of(record));
  std::string key, value;
  builder.finish(key, value);
  return value;
}

// A log in memory, and the disk that it leaves.
class Writer {
 public:
  Writer() {
    auto opened = store::Log::open(std::make_unique<store::MemoryKv>(disk_), log_identity());
    if (!opened.ok()) throw std::logic_error(opened.status().message());
    log_ = std::move(*opened);
  }

  // One group.
  Writer& append(std::initializer_list<std::pair<PartitionId, store::Record>> records) {
    std::vector<store::Append> group;
    for (const auto& [partition, record] : records) {
      auto stream = log_->open_stream(partition, record.stream);
      if (!stream.ok()) throw std::logic_error(stream.status().message());
      group.push_back(
          {*stream, record.sequence, (record.flags & store::kRecordOpen) != 0, bytes_of(record)});
      streams_.push_back(*stream);
    }
    std::vector<store::Offset> offsets;
    for (const auto& status : log_->append(group, offsets))
      if (!status.ok()) throw std::logic_error(status.message());
    return *this;
  }
  // Of the stream that was written last.
  Writer& snapshot(store::Offset offset, store::Sequence sequence) {
    log_->put_snapshot(*streams_.back(), {1, offset, sequence, "state and receipts"});
    return *this;
  }
  Writer& note() {
    if (!log_->put_note("placement", "{}").ok()) throw std::logic_error("no note");
    return *this;
  }
  Writer& flush() {
    if (!log_->flush().ok()) throw std::logic_error("no flush");
    return *this;
  }
  // The last batch of a partition has lost its end, as by a power cut.
  Writer& tear(PartitionId partition, store::Offset first) {
    const std::string key = store::log_key(partition, first);
    std::string value = disk_->contents(Column::log).at(key);
    value.resize(value.size() / 2);
    disk_->overwrite(Column::log, key, std::move(value));
    return *this;
  }
  // A batch that the log's own writer would not put there.
  Writer& put(store::Offset first, std::initializer_list<store::Record> records) {
    disk_->overwrite(Column::log, store::log_key(kStock1, first), batch_of(records, first));
    return *this;
  }
  const store::MemoryDisk& disk() const { return *disk_; }

 private:
  std::shared_ptr<store::MemoryDisk> disk_ = std::make_shared<store::MemoryDisk>();
  std::unique_ptr<store::Log> log_;
  std::vector<std::shared_ptr<store::Stream>> streams_;
};

constexpr PartitionId kOrder0{Service::order, 0};
constexpr PartitionId kStock0{Service::stock, 0};

Writer three_groups() {
  Writer log;
  log.append({{kStock0, received("mug", 1)}, {kStock1, received("tea", 1)}})
      .append({{kStock0, received("mug", 2)}, {kStock0, refused("mug", 3)}})
      .append({{kOrder0, received("o-1", 1, true)}, {kStock0, received("cup", 1)}});
  return log;
}

}  // namespace

Seeds log_seeds() {
  const auto of = [](LogInput kind, const std::string& rest) {
    return std::string(1, static_cast<char>(kind)) + rest;
  };
  Seeds seeds;
  seeds["record"] = of(LogInput::record, bytes_of(received("mug", 2)));
  seeds["record-refused"] = of(LogInput::record, bytes_of(refused("mug", 3)));
  const std::string three =
      batch_of({received("mug", 1), refused("mug", 2), received("cup", 1)}, 7);
  seeds["batch"] = of(LogInput::batch, std::string("\7\0\0\0\0\0\0\0", 8) + three);
  seeds["batch-to-seal"] = of(LogInput::sealed_batch, three);
  seeds["batch-of-one-to-seal"] = of(LogInput::sealed_batch, batch_of({received("mug", 1)}, 1));

  seeds["log-empty"] = input_of(LogInput::log, Writer().disk());
  seeds["log"] = input_of(LogInput::log, three_groups().disk());
  seeds["log-to-seal"] = input_of(LogInput::sealed_log, three_groups().disk());
  seeds["log-with-heads"] = input_of(
      LogInput::sealed_log, three_groups().flush().append({{kOrder0, received("o-1", 2)}}).disk());
  seeds["log-with-all-heads"] = input_of(LogInput::sealed_log, three_groups().flush().disk());
  seeds["log-with-snapshot"] =
      input_of(LogInput::sealed_log, three_groups().snapshot(4, 1).note().flush().disk());
  seeds["log-with-torn-end"] = input_of(LogInput::log, three_groups().tear(kStock0, 4).disk());
  seeds["log-with-damage"] = input_of(LogInput::log, three_groups().tear(kStock0, 2).disk());

  // What no writer of ours makes, and no flipped bit: the checksums are right.
  const auto two = {received("mug", 1), received("mug", 2)};
  seeds["batch-beyond-the-last-offset"] =
      of(LogInput::sealed_batch, batch_of(two, store::kOffsetMax));
  seeds["log-with-overlapping-batches"] =
      input_of(LogInput::sealed_log, Writer().put(1, two).put(2, two).disk());
  return seeds;
}

}  // namespace souk::fuzz
