// What two nodes tell each other first, and whether they belong together.
#pragma once

#include <string>

#include "events/wire.hpp"

namespace souk::cluster {

// Why the two may not work together, in one sentence for the log of `mine`'s node; empty: they may.
// Neither is believed to be right: the sentence names both sides.
std::string disagreement(const wire::Hello& mine, const wire::Hello& theirs);

}  // namespace souk::cluster
