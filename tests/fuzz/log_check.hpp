// A whole log on a disk of any contents: it opens or says why not, and all ways of reading it show
// the same records.
#pragma once

#include <memory>

#include "store/memory_kv.hpp"
#include "store/record.hpp"

namespace souk::fuzz {

// Owns what the view borrows. Leaves out the offsets, which a Record has not.
store::Record record_of(const store::RecordView& view);

// Opens the log as log_identity's, reads it in every way that store/ has, appends to it, opens it
// again. Changes the disk.
void check_log(const std::shared_ptr<store::MemoryDisk>& disk);

}  // namespace souk::fuzz
