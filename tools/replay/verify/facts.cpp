#include "tools/replay/verify/facts.hpp"

#include <cstring>

#include "store/log_view.hpp"
#include "tools/replay/verify/sums.hpp"

namespace souk::replay {

std::uint64_t Fact::content_hash() const {
  char numbers[16] = {};
  numbers[0] = static_cast<char>(kind);
  numbers[1] = static_cast<char>(service);
  std::memcpy(numbers + 8, &amount, sizeof amount);
  return BucketSums::hash(stream, BucketSums::hash(of, BucketSums::hash({numbers, 16})));
}

PartitionId saga_of(FactKind kind, std::string_view of, const store::Identity& identity) {
  if (kind != FactKind::granted) return store::partition_of(identity, Service::checkout, of);
  return store::partition_of(identity, Service::campaign, of.substr(0, of.rfind('~')));
}

PartitionId counterpart_of(const Fact& fact, const store::Identity& identity) {
  if (fact.expected) return store::partition_of(identity, fact.service, fact.stream);
  return saga_of(fact.kind, fact.of, identity);
}

}  // namespace souk::replay
