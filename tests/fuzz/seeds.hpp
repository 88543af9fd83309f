// Real values as inputs, which the corpus begins with: one of everything that is stored or sent,
// and logs as a node writes them.
#pragma once

#include <map>
#include <string>

namespace souk::fuzz {

using Seeds = std::map<std::string, std::string>;  // by what they are: "stock-event-held"

Seeds codec_seeds();
Seeds log_seeds();
Seeds frame_seeds();

}  // namespace souk::fuzz
