// The head of an input for the codec's target, which the corpus is made with, too.
#pragma once

#include <cstdint>

namespace souk::fuzz {

enum class Role : std::uint8_t { command = 'c', event = 'e', state = 's', reply = 'r' };

}  // namespace souk::fuzz
