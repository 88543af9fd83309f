#include "cluster/log_giver.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace souk::cluster {
namespace {

using store::Code;
using store::Status;

constexpr std::size_t kReadsMax = 8;  // of one peer that wait for the disk
constexpr Duration kWaitMax = seconds(60);

Status unreadable() { return {Code::invalid, "A request for records of the log cannot be read."}; }

std::size_t page_bytes(std::int64_t wanted) {
  return static_cast<std::size_t>(
      std::clamp<std::int64_t>(wanted, 1, static_cast<std::int64_t>(kPageBytesMax)));
}

core::Page failed_page(PartitionId partition, Status why) {
  core::Page page;
  page.status = std::move(why);
  page.failed = partition;
  return page;
}

core::Page read_page(const store::Log& log, PartitionId partition, store::Offset from,
                     std::size_t bytes_max) {
  try {
    auto slice = log.read(partition, from, bytes_max);
    if (!slice.ok()) return failed_page(partition, slice.status());
    core::Page page;
    page.more = slice->next < slice->end;
    if (!slice->empty()) page.slices.push_back(std::move(*slice));
    return page;
  } catch (const std::exception& error) {
    return failed_page(
        partition, {Code::io_error, std::string("Reading the log failed: ") + error.what() + "."});
  }
}

}  // namespace

LogGiver::LogGiver(caf::actor_config& config, const core::Runtime& runtime, Peers peers,
                   ConnectionPtr connection)
    : core::Actor(config, core::Failure::ends_actor),
      runtime_(runtime),
      peers_(std::move(peers)),
      connection_(std::move(connection)) {}

caf::behavior LogGiver::make_behavior() {
  return {
      [this](const Asked& asked) {
        if (asked.kind == Kind::pull) return pull(asked);
        if (asked.kind == Kind::read_log) return read(asked);
        fail(asked.number, unreadable());
      },
      [this](const core::Page& page) {
        if (pulling_ != page.token) return;
        pulling_.reset();
        answer(page.token, page);
      },
      [this](Read& read) {
        --reading_;
        have_read(read);
      },
  };
}

void LogGiver::pull(const Asked& asked) {
  if (pulling_) answer(*std::exchange(pulling_, std::nullopt), {});
  wire::Pull said;
  if (asked.parts.empty() || !codec::decode(asked.parts[0], said))
    return fail(asked.number, unreadable());
  core::Pull pull;
  for (const wire::Position& one : said.wanted) {
    const auto partition = partition_of(one.service, one.number);
    if (!partition) return fail(asked.number, unreadable());
    if (const auto why = not_own(*partition))
      return answer(asked.number, failed_page(*partition, *why));
    pull.wanted.emplace_back(*partition,
                             static_cast<store::Offset>(std::max<std::int64_t>(one.offset, 1)));
  }
  pull.bytes_max = page_bytes(said.bytes_max);
  pull.wait = std::clamp(said.wait, Duration{0}, kWaitMax);
  pull.token = asked.number;
  pull.reply_to = caf::actor_cast<caf::actor>(this);
  pulling_ = asked.number;
  send(runtime_.feed, std::move(pull));
}

void LogGiver::read(const Asked& asked) {
  wire::ReadLog said;
  if (asked.parts.empty() || !codec::decode(asked.parts[0], said))
    return fail(asked.number, unreadable());
  const auto partition = partition_of(said.from.service, said.from.number);
  if (!partition || said.from.offset < 1 || said.skip < 0) return fail(asked.number, unreadable());
  if (const auto why = not_own(*partition))
    return answer(asked.number, failed_page(*partition, *why));
  const auto from = static_cast<store::Offset>(said.from.offset);
  Read read{asked.number, static_cast<std::size_t>(said.skip), {}};
  if (read.skip > 0 && is_held(*partition, from)) {
    read.page.slices.push_back(held_);
    return have_read(read);
  }
  if (reading_ >= kReadsMax)
    return fail(asked.number, {Code::in_use,
                               "The node reads its log for others already, as much "
                               "as it may; ask again."});
  ++reading_;
  send(runtime_.loader_for(*partition),
       core::Job{[&log = runtime_.log, read, partition = *partition, from,
                  bytes_max = page_bytes(said.bytes_max),
                  self = caf::actor_cast<caf::actor>(this)]() mutable {
         read.page = read_page(log, partition, from, bytes_max);
         caf::anon_send(self, std::move(read));
       }});
}

void LogGiver::have_read(Read& read) {
  const auto& slices = read.page.slices;
  if (read.skip > 0 && read.page.status.ok() &&
      (slices.size() != 1 || !goes_in_pieces(slices[0]) || read.skip >= slices[0].bytes))
    return fail(read.number, {Code::invalid, "The batch that was asked for has no such piece."});
  answer(read.number, read.page, read.skip);
}

bool LogGiver::is_held(PartitionId partition, store::Offset from) const {
  return !held_.empty() && held_.partition == partition && held_.from == from;
}

// Why the partition cannot be had here, if so.
std::optional<Status> LogGiver::not_own(PartitionId partition) const {
  const std::string* owner = peers_.owner(runtime_.log.identity(), partition);
  if (owner == nullptr)
    return Status(Code::not_found, "There is no partition " + display(partition) + ".");
  if (*owner == peers_.self) return {};
  return Status(Code::not_found, "Partition " + display(partition) + " belongs to node " + *owner +
                                     ", not to " + peers_.self +
                                     "; do both have the same "
                                     "configuration?");
}

// The rest of a batch that does not fit is asked for next: it stays in memory until then.
void LogGiver::answer(std::uint64_t number, const core::Page& page, std::size_t skip) {
  const bool in_pieces = page.slices.size() == 1 && goes_in_pieces(page.slices.front());
  const bool is_last = in_pieces && page.slices.front().bytes - skip <= kPageBytesMax;
  send_item(Kind::page, number, page_parts(page, skip));
  if (in_pieces) held_ = is_last ? store::Slice() : page.slices.front();
}

void LogGiver::fail(std::uint64_t number, const Status& why) {
  send_item(Kind::failure, number,
            {saved(wire::Failure{static_cast<std::uint16_t>(why.code()), why.message()})});
}

void LogGiver::send_item(Kind kind, std::uint64_t number, const std::vector<std::string>& parts) {
  FrameWriter frame;
  if (frame.add({kind, 0, number, {}, {parts.begin(), parts.end()}}))
    return connection_->send(frame.take());
  if (kind != Kind::failure)
    fail(number, {Code::io_error, "A page is larger than one message between nodes may be."});
}

}  // namespace souk::cluster
