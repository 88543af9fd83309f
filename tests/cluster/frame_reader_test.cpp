// A stream of bytes, cut anywhere, gives the same frames.
#include "cluster/frame_reader.hpp"

#include <cstring>
#include <random>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "cluster/frame.hpp"

namespace souk::cluster {
namespace {

std::string frame_of(std::size_t bytes, char fill) {
  const std::string part(bytes, fill);
  FrameWriter writer;
  EXPECT_TRUE(writer.add({.parts = {part}}));
  return writer.take();
}

struct Outcome {
  std::vector<std::string> frames;
  store::Status status;
};

// Feeds `stream`, at most `piece()` bytes at a time, until it ends or is refused.
template <class Piece>
Outcome read_all(FrameReader& reader, std::string_view stream, Piece piece) {
  Outcome outcome;
  while (!stream.empty()) {
    const std::span<char> space = reader.space();
    EXPECT_FALSE(space.empty());
    const std::size_t bytes = std::min({stream.size(), space.size(), piece()});
    std::memcpy(space.data(), stream.data(), bytes);
    reader.filled(bytes);
    stream.remove_prefix(bytes);
    while (true) {
      auto frame = reader.next();
      if (!frame.ok()) {
        outcome.status = frame.status();
        return outcome;
      }
      if (!*frame) break;
      outcome.frames.push_back(std::move(**frame));
    }
  }
  return outcome;
}

std::string joined(const std::vector<std::string>& frames) {
  std::string stream;
  for (const std::string& frame : frames) stream += frame;
  return stream;
}

TEST(FrameReader, CutsAnywhereMakeNoDifference) {
  EXPECT_TRUE(rc::check([] {
    const auto sizes = *rc::gen::container<std::vector<std::size_t>>(rc::gen::oneOf(
        rc::gen::inRange<std::size_t>(0, 300), rc::gen::inRange<std::size_t>(60'000, 70'000),
        rc::gen::inRange<std::size_t>(100'000, 900'000)));
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    const auto piece_max = *rc::gen::element<std::size_t>(1'000, 70'000, 1'000'000);
    std::vector<std::string> frames;
    for (const std::size_t size : sizes)
      frames.push_back(frame_of(size, static_cast<char>('a' + frames.size() % 26)));
    FrameReader reader;
    const Outcome outcome = read_all(reader, joined(frames), [&] {
      return std::uniform_int_distribution<std::size_t>(1, piece_max)(random);
    });
    RC_ASSERT(outcome.status.ok());
    RC_ASSERT(outcome.frames == frames);
    RC_ASSERT(reader.at_border());
  }));
}

TEST(FrameReader, ByteByByte) {
  const std::vector<std::string> frames = {frame_of(0, ' '), frame_of(100, 'x'),
                                           frame_of(FrameReader::kBufferBytes, 'y'),
                                           frame_of(1, 'z')};
  FrameReader reader;
  EXPECT_EQ(read_all(reader, joined(frames), [] { return std::size_t{1}; }).frames, frames);
}

TEST(FrameReader, FramesAroundTheBuffersSize) {
  for (std::size_t size = FrameReader::kBufferBytes - 60; size <= FrameReader::kBufferBytes + 4;
       ++size) {
    FrameReader reader;
    const std::vector<std::string> frames = {frame_of(size, 'a'), frame_of(3, 'b'),
                                             frame_of(size, 'c')};
    EXPECT_EQ(read_all(reader, joined(frames), [] { return kFrameBytesMax; }).frames, frames)
        << size;
  }
}

TEST(FrameReader, KnowsWhetherAStreamMayEndHere) {
  for (const std::size_t size : {10u, 200'000u}) {
    const std::string frame = frame_of(size, 'x');
    for (const std::size_t cut : {std::size_t{1}, kFrameHeaderBytes, frame.size() - 1}) {
      FrameReader reader;
      EXPECT_TRUE(reader.at_border());
      read_all(reader, frame.substr(0, cut), [] { return kFrameBytesMax; });
      EXPECT_FALSE(reader.at_border()) << cut << " of " << size;
      EXPECT_EQ(read_all(reader, frame.substr(cut), [] { return kFrameBytesMax; }).frames.size(),
                1u);
      EXPECT_TRUE(reader.at_border());
    }
  }
}

// Who announces two megabytes and sends nothing does not get them set aside.
TEST(FrameReader, TakesMemoryOnlyForWhatHasCome) {
  const std::string frame = frame_of(kItemBytesMax - 100, 'x');
  FrameReader reader;
  std::size_t fed = kFrameHeaderBytes;
  read_all(reader, frame.substr(0, fed), [] { return kFrameBytesMax; });
  while (fed < frame.size()) {
    const std::size_t space = reader.space().size();
    EXPECT_LE(space, std::max(2 * fed, 2 * FrameReader::kBufferBytes));
    const std::size_t bytes = std::min(space, frame.size() - fed);
    const auto outcome =
        read_all(reader, std::string_view(frame).substr(fed, bytes), [] { return kFrameBytesMax; });
    fed += bytes;
    EXPECT_EQ(outcome.frames.size(), fed == frame.size() ? 1u : 0u);
  }
}

// Whatever comes: frames are whole as far as their headers go, nothing is read out of bounds
// (AddressSanitizer looks), and what is refused stays refused.
TEST(FrameReader, RandomBytes) {
  const auto seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    std::string stream;
    for (int i = static_cast<int>(random() % 4); i > 0; --i)
      stream += frame_of(random() % 150'000, 'x');
    std::string noise(random() % 5'000, '\0');
    for (char& byte : noise) byte = static_cast<char>(random());
    if (random() % 2 == 0 && noise.size() > 4) noise[2] = noise[3] = 0;  // a size that may be
    stream.insert(random() % (stream.size() + 1), noise);
    FrameReader reader;
    const Outcome outcome = read_all(reader, stream, [&] { return 1 + random() % 100'000; });
    std::size_t at = 0;
    for (const std::string& frame : outcome.frames) {
      const auto body = frame_body_bytes(frame);
      ASSERT_TRUE(body.ok());
      ASSERT_EQ(frame.size(), kFrameHeaderBytes + *body);
      ASSERT_EQ(frame, stream.substr(at, frame.size()));
      at += frame.size();
    }
    if (outcome.status.ok()) continue;
    ++refused;
    EXPECT_FALSE(frame_body_bytes(std::string_view(stream).substr(at)).ok());
    EXPECT_FALSE(reader.next().ok());
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace souk::cluster
