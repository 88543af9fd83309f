// A whole log on a disk of any contents: it opens or says why not, and all ways of reading it show
// the same records.
#pragma once

#include <memory>

#include "store/memory_kv.hpp"

namespace souk::fuzz {

// Opens the log as log_identity's, reads it in every way that store/ has, appends to it, opens it
// again. Changes the disk.
void check_log(const std::shared_ptr<store::MemoryDisk>& disk);

}  // namespace souk::fuzz
