// The first byte of an input for the frames' target. The corpus is made with it, too.
#pragma once

#include <cstdint>

namespace souk::fuzz {

enum class FrameInput : std::uint8_t {
  stream = 's',  // | u8 how it is cut up | what comes over a connection
  sealed = 'S',  // | a frame's body: length and checksum are put before it
};

}  // namespace souk::fuzz
