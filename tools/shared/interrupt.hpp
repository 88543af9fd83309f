// Ctrl-C, politely.
#pragma once

#include <atomic>

namespace souk::cli {

// Makes the first SIGINT or SIGTERM set a flag instead of ending the process; the second one ends
// it at once. Call once, from main. The flag lives as long as the process.
const std::atomic<bool>& stop_on_signal();

}  // namespace souk::cli
