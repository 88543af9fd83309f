#include "tools/replay/verify/audit.hpp"

#include "tools/replay/verify/partition_audit.hpp"

namespace souk::replay {

void audit_partition(Audit& audit, PartitionId partition, Share& share) {
  switch (partition.service) {
    case Service::order: return PartitionAudit<Order>(audit, partition, share).run();
    case Service::stock: return PartitionAudit<Stock>(audit, partition, share).run();
    case Service::wallet: return PartitionAudit<Wallet>(audit, partition, share).run();
    case Service::coupon: return PartitionAudit<Coupon>(audit, partition, share).run();
    case Service::campaign: return PartitionAudit<Campaign>(audit, partition, share).run();
    case Service::checkout: return PartitionAudit<Checkout>(audit, partition, share).run();
  }
  audit.findings.add({Check::batches,
                      partition,
                      0,
                      0,
                      {},
                      "its service is not known; was it written by a newer souk?"});
}

}  // namespace souk::replay
