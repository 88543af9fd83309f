// What goes over a connection between two nodes: frames, which carry items.
//
//   frame  u32 bytes after these eight | u32 crc32c of them | item, item, ...
//   item   u32 bytes of the whole item | u16 kind | u8 service | u8 parts | u64 number
//          | i64 until, in microseconds since 1970 | u32 bytes of each part | the parts
//
// Little-endian throughout. A part is bytes that the kind defines: the first is the saved form of a
// struct of events/wire.hpp (Cap'n Proto, so it may grow), further ones are what that struct speaks
// of: a command, a reply, a state, batches of the log. sent: never reuse a number of a kind
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/ids.hpp"
#include "store/status.hpp"

namespace souk::cluster {

enum class Kind : std::uint16_t {  // sent: never reuse
  hello = 1,                       // first of who dials: wire::Hello
  welcome = 2,                     // first of who was dialled: wire::Hello
  goodbye = 3,                     // wire::Goodbye: why the connection ends now
  status = 4,                      // wire::Status, both ways, as a heartbeat
  command = 5,                     // wire::Command and the command; without one, a read
  answer = 6,                      // wire::Answer, the reply, and the view if it was wanted
  failure = 7,                     // wire::Failure: a request that could not even be tried
  pull = 8,                        // wire::Pull
  page = 9,                        // wire::Page, and the batches
  read_log = 10,                   // wire::ReadLog, answered with a page
};

inline constexpr std::size_t kFrameHeaderBytes = 8;
inline constexpr std::size_t kItemHeaderBytes = 24;
inline constexpr std::size_t kItemBytesMax = 1u << 20;  // one message between nodes
inline constexpr std::size_t kFrameBytesMax = 2u
                                              << 20;  // a frame takes items until it is this full
inline constexpr std::size_t kPartsMax = 255;

// An item as it is read. Views of the frame.
struct ItemView {
  Kind kind = Kind::hello;
  std::uint8_t service = 0;  // of a command: a Service; else 0
  std::uint64_t number = 0;  // who asks counts; an answer bears the number of its request
  Time until;                // not set: for ever. After this nobody waits for the answer
  std::vector<std::string_view> parts;
};

// Bytes that an item with such parts will take.
std::size_t item_bytes(std::span<const std::string_view> parts);

// Puts items together into one frame.
class FrameWriter {
 public:
  // False, and nothing is added, if the item is larger than kItemBytesMax, has too many parts, or
  // does not fit into this frame any more (the first item always fits).
  [[nodiscard]] bool add(const ItemView& item);
  bool empty() const { return bytes_.size() <= kFrameHeaderBytes; }
  std::size_t bytes() const { return bytes_.size(); }
  // The frame, sealed; the writer starts anew.
  std::string take();

 private:
  std::string bytes_;
};

// How many bytes a frame that begins so has after its header; the sentence says what is wrong with
// a header of a frame that is too large or empty.
store::Result<std::size_t> frame_body_bytes(std::string_view header);

// Calls `f` for each item of a whole frame (header and body), in order. Corruption if the checksum
// is wrong or an item reaches beyond its frame; `f` is then not called at all.
store::Status for_each_item(std::string_view frame, const std::function<void(const ItemView&)>& f);

}  // namespace souk::cluster
