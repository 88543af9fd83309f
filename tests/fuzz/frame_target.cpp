// What comes from another node (frame_input.hpp says how it stands in an input): cut up anyhow, it
// is the same frames; a frame is refused whole or is items; and what an item says is refused or
// means the same when it is said again.
#include <cstring>

#include "cluster/frame.hpp"
#include "cluster/frame_reader.hpp"
#include "store/bytes.hpp"
#include "store/crc32c.hpp"
#include "tests/fuzz/frame_input.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/item_check.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/targets.hpp"

namespace souk::fuzz {
namespace {

using cluster::FrameReader;
using cluster::ItemView;
using cluster::kFrameHeaderBytes;
using store::Code;

// What a reader makes of a stream.
struct Cut {
  std::vector<std::string> frames;
  bool refused = false;    // what follows the frames cannot be one
  bool at_border = false;  // nothing follows them
  bool operator==(const Cut&) const = default;
};

// Hands the stream over in pieces: each has as many bytes as the last one's number says.
Cut cut(std::string_view stream, std::size_t piece_max) {
  FrameReader reader;
  Cut cut;
  while (!stream.empty()) {
    const auto space = reader.space();
    require(!space.empty(), "a reader has no room for what comes");
    const std::size_t bytes = std::min({stream.size(), space.size(), piece_max});
    std::memcpy(space.data(), stream.data(), bytes);
    reader.filled(bytes);
    stream.remove_prefix(bytes);
    while (true) {
      auto frame = reader.next();
      if (!frame.ok()) {
        require_told(frame.status(), Code::corruption);
        require(!reader.next().ok(), "a stream that was refused goes on");
        cut.refused = true;
        return cut;
      }
      if (!*frame) break;
      cut.frames.push_back(std::move(**frame));
    }
  }
  cut.at_border = reader.at_border();
  return cut;
}

void check_frame(const std::string& frame) {
  Conversation conversation;
  cluster::FrameWriter again;
  std::size_t items = 0;
  const auto status = cluster::for_each_item(frame, [&](const ItemView& item) {
    require(again.add(item), "an item that came cannot be sent");
    conversation.hear(item);
    ++items;
  });
  if (!status.ok()) {
    require_told(status, Code::corruption);
    return require(items == 0, "items of a damaged frame are given out");
  }
  require(items > 0 && again.take() == frame, "the same items are another frame");
}

void check_stream(std::string_view stream, std::size_t piece_max) {
  const Cut whole = cut(stream, stream.size() + 1);
  require(cut(stream, piece_max) == whole, "a stream that is cut up is another one");
  std::size_t at = 0;
  for (const std::string& frame : whole.frames) {
    require(frame == stream.substr(at, frame.size()), "a frame is not what came");
    at += frame.size();
  }
  require(whole.refused || whole.at_border == (at == stream.size()),
          "a reader does not know whether a stream may end");
  if (whole.refused)
    require(!cluster::frame_body_bytes(stream.substr(at)).ok(), "a good header is refused");
  for (const std::string& frame : whole.frames) check_frame(frame);
}

}  // namespace

void frame(std::string_view input) {
  Input in(input);
  switch (static_cast<FrameInput>(in.number<std::uint8_t>())) {
    case FrameInput::stream: {
      const std::size_t piece_max = 1 + in.number<std::uint8_t>();
      return check_stream(in.rest(), piece_max);
    }
    case FrameInput::sealed: {
      std::string frame;
      store::put(frame, static_cast<std::uint32_t>(in.rest().size()));
      store::put(frame, store::crc32c(in.rest()));
      frame += in.rest();
      return check_stream(frame, frame.size());
    }
  }
}

}  // namespace souk::fuzz
