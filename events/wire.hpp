// What nodes say to each other: the first part of each item of a frame (cluster/frame.hpp). Bytes
// that a struct speaks of (a command, a reply, a state, batches) are the parts after it.
//
// Fields are only ever added at the end: nodes of this version and of the next one work together.
// A field that an older node did not send is zero, empty or false, and has to mean "as before".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "events/fields.hpp"
#include "events/ids.hpp"

namespace souk::wire {

// Versions of the conversation itself. A node speaks all from kOldest to kNewest; two nodes use the
// newest that both do, or part.
inline constexpr std::uint16_t kOldest = 1;
inline constexpr std::uint16_t kNewest = 1;

// A partition, and an offset in it.
struct Position {
  std::uint16_t service = 0;
  std::uint16_t number = 0;
  std::int64_t offset = 0;
  bool operator==(const Position&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("service", &Position::service), field("number", &Position::number),
                      field("offset", &Position::offset)};
  }
};

struct PartitionCount {
  std::uint16_t service = 0;
  std::uint16_t count = 0;
  bool operator==(const PartitionCount&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("service", &PartitionCount::service),
                      field("count", &PartitionCount::count)};
  }
};

// The first item in either direction: who speaks, and what both must agree on.
struct Hello {
  static constexpr std::string_view name = "hello";
  std::string cluster;
  std::string node;                      // who speaks
  std::string to;                        // whom it believes to speak to
  std::string version;                   // of souk, for people
  std::uint16_t oldest = 0, newest = 0;  // versions of the conversation
  std::vector<PartitionCount> partitions;
  std::string placement;  // a digest of who owns which partition
  Time started;           // tells a node's runs apart
  Time at;                // when it was sent, by the clock of who speaks
  bool operator==(const Hello&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("cluster", &Hello::cluster),
                      field("node", &Hello::node),
                      field("to", &Hello::to),
                      field("version", &Hello::version),
                      field("oldest", &Hello::oldest),
                      field("newest", &Hello::newest),
                      field("partitions", &Hello::partitions),
                      field("placement", &Hello::placement),
                      field("started", &Hello::started),
                      field("at", &Hello::at)};
  }
};

// Why the connection ends now, in one sentence. `final`: it will be no better when tried again with
// the same two configurations.
struct Goodbye {
  static constexpr std::string_view name = "goodbye";
  std::string why;
  bool final = false;
  bool operator==(const Goodbye&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("why", &Goodbye::why), field("final", &Goodbye::final)};
  }
};

// How a node is, every heartbeat.
struct Status {
  static constexpr std::string_view name = "status";
  bool draining = false;
  std::int64_t orders_open = 0;   // sagas under way
  std::int64_t live = 0;          // aggregates in memory
  std::int64_t in_flight = 0;     // HTTP requests that wait
  std::int64_t from_peers = 0;    // commands of other nodes that have not been answered
  std::string http;               // where its HTTP API listens; empty: nowhere
  std::string not_ready;          // what is wrong with it, in one sentence; empty: nothing
  std::vector<Position> ends;     // of its partitions: the offset that the next record will get
  Duration models_lag;            // of its read models; -1: it keeps none
  std::int64_t memory_bytes = 0;  // resident
  Time at;                        // when it was sent, by the node's own clock
  bool operator==(const Status&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("draining", &Status::draining),
                      field("orders_open", &Status::orders_open),
                      field("live", &Status::live),
                      field("in_flight", &Status::in_flight),
                      field("from_peers", &Status::from_peers),
                      field("http", &Status::http),
                      field("not_ready", &Status::not_ready),
                      field("ends", &Status::ends),
                      field("models_lag", &Status::models_lag),
                      field("memory_bytes", &Status::memory_bytes),
                      field("at", &Status::at)};
  }
};

