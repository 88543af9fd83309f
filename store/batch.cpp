#include "store/batch.hpp"

#include <cassert>
#include <limits>
#include <utility>

#include "store/bytes.hpp"
#include "store/keys.hpp"
#include "store/seal.hpp"

namespace souk::store {
namespace {

constexpr std::size_t kIndexEntryBytes = sizeof(std::uint32_t);

}  // namespace

void BatchBuilder::begin(PartitionId partition, Offset first_offset, const GroupPlace& place) {
  const std::size_t index_bytes = count_ * kIndexEntryBytes;
  key_ = log_key(partition, first_offset);
  value_.clear();
  value_.reserve(kBatchHeaderBytes + index_bytes + bytes_);
  put(value_, std::uint64_t{0});  // the seal
  put(value_, kBatchMagic);
  put(value_, kBatchVersion);
  put(value_, std::uint8_t{0});   // flags
  put(value_, std::uint16_t{0});  // reserved
  put(value_, place.group);
  put(value_, first_offset);
  put(value_, count_);
  put(value_, static_cast<std::uint8_t>(place.next.service));
  put(value_, std::uint8_t{0});  // reserved
  put(value_, place.next.number);
  value_.append(index_bytes, '\0');
}

void BatchBuilder::add(std::string_view record) {
  overwrite(value_.data() + kBatchHeaderBytes + added_ * kIndexEntryBytes,
            static_cast<std::uint32_t>(value_.size()));
  value_.append(record);
  ++added_;
}

void BatchBuilder::finish(std::string& key, std::string& value) {
  assert(added_ == count_);
  seal(key_, value_);
  key = std::move(key_);
  value = std::move(value_);
  *this = {};
}

Result<BatchView> BatchView::parse(PartitionId partition, std::string_view key,
                                   std::string_view value) {
  const Offset first_offset = offset_of_log_key(key);
  auto broken = [&](std::string_view what) { return corruption_at(partition, first_offset, what); };
  if (value.size() < kBatchHeaderBytes) return broken("the batch is cut short");
  if (!is_sealed(key, value)) return broken("the batch's checksum does not match");

  Reader in(value.substr(kSealBytes));
  auto magic = in.take<std::uint32_t>();
  auto version = in.take<std::uint8_t>();
  auto flags = in.take<std::uint8_t>();
  in.take<std::uint16_t>();
  BatchView batch;
  batch.value_ = value;
  batch.place_.group = in.take<std::uint64_t>();
  batch.first_offset_ = in.take<Offset>();
  batch.count_ = in.take<std::uint32_t>();
  batch.place_.next.service = static_cast<Service>(in.take<std::uint8_t>());
  in.take<std::uint8_t>();
  batch.place_.next.number = in.take<std::uint16_t>();
  if (magic != kBatchMagic) return broken("this is no batch");
  if (version < kBatchVersion) return broken("the batch is of a format that was never released");
  if (version != kBatchVersion || flags != 0)
    return Status(Code::newer_format, "Partition " + display(partition) + ", offset " +
                                          std::to_string(first_offset) +
                                          ": the batch was written by a newer souk; use that one.");
  if (batch.first_offset_ != first_offset || first_offset == kNoOffset)
    return broken("the batch stands under another offset's key");
  if (batch.count_ == 0 || batch.count_ > in.left() / kIndexEntryBytes)
    return broken("the batch's index does not fit");
  if (batch.count_ > kOffsetMax - first_offset) return broken("the batch's offsets do not fit");
  std::size_t previous = kBatchHeaderBytes + batch.count_ * kIndexEntryBytes;
  if (batch.position(0) != previous) return broken("the batch's index does not begin right");
  for (std::uint32_t i = 1; i <= batch.count_; ++i) {
    if (batch.position(i) <= previous) return broken("the batch's index is not in order");
    previous = batch.position(i);
  }
  if (previous != value.size()) return broken("the batch's index points outside");
  return batch;
}

std::uint64_t BatchView::claimed_group(std::string_view value) {
  if (value.size() < kBatchGroupAt + sizeof(std::uint64_t)) return kNoGroup;
  return load<std::uint64_t>(value.data() + kBatchGroupAt);
}

Offset BatchView::claimed_first_offset(std::string_view value) {
  if (value.size() < kBatchFirstOffsetAt + sizeof(Offset)) return kNoOffset;
  return load<Offset>(value.data() + kBatchFirstOffsetAt);
}

std::string_view BatchView::record(Offset offset) const {
  assert(holds(offset));
  auto index = static_cast<std::uint32_t>(offset - first_offset_);
  std::size_t begin = position(index);
  return value_.substr(begin, position(index + 1) - begin);
}

std::size_t BatchView::position(std::uint32_t index) const {
  if (index == count_) return value_.size();
  return load<std::uint32_t>(value_.data() + kBatchHeaderBytes + index * kIndexEntryBytes);
}

Status corruption_at(PartitionId partition, Offset offset, std::string_view what) {
  return {Code::corruption, "Partition " + display(partition) + " is damaged at offset " +
                                std::to_string(offset) + ": " + std::string(what) +
                                "; restore the data directory from a copy."};
}

}  // namespace souk::store
