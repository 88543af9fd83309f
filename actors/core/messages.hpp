// What the actors of a node say to each other. They are moved, never serialised; what goes to
// another node is turned into bytes on the way (remote.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <caf/all.hpp>

#include "actors/model/aggregate.hpp"
#include "actors/model/refusals.hpp"
#include "actors/model/saga.hpp"
#include "events/positions.hpp"
#include "store/log.hpp"

namespace souk::core {

// What travels with a command besides its body.
struct Header {
  std::string command_id;  // the idempotency key within the aggregate; empty: none
  Intent intent = Intent::request;
  // Of an attempt: it is refused after this. Of a settle or an undo: the deadline of the attempt it
  // belongs to, until when its receipt is needed. Not set: the receipt is kept for ever.
  Time deadline;
  std::string causation_id;
  std::string correlation_id;
  std::string trace;
};

// Who waits for an answer. The token is the asker's own.
struct ReplyTo {
  caf::actor actor;  // null: nobody waits
  std::uint64_t token = 0;
  bool want_view = false;  // a copy of the state is wanted with the answer
};

// A command for one aggregate of kind A; without one, a read.
template <class A>
struct Envelope {
  std::string target;
  Header header;
  std::optional<typename A::Command> command;
  ReplyTo reply_to;
  Time until;  // set: after this nobody waits for the answer, and the command need not be tried
};

enum class Verdict : std::uint8_t {  // sent between nodes: never reuse
  accepted = 0,
  refused = 1,      // by the aggregate or by the receipts' rules: see `refusal`
  id_reused = 2,    // the command id came before with another body; nothing was done
  unavailable = 3,  // its partition has stopped, or the connection to it ended; whether the
                    // command was carried out is unknown
  away = 4,         // the node that owns the aggregate cannot be asked just now; nothing was done
  overloaded = 5,   // too much is on its way there already; nothing was done
};

// Whether the command reached nobody who could have decided it, or may have: no decision, anyway.
constexpr bool undecided(Verdict verdict) { return verdict >= Verdict::unavailable; }

// Where the records are that an answer is based on: whoever has read up to there has read them all.
// Kept flat, because every answer between aggregates carries one.
struct BasedOn {
  PartitionId partition;                          // the aggregate's own
  store::Offset offset = store::kNoOffset;        // kNoOffset: on none
  std::shared_ptr<const Positions> participants;  // a saga's, as far as they answered; null: none
  Positions positions() const;
};

// The answer to an Envelope<A>. Sent only once everything that it is based on is durable.
template <class A>
struct Answer {
  std::uint64_t token = 0;
  // False: the command is durable, but what it is answered with has yet to come (a saga that is
  // under way); a final answer follows.
  bool final = true;
  Verdict verdict = Verdict::accepted;
  std::uint16_t refusal = 0;
  std::string detail;  // if undecided: one sentence
  typename A::Reply reply;
  std::shared_ptr<const typename A::State> view;  // A::view, if it was wanted
  BasedOn based_on;
};

// --- host and writer
// ------------------------------------------------------------------------------------------

// One record for the log, and the state after it if it is time for a snapshot.
struct AppendRequest {
  caf::actor from;
  store::Append append;
  std::optional<store::Snapshot> snapshot;  // its offset is the writer's to fill in
};

// How far the appends of one actor have come: the next `count` of them are durable.
struct Committed {
  std::uint32_t count = 0;
  store::Offset last = store::kNoOffset;
  std::shared_ptr<const store::Status>
      failure;  // set: the append after those failed, and so will all later ones
};

// Saves a snapshot of a stream that has nothing in flight.
struct SnapshotRequest {
  std::shared_ptr<store::Stream> stream;
  store::Snapshot snapshot;
};

// Work that may wait for the disk, for a loader.
struct Job {
  std::function<void()> run;
};

// --- host and keeper
// ------------------------------------------------------------------------------------------

struct Passivate {};  // keeper to host: leave memory, if you are idle
struct Tick {};       // keeper to host: see what is due

struct Gone {  // host to keeper: I have left memory
  std::string id;
  std::uint64_t incarnation = 0;  // which child of that id
  bool clean = false;             // nothing of mine is on its way to the log
  bool died = false;              // of a failure, not because I was asked to leave
};
// Keeper to writer: send this Gone back, as clean, once everything handed in so far is durable or
// has failed. Without it the next child of an actor that died could load the stream before the dead
// one's last records are in it.
struct Fence {
  caf::actor keeper;
  Gone gone;
};
struct Stay {  // host to keeper: not now, something is in flight
  std::string id;
};
struct WakeAt {  // host to keeper: send me a Tick then
  std::string id;
  Time when;
};
struct Wake {  // node to keeper: load this aggregate, it has work left
  std::string id;
};
struct KeeperStats {  // the answer to a stats request
  std::size_t live = 0;
  std::size_t buffered = 0;
};

using flush_atom = caf::atom_constant<caf::atom("flush")>;
using tick_atom = caf::atom_constant<caf::atom("tick")>;
using stop_atom = caf::atom_constant<caf::atom("stop")>;
using stats_atom = caf::atom_constant<caf::atom("stats")>;

// The result of a host's load job.
template <class A>
struct Loaded;

}  // namespace souk::core

namespace caf {
template <class A>
struct allowed_unsafe_message_type<souk::core::Envelope<A>> : std::true_type {};
template <class A>
struct allowed_unsafe_message_type<souk::core::Answer<A>> : std::true_type {};
template <class A>
struct allowed_unsafe_message_type<std::shared_ptr<souk::core::Loaded<A>>> : std::true_type {};
}  // namespace caf

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::AppendRequest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::Committed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::SnapshotRequest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::Job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::Passivate)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::Tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::Gone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::Fence)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::Stay)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::WakeAt)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::Wake)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::KeeperStats)
