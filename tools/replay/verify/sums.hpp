// Equality of two multisets that are never held in memory: what should be there is added, what is
// there is taken away, and what is left is zero in every bucket if (and, but for a chance of 2^-64,
// only if) they are the same. Order does not matter, so parts of the log can be added up by
// different threads. (Incremental multiset hashing by addition: Clarke et al., "Incremental
// Multiset Hash Functions and Their Application to Memory Integrity Checking", ASIACRYPT 2003. The
// hash is not cryptographic: it finds faults, not forgers.)
//
// Things go to a bucket by a key (an order's id, a row's key), so that after a mismatch only those
// keys that fall into a bad bucket have to be looked at again, one by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#define XXH_INLINE_ALL  // most of what is hashed is short: a call would cost as much
#include <xxhash.h>

namespace souk::replay {

class BucketSums {
 public:
  explicit BucketSums(std::size_t buckets = 1u << 16) : sums_(buckets) {}  // a power of two

  static std::uint64_t hash(std::string_view bytes, std::uint64_t seed = 0) {
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
  }
  std::size_t bucket_of(std::uint64_t key_hash) const { return key_hash & (sums_.size() - 1); }

  void add(std::uint64_t key_hash, std::uint64_t content_hash) {
    sums_[bucket_of(key_hash)] += content_hash;
  }
  void take(std::uint64_t key_hash, std::uint64_t content_hash) {
    sums_[bucket_of(key_hash)] -= content_hash;
  }

  void merge(const BucketSums& other) {
    for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += other.sums_[i];
  }
  bool is_zero(std::uint64_t key_hash) const { return sums_[bucket_of(key_hash)] == 0; }
  bool all_zero() const {
    for (const std::uint64_t sum : sums_)
      if (sum != 0) return false;
    return true;
  }

 private:
  std::vector<std::uint64_t> sums_;
};

}  // namespace souk::replay
