#include "cluster/cluster_source.hpp"

#include <chrono>
#include <utility>

#include "actors/core/threads.hpp"

namespace souk::cluster {

using store::Code;
using store::Status;

ClusterSource::ClusterSource(caf::actor_system& system, const core::Runtime& runtime,
                             core::Ends& ends, Peers peers, Duration answer_max)
    : system_(system),
      runtime_(runtime),
      ends_(ends),
      peers_(std::move(peers)),
      answer_max_(answer_max) {}

bool ClusterSource::is_remote(PartitionId partition) const {
  const std::string* owner = peers_.owner(identity(), partition);
  return owner != nullptr && *owner != peers_.self;
}

store::Offset ClusterSource::next_offset(PartitionId partition) const {
  return is_remote(partition) ? ends_.next_offset(partition) : runtime_.log.next_offset(partition);
}

store::Result<store::Slice> ClusterSource::read(PartitionId partition, store::Offset from,
                                                std::size_t bytes_max) const {
  if (!is_remote(partition)) return runtime_.log.read(partition, from, bytes_max);
  auto slice = read_of(*peers_.owner(identity(), partition),
                       {to_wire(partition, from), static_cast<std::int64_t>(bytes_max), 0});
  if (!slice.ok()) return slice;
  if (slice->partition != partition || slice->from != from)
    return Status(Code::corruption,
                  "Other records of " + display(partition) + " came than were asked for.");
  ends_.reached(partition, slice->end);
  return slice;
}

store::Result<store::Slice> ClusterSource::read_of(const std::string& node,
                                                   const wire::ReadLog& what) const {
  caf::scoped_actor self{system_};
  PageReader reader;
  Status status = ask(self, node, what, 1, reader);
  for (std::uint64_t token = 2; status.ok() && reader.wanted(); ++token)
    status = ask(self, node, *reader.wanted(), token, reader);
  if (!status.ok()) return status;
  core::Page page = reader.page();
  if (!page.status.ok()) return page.status;
  if (!page.slices.empty()) return std::move(page.slices.front());
  store::Slice nothing;  // there is nothing new
  nothing.partition = *partition_of(what.from.service, what.from.number);
  nothing.from = nothing.next = nothing.end = static_cast<store::Offset>(what.from.offset);
  return nothing;
}

// One question and its answer, which the reader takes in.
Status ClusterSource::ask(caf::scoped_actor& self, const std::string& node,
                          const wire::ReadLog& what, std::uint64_t token,
                          PageReader& reader) const {
  const auto link = peers_.links.find(node);
  if (link == peers_.links.end()) return {Code::stopped, "There is no way to node " + node + "."};
  self->monitor(link->second);
  self->send(link->second, Request{Kind::read_log,
                                   runtime_.clock.now() + answer_max_,
                                   {saved(what)},
                                   caf::actor_cast<caf::actor>(self),
                                   token});
  Status status;
  bool has_come = false;
  const core::Drive* drive = core::drive_of(system_);
  while (!has_come) {
    if (drive) drive->wait([&] { return !self->mailbox().empty(); }, answer_max_);
    self->receive(
        [&](const Told& told) {
          if (told.token != token) return;
          has_come = true;
          status =
              told.status.ok() && told.kind == Kind::failure ? failure_of(told.parts) : told.status;
          if (status.ok()) status = reader.take(told.parts);
        },
        [&](const caf::down_msg&) {
          has_come = true;
          status = {Code::stopped, "The node is stopping."};
        },
        caf::after(std::chrono::microseconds(drive ? 0 : answer_max_.micros)) >>
            [&] {
              has_come = true;
              status = {Code::timed_out, "Node " + node + " has not answered in time."};
            });
  }
  self->demonitor(link->second.address());
  return status;
}

}  // namespace souk::cluster
