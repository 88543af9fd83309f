#include "tools/replay/verify/audit.hpp"

#include "tools/replay/services.hpp"
#include "tools/replay/verify/partition_audit.hpp"

namespace souk::replay {

void audit_partition(Audit& audit, PartitionId partition, Share& share) {
  const bool known = for_service(
      partition.service,
      [&]<class A>(Type<A>) {
        PartitionAudit<A>(audit, partition, share).run();
        return true;
      },
      false);
  if (known) return;
  audit.findings.add({Check::batches,
                      partition,
                      0,
                      0,
                      {},
                      "its service is not known; was it written by a newer souk?"});
}

}  // namespace souk::replay
