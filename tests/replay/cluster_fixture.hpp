// A shop whose partitions are three nodes': orders and sagas on the first, half of the stock, the
// wallets and the coupons on each of the others.
#pragma once

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/replay/models_surgery.hpp"
#include "tests/replay/verify_fixture.hpp"
#include "tools/replay/joined_view.hpp"

namespace souk::replay {

class VerifyingCluster : public Verifying {
 protected:
  static constexpr std::size_t kNodes = 3;

  VerifyingCluster() {
    for (const PartitionId one : store::partitions_of(test::shop_identity())) {
      const bool shared = one.service == Service::stock || one.service == Service::wallet ||
                          one.service == Service::coupon;
      owners_[one] = {shared ? 1u + one.number : 0u};
    }
  }

  std::string node(std::size_t i) const { return dir_ / ("node-" + std::to_string(i)); }
  std::string models_of(std::size_t i) const { return node(i) + "/read-models.sqlite"; }
  std::vector<test::ShopRecord>& records() { return records_; }

  void clear() {
    for (std::size_t i = 0; i < kNodes; ++i) std::filesystem::remove_all(node(i));
  }

  void make(std::uint64_t seed, bool finish) {
    test::Shop shop(seed);
    shop.live(1'500, finish);
    records_ = shop.log();
    write();
  }
  // To be changed, then written. Without snapshots, which would tell on their own.
  void make_with_sales() {
    test::Shop shop(Verifying::seed_with_sales(21));
    shop.live(1'500, /*finish=*/true);
    records_ = shop.log();
    for (auto& one : records_) one.snapshot.reset();
  }

  // Every node's directory, each with a log of its own.
  void write() {
    clear();
    for (std::size_t i = 0; i < kNodes; ++i) {
      std::vector<test::ShopRecord> its;
      for (const auto& one : records_) {
        const auto& owners =
            owners_.at(store::partition_of(test::shop_identity(), one.service, one.record.stream));
        if (std::ranges::find(owners, i) != owners.end()) its.push_back(one);
      }
      test::make_shop_directory(node(i), 10 + i, its);
    }
  }

  void make_empty(const std::string& name, const store::Identity& identity) {
    auto kv = store::open_rocks_kv({.path = dir_ / name});
    ASSERT_TRUE(kv.ok());
    ASSERT_TRUE(store::Log::open(std::move(*kv), identity).ok());
  }

  // Read models of all nodes' records in one's directory, or of the first part of each partition's.
  void make_models(std::size_t at, double part = 1) {
    const auto view = open({node(0), node(1), node(2)});
    auto models = history::Models::create(models_of(at), test::shop_identity().cluster_id, Time{1},
                                          history::BulkLoad::no);
    ASSERT_TRUE(models.ok()) << models.status().message();
    for (const PartitionId partition : store::partitions_of(view->identity())) {
      const auto enough = static_cast<store::Offset>(part * double(*view->last(partition)));
      while ((*models)->next(partition) <= enough) {
        const auto slice =
            view->read(partition, (*models)->next(partition), part < 1 ? 1 : 1u << 20);
        ASSERT_TRUE(slice.ok());
        if (slice->empty()) break;
        ASSERT_TRUE((*models)->apply(*slice).ok());
      }
    }
    ASSERT_TRUE((*models)->commit().ok());
  }

  static std::unique_ptr<JoinedView> open(const std::vector<std::string>& paths) {
    std::vector<std::unique_ptr<store::DirectoryView>> parts;
    for (const std::string& path : paths) {
      auto part = store::DirectoryView::open(path);
      EXPECT_TRUE(part.ok()) << part.status().message();
      parts.push_back(std::move(*part));
    }
    auto joined = JoinedView::join(std::move(parts));
    EXPECT_TRUE(joined.ok()) << joined.status().message();
    return std::move(*joined);
  }

  std::unique_ptr<VerifyReport> verify(const std::vector<std::size_t>& nodes,
                                       VerifyOptions options = {}) {
    std::vector<std::string> paths;
    for (const std::size_t i : nodes) paths.push_back(node(i));
    options.threads = 2;
    auto report = verify_directories(paths, options);
    EXPECT_TRUE(report.ok()) << report.status().message();
    return report.ok() ? std::move(*report) : std::make_unique<VerifyReport>();
  }

  // --- changes to the history ----------------------------------------------------------------

  using Place = std::vector<test::ShopRecord>::iterator;

  // The event of a record with one, if it is an E of service A.
  template <class A, class E>
  static std::optional<E> event_of(const test::ShopRecord& one) {
    if (one.service != A::kService || one.record.events.size() != 1) return {};
    typename A::Event event;
    const auto& stored = one.record.events.front();
    if (!codec::decode_variant(stored.tag, stored.bytes, event)) return {};
    if (!std::holds_alternative<E>(event)) return {};
    return std::get<E>(event);
  }
  // The last record of an E, of any stream or of one; the end if there is none.
  template <class A, class E>
  Place last_of(const std::string& stream) {
    const auto found = std::find_if(records_.rbegin(), records_.rend(), [&](const auto& one) {
      return (stream.empty() || one.record.stream == stream) && event_of<A, E>(one);
    });
    return found == records_.rend() ? records_.end() : std::prev(found.base());
  }
  template <class A, class E>
  Place last_event() {
    return last_of<A, E>("");
  }
  // As if it had never been: those behind it in its stream move up.
  void forget(Place gone) {
    for (auto& one : records_)
      if (one.service == gone->service && one.record.stream == gone->record.stream &&
          one.record.sequence > gone->record.sequence)
        --one.record.sequence;
    records_.erase(gone);
  }

  std::map<PartitionId, std::vector<std::size_t>> owners_;

 private:
  std::vector<test::ShopRecord> records_;
};

}  // namespace souk::replay
