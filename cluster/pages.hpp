// Pages of the log as they go from node to node: the parts of an item (wire::Page), and back.
//
// A message between nodes has at most kItemBytesMax bytes; a batch, which cannot be divided without
// losing its checksum, may have 32 MiB and a record (what the writer puts into one group). So a
// page takes batches up to kPageBytesMax, and a batch that alone is larger goes in pieces, each
// asked for on its own: nothing large is ever on its way at once, and commands get in between.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/core/feed.hpp"
#include "cluster/frame.hpp"
#include "events/codec.hpp"
#include "events/wire.hpp"

namespace souk::cluster {

// Of the batches in one message. The rest of it is for what is said of them: a position, twice, of
// every partition that a service can have, and a batch's length, which is at most a tenth of it.
inline constexpr std::size_t kPageBytesMax = 640u << 10;
static_assert(kPageBytesMax + kPageBytesMax / 10 + (300u << 10) <= kItemBytesMax);

// What anybody may claim to be the size of one batch.
inline constexpr std::size_t kBatchBytesMax = std::size_t{1} << 30;

wire::Position to_wire(PartitionId partition, store::Offset offset);
// Nothing if there is no such service.
std::optional<PartitionId> partition_of(std::uint16_t service, std::uint16_t number);

// The saved form of a struct of events/wire.hpp.
template <class T>
std::string saved(const T& value) {
  std::string bytes;
  codec::encode(value, bytes);
  return bytes;
}

// True if the slice is one batch that has to go in pieces.
bool goes_in_pieces(const store::Slice& slice);

// The parts of a page. If its one slice goes in pieces: of the piece from `skip` bytes on, which
// must be fewer than the batch has.
std::vector<std::string> page_parts(const core::Page& page, std::size_t skip = 0);

// Takes in what a peer answers to one Pull or ReadLog, until the page is whole. Regular value.
class PageReader {
 public:
  // The parts of a page, or of its next piece. `corruption`, and the reader is as new, if they make
  // no sense, or are another piece than was asked for.
  store::Status take(std::span<const std::string> parts);

  // Set after a piece: ask for this, and take what comes.
  const std::optional<wire::ReadLog>& wanted() const { return wanted_; }

  // The page, once nothing more is wanted; the reader is as new. Its token is not set.
  core::Page page();

 private:
  store::Status take_whole(const wire::Page& said, std::string_view batches);
  store::Status take_piece(const wire::Page& said, std::string_view bytes);

  core::Page page_;
  std::string batch_;  // as far as it has come
  std::optional<wire::ReadLog> wanted_;
};

// What a failure item says; corruption if it says nothing.
store::Status failure_of(std::span<const std::string> parts);

}  // namespace souk::cluster