// A command for one aggregate; its bytes are the next part. Without one (`has_command` false): a
// read. `tag` says which alternative of the service's commands it is.
struct Command {
  static constexpr std::string_view name = "command";
  std::string target;
  std::string command_id;
  std::uint16_t intent = 0;
  Time deadline;
  std::string causation_id;
  std::string correlation_id;
  std::string trace;
  bool want_view = false;
  bool has_command = false;
  std::uint16_t tag = 0;
  bool operator==(const Command&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("target", &Command::target),
                      field("command_id", &Command::command_id),
                      field("intent", &Command::intent),
                      field("deadline", &Command::deadline),
                      field("causation_id", &Command::causation_id),
                      field("correlation_id", &Command::correlation_id),
                      field("trace", &Command::trace),
                      field("want_view", &Command::want_view),
                      field("has_command", &Command::has_command),
                      field("tag", &Command::tag)};
  }
};

// The answer to a command. The reply is the next part, the view (if `has_view`) the one after it.
// `last` is false if another answer to the same command will follow.
struct Answer {
  static constexpr std::string_view name = "answer";
  bool last = false;
  std::uint16_t verdict = 0;
  std::uint16_t refusal = 0;
  std::string detail;
  bool has_view = false;
  Position based_on;
  std::vector<Position> participants;
  bool operator==(const Answer&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("last", &Answer::last),
                      field("verdict", &Answer::verdict),
                      field("refusal", &Answer::refusal),
                      field("detail", &Answer::detail),
                      field("has_view", &Answer::has_view),
                      field("based_on", &Answer::based_on),
                      field("participants", &Answer::participants)};
  }
};

// A request that was not tried: why, in one sentence. `code` is a store::Code.
struct Failure {
  static constexpr std::string_view name = "failure";
  std::uint16_t code = 0;
  std::string why;
  bool operator==(const Failure&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("code", &Failure::code), field("why", &Failure::why)};
  }
};

// Records of the log from these offsets on; see core::Pull.
struct Pull {
  static constexpr std::string_view name = "pull";
  std::vector<Position> wanted;
  std::int64_t bytes_max = 0;
  Duration wait;
  bool operator==(const Pull&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("wanted", &Pull::wanted), field("bytes_max", &Pull::bytes_max),
                      field("wait", &Pull::wait)};
  }
};

// One partition's part of a page: so many of the batches that come after the page are its.
struct PageSlice {
  std::uint16_t service = 0;
  std::uint16_t number = 0;
  std::int64_t from = 0;
  std::int64_t next = 0;
  std::int64_t end = 0;
  std::uint32_t batches = 0;
  bool operator==(const PageSlice&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("service", &PageSlice::service), field("number", &PageSlice::number),
                      field("from", &PageSlice::from),       field("next", &PageSlice::next),
                      field("end", &PageSlice::end),         field("batches", &PageSlice::batches)};
  }
};

// The answer to a Pull or a ReadLog; see core::Page. `code` is a store::Code. The next part is the
// batches of its slices, in order, each behind its length (a varint, seven bits a byte, the lowest
// first).
//
// A batch that is too large for one message goes in pieces: then `slices` is one, with one batch of
// `piece_of` bytes, and the next part is bytes of that batch from `piece_at` on. A ReadLog with
// `skip` brings the rest.
struct Page {
  static constexpr std::string_view name = "page";
  std::vector<PageSlice> slices;
  bool more = false;
  std::uint16_t code = 0;
  std::string detail;
  bool has_failed = false;
  Position failed;
  std::int64_t piece_at = 0;
  std::int64_t piece_of = 0;  // 0: the batches are whole
  bool operator==(const Page&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("slices", &Page::slices),
                      field("more", &Page::more),
                      field("code", &Page::code),
                      field("detail", &Page::detail),
                      field("has_failed", &Page::has_failed),
                      field("failed", &Page::failed),
                      field("piece_at", &Page::piece_at),
                      field("piece_of", &Page::piece_of)};
  }
};

// A slice of one partition, from the disk if need be; answered with a Page. `skip`: so many bytes
// of the batch that holds the record `from` have come before.
struct ReadLog {
  static constexpr std::string_view name = "read_log";
  Position from;
  std::int64_t bytes_max = 0;
  std::int64_t skip = 0;
  bool operator==(const ReadLog&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("from", &ReadLog::from), field("bytes_max", &ReadLog::bytes_max),
                      field("skip", &ReadLog::skip)};
  }
};

}  // namespace souk::wire
