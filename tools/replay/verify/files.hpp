// Whole files of a data directory: their checksums.
#pragma once

#include <string>

#include "tools/replay/verify/verify.hpp"

namespace souk::replay {

// Findings about files that are not what was written, or are missing; notes about what a crash may
// leave behind; what holds no data and is not checked. `directory` is named with each, "" if only
// one is proved.
void check_files(const std::string& path, const std::string& directory,
                 const VerifyOptions& options, VerifyReport& report);

}  // namespace souk::replay
