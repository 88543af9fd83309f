// Two logs, record by record.
#pragma once

#include "store/log_view.hpp"
#include "tools/replay/verify/audit.hpp"

namespace souk::replay {

// Findings about every partition in which `audit.view` and `other` differ: the first record that
// does, by its offset and what differs. Where batches begin does not matter.
void compare_logs(Audit& audit, const store::LogView& other);

}  // namespace souk::replay
