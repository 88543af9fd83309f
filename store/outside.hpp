// Opening a data directory from outside, beside a node that may be replacing its files.
#pragma once

#include <memory>
#include <string>

#include "store/kv.hpp"
#include "store/status.hpp"

namespace souk::store {

// The database in `path` as it is at some moment of this call, for reading. Takes no lock, changes
// nothing. All of it can be read from then on, whatever the node does with its files. Files that
// go away while they are opened are looked for again: for up to 10 s; what looks like damage, for
// up to 1 s. Fails with not_found, newer_format, corruption, io_error.
Result<std::unique_ptr<Kv>> open_from_outside(const std::string& path);

}  // namespace souk::store
