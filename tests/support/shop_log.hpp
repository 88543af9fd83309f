// A shop's history in a log, as a node would have written it: over several partitions a service, in
// groups of any size, with snapshots.
#pragma once

#include <map>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "store/log.hpp"
#include "store/log_view.hpp"
#include "store/rocks_kv.hpp"
#include "tests/support/shop_history.hpp"

namespace souk::test {

// Who the logs of shops belong to.
inline store::Identity shop_identity() {
  return {"shop",
          {{Service::order, 3},
           {Service::stock, 2},
           {Service::wallet, 2},
           {Service::coupon, 2},
           {Service::campaign, 1},
           {Service::checkout, 3}}};
}

// A database that does not wait for the disk: what a test writes need not survive a power cut.
class UnsyncedKv final : public store::Kv {
 public:
  explicit UnsyncedKv(std::unique_ptr<store::Kv> kv) : kv_(std::move(kv)) {}
  store::Status write(const store::WriteBatch& batch, bool) override {
    return kv_->write(batch, false);
  }
  store::Result<std::optional<std::string>> get(store::Column column,
                                                std::string_view key) const override {
    return kv_->get(column, key);
  }
  bool may_exist(store::Column column, std::string_view key) const override {
    return kv_->may_exist(column, key);
  }
  std::unique_ptr<Cursor> cursor(store::Column column) const override {
    return kv_->cursor(column);
  }

 private:
  std::unique_ptr<store::Kv> kv_;
};

// Writes histories into one log. Keep one a log: it knows the streams.
class ShopWriter {
 public:
  // Groups have 1 to `group_max` records, by chance from the seed.
  ShopWriter(store::Log& log, std::uint64_t seed, std::size_t group_max = 12)
      : log_(log), random_(seed), group_max_(group_max) {}

  // Appends the whole history; the streams' ids, not what is in the records, get `prefix`.
  void write(const Shop& shop, const std::string& prefix = "") { write(shop.log(), prefix); }
  void write(const std::vector<ShopRecord>& records, const std::string& prefix = "") {
    for (std::size_t at = 0; at < records.size();) {
      const std::size_t end = std::min(records.size(), at + 1 + random_() % group_max_);
      write_group({records.begin() + static_cast<std::ptrdiff_t>(at),
                   records.begin() + static_cast<std::ptrdiff_t>(end)},
                  prefix);
      at = end;
    }
  }

 private:
  void write_group(std::span<const ShopRecord> records, const std::string& prefix) {
    std::vector<store::Append> group;
    for (const ShopRecord& one : records) {
      store::Record record = one.record;
      record.stream.insert(0, prefix);
      const bool open = (record.flags & store::kRecordOpen) != 0;
      group.push_back({stream_of(one.service, record.stream), record.sequence, open, {}});
      store::encode_record(record, group.back().bytes);
    }
    std::vector<store::Offset> offsets;
    const auto statuses = log_.append(group, offsets);
    for (std::size_t i = 0; i < records.size(); ++i) {
      ASSERT_TRUE(statuses[i].ok()) << statuses[i].message();
      if (!records[i].snapshot) continue;
      store::Snapshot snapshot = *records[i].snapshot;
      snapshot.offset = offsets[i];
      log_.put_snapshot(*group[i].stream, std::move(snapshot));
    }
  }

  const std::shared_ptr<store::Stream>& stream_of(Service service, const std::string& id) {
    auto& stream = streams_[{service, id}];
    if (stream == nullptr) {
      auto opened = log_.open_stream(store::partition_of(log_.identity(), service, id), id);
      EXPECT_TRUE(opened.ok()) << opened.status().message();
      stream = *opened;
    }
    return stream;
  }

  store::Log& log_;
  std::mt19937_64 random_;
  std::size_t group_max_;
  std::map<std::pair<Service, std::string>, std::shared_ptr<store::Stream>> streams_;
};

// Makes a data directory with these records, cleanly closed.
inline void make_shop_directory(const std::string& path, std::uint64_t seed,
                                const std::vector<ShopRecord>& records) {
  auto kv = store::open_rocks_kv({.path = path});
  ASSERT_TRUE(kv.ok()) << kv.status().message();
  auto log = store::Log::open(std::make_unique<UnsyncedKv>(std::move(*kv)), shop_identity());
  ASSERT_TRUE(log.ok()) << log.status().message();
  ShopWriter(**log, seed).write(records);
  const store::Status flushed = (*log)->flush();
  ASSERT_TRUE(flushed.ok()) << flushed.message();
}

// The same with the log of a shop. `things` and `finish` as Shop::live takes them.
inline void make_shop_directory(const std::string& path, std::uint64_t seed, int things,
                                bool finish) {
  Shop shop(seed);
  shop.live(things, finish);
  make_shop_directory(path, seed, shop.log());
}

}  // namespace souk::test
