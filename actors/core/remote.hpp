// A command on its way to another node, and its answer on its way back: the structs of
// events/wire.hpp and the codec's bytes. What does not decode is refused as a whole.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <caf/all.hpp>

#include "actors/core/ends.hpp"
#include "actors/core/messages.hpp"
#include "events/codec.hpp"
#include "events/wire.hpp"

namespace souk::core {

// An Envelope as bytes, for the link to the node that owns the partition. Encoded by who sends it,
// on its thread.
struct RemoteCommand {
  PartitionId partition;
  std::string head;     // a saved wire::Command
  std::string command;  // the codec's bytes; empty: a read
  ReplyTo reply_to;
  Time until;
};

wire::Position to_wire(PartitionId partition, store::Offset offset);
std::vector<wire::Position> to_wire(const Positions& positions);

// What was sent as a partition. False if there is no such service. Its number is not looked at.
[[nodiscard]] bool from_wire(const wire::Position& position, PartitionId& partition);

// Notes what another node says of its partitions: the offsets that their next records will get.
void take_ends(const std::vector<wire::Position>& ends, Ends& into);

template <class A>
RemoteCommand to_remote(PartitionId partition, const Envelope<A>& envelope) {
  const Header& header = envelope.header;
  RemoteCommand remote{partition, {}, {}, envelope.reply_to, envelope.until};
  wire::Command head{.target = envelope.target,
                     .command_id = header.command_id,
                     .intent = static_cast<std::uint16_t>(header.intent),
                     .deadline = header.deadline,
                     .causation_id = header.causation_id,
                     .correlation_id = header.correlation_id,
                     .trace = header.trace,
                     .want_view = envelope.reply_to.want_view,
                     .has_command = envelope.command.has_value()};
  if (envelope.command) head.tag = codec::encode_variant(*envelope.command, remote.command);
  codec::encode(head, remote.head);
  return remote;
}

// The envelope that `head` and `command` were made of, but for who is to be answered. False for a
// command of a newer build, or damage.
template <class A>
[[nodiscard]] bool from_remote(wire::Command head, std::string_view command,
                               Envelope<A>& envelope) {
  if (head.intent > static_cast<std::uint16_t>(Intent::undo)) return false;
  envelope.target = std::move(head.target);
  envelope.header = {
      std::move(head.command_id),   static_cast<Intent>(head.intent), head.deadline,
      std::move(head.causation_id), std::move(head.correlation_id),   std::move(head.trace)};
  envelope.reply_to.want_view = head.want_view;
  if (!head.has_command) return true;
  return codec::decode_variant(head.tag, command, envelope.command.emplace());
}

// The parts of an item that answers a command: head, reply, and the view if there is one.
template <class A>
std::vector<std::string> answer_to_parts(const Answer<A>& answer) {
  std::vector<std::string> parts(answer.view ? 3 : 2);
  wire::Answer head{.last = answer.final,
                    .verdict = static_cast<std::uint16_t>(answer.verdict),
                    .refusal = answer.refusal,
                    .detail = answer.detail,
                    .has_view = answer.view != nullptr,
                    .based_on = to_wire(answer.based_on.partition, answer.based_on.offset)};
  if (answer.based_on.participants) head.participants = to_wire(*answer.based_on.participants);
  codec::encode(head, parts[0]);
  codec::encode(answer.reply, parts[1]);
  if (answer.view) codec::encode(*answer.view, parts[2]);
  return parts;
}

// False if the parts are no answer of an A. The token is left alone.
template <class A>
[[nodiscard]] bool answer_from_parts(const std::vector<std::string_view>& parts,
                                     Answer<A>& answer) {
  wire::Answer head;
  if (parts.size() < 2 || !codec::decode(parts[0], head)) return false;
  if (head.verdict > static_cast<std::uint16_t>(Verdict::overloaded)) return false;
  if (!from_wire(head.based_on, answer.based_on.partition)) return false;
  answer.final = head.last;
  answer.verdict = static_cast<Verdict>(head.verdict);
  answer.refusal = head.refusal;
  answer.detail = std::move(head.detail);
  answer.based_on.offset = static_cast<store::Offset>(head.based_on.offset);
  if (!head.participants.empty()) {
    Positions reached;
    for (const wire::Position& one : head.participants) {
      PartitionId partition;
      if (!from_wire(one, partition)) return false;
      reached[partition] = static_cast<store::Offset>(one.offset);
    }
    answer.based_on.participants = std::make_shared<const Positions>(std::move(reached));
  }
  if (!codec::decode(parts[1], answer.reply)) return false;
  if (!head.has_view) return true;
  auto view = std::make_shared<typename A::State>();
  if (parts.size() < 3 || !codec::decode(parts[2], *view)) return false;
  answer.view = std::move(view);
  return true;
}

}  // namespace souk::core

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::RemoteCommand)
