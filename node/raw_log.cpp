#include "node/raw_log.hpp"

#include <algorithm>
#include <string>
#include <sys/resource.h>
#include <utility>
#include <vector>

#include "actors/core/actor.hpp"
#include "actors/core/feed.hpp"
#include "actors/core/threads.hpp"
#include "node/log_answers.hpp"
#include "store/log_view.hpp"

namespace souk::node {
namespace {

using gateway::LogAnswer;
using gateway::LogBatches;
using gateway::LogHead;
using gateway::LogOutcome;
using gateway::LogSnapshot;
using gateway::ReadBatches;

constexpr int kNice = 10;
constexpr std::size_t kSmallRead = 64 << 10;  // and less does not wait for larger ones
constexpr std::size_t kLengthBytes = 4;

store::Offset last_offset(const store::Log& log, PartitionId partition) {
  const store::Offset next = log.next_offset(partition);
  return next == store::kNoOffset ? next : next - 1;
}

bool has(const store::Log& log, PartitionId partition) {
  const auto& partitions = log.identity().partitions;
  const auto service = partitions.find(partition.service);
  return service != partitions.end() && partition.number < service->second;
}

std::string name_of_partition(PartitionId partition) {
  return std::string(name_of(partition.service)) + "/" + std::to_string(partition.number);
}

LogAnswer<LogBatches> beyond_end(PartitionId partition, store::Offset from, store::Offset last) {
  return no<LogBatches>(
      LogOutcome::beyond_end,
      "Partition " + name_of_partition(partition) +
          (last == 0 ? " has no records yet" : " ends at offset " + std::to_string(last)) +
          ", so there is nothing to read from " + std::to_string(from) +
          " on; the next record will be " + std::to_string(last + 1) + ".");
}

// Bytes that give their share of a budget back when they go.
struct Counted {
  std::string bytes;
  Budget::Share share;
};

std::shared_ptr<const std::string> framed(const store::Slice& slice, Budget& budget) {
  auto counted = std::make_shared<Counted>();
  const std::size_t size = slice.bytes + slice.batches.size() * kLengthBytes;
  counted->share = budget.take_anyway(static_cast<std::int64_t>(size));
  counted->bytes.reserve(size);
  for (const auto& batch : slice.batches) {
    for (std::size_t i = 0; i < kLengthBytes; ++i)
      counted->bytes += static_cast<char>(batch->size() >> (8 * i));
    counted->bytes += *batch;
  }
  return {counted, &counted->bytes};
}

LogAnswer<LogBatches> read_now(const store::Log& log, Budget& bytes, PartitionId partition,
                               store::Offset from, std::size_t bytes_max) {
  if (bytes.is_used_up()) return no<LogBatches>(LogOutcome::overloaded);
  const auto slice = log.read(partition, from, bytes_max);
  if (!slice.ok() && slice.status().code() == store::Code::invalid)
    return beyond_end(partition, from, last_offset(log, partition));
  if (!slice.ok()) return no<LogBatches>(slice.status());
  return {LogOutcome::ok, {}, {slice->from, slice->next, slice->end, framed(*slice, bytes)}};
}

// Waits in the feed until the partition may have a record at the offset, or the time is over, or
// one of `as_long_as` ends; then calls `f`, and ends.
class Waiter final : public core::Actor {
 public:
  Waiter(caf::actor_config& config, caf::actor feed, std::vector<caf::actor> as_long_as,
         core::Pull pull, std::function<void()> f)
      : core::Actor(config, core::Failure::ends_actor),
        feed_(std::move(feed)),
        as_long_as_(std::move(as_long_as)),
        pull_(std::move(pull)),
        f_(std::move(f)) {
    set_down_handler([this](const caf::down_msg&) { finish(); });
  }

  caf::behavior make_behavior() override {
    for (const caf::actor& one : as_long_as_) monitor(one);
    pull_.reply_to = caf::actor_cast<caf::actor>(this);
    send(feed_, std::move(pull_));
    return {[this](core::Page&) { finish(); }};
  }

  const char* name() const override { return "souk.log-waiter"; }

 private:
  void finish() {
    f_();
    quit();
  }

  const caf::actor feed_;
  const std::vector<caf::actor> as_long_as_;
  core::Pull pull_;
  const std::function<void()> f_;
};

}  // namespace

RawLog::RawLog(caf::actor_system& system, const core::Runtime& runtime,
               const RawLogOptions& options)
    : system_(system),
      runtime_(runtime),
      log_(runtime.log),
      bytes_(std::make_shared<Budget>(options.bytes_max)),
      reads_(std::make_shared<Budget>(options.reads_max)),
      lookups_(std::make_shared<Budget>(options.lookups_max)),
      waits_(std::make_shared<Budget>(options.waits_max)),
      waits_end_(system.spawn<core::Loader>()),
      bulk_(core::spawn_loader(system)),
      small_(core::spawn_loader(system)) {
  // Of the thread that runs it, on Linux.
  if (core::has_threads(system))
    caf::anon_send(bulk_, core::Job{[] { setpriority(PRIO_PROCESS, 0, kNice); }});
}

gateway::LogInfo RawLog::info() const {
  gateway::LogInfo info{log_.identity().cluster_id, store::kFormatVersion, {}};
  for (const PartitionId partition : store::partitions_of(log_.identity()))
    info.partitions.push_back(
        {partition, last_offset(log_, partition), log_.stopped(partition).message()});
  return info;
}

void RawLog::read(ReadBatches request) {
  if (!has(log_, request.partition))
    return request.done(
        no<LogBatches>(LogOutcome::no_partition, "This node has no partition " +
                                                     name_of_partition(request.partition) +
                                                     "; GET /v1/log lists those that it has."));
  if (request.wait.micros > 0 && request.from == log_.next_offset(request.partition))
    return wait(std::move(request));
  auto share = std::make_shared<Budget::Share>(reads_->take(1));
  if (!*share) return request.done(no<LogBatches>(LogOutcome::overloaded));
  const caf::actor& reader = request.bytes_max > kSmallRead ? bulk_ : small_;
  auto asker = std::make_shared<Asker<LogBatches>>(std::move(request.done));
  caf::anon_send(
      reader, core::Job{[&log = log_, bytes = bytes_, asker, share, partition = request.partition,
                         from = request.from, bytes_max = request.bytes_max] {
        asker->answer_by([&] { return read_now(log, *bytes, partition, from, bytes_max); });
      }});
}

// The record that is waited for will be in memory, so the feed asks no loader.
void RawLog::wait(ReadBatches request) {
  auto share = std::make_shared<Budget::Share>(waits_->take(1));
  if (!*share) return request.done(no<LogBatches>(LogOutcome::overloaded));
  const Duration wait = std::exchange(request.wait, Duration{});
  request.done = [asker = std::make_shared<Asker<LogBatches>>(std::move(request.done))](
                     LogAnswer<LogBatches> answer) { asker->answer(std::move(answer)); };
  system_.spawn<Waiter>(runtime_.feed, std::vector{runtime_.feed, waits_end_},
                        core::Pull{{{request.partition, request.from}}, 1, wait, 1, {}},
                        std::function<void()>([this, share, request = std::move(request)] {
                          share->give_back();
                          read(request);
                        }));
}

template <class T>
void RawLog::look_up(gateway::LogDone<T> done, std::function<LogAnswer<T>()> work) {
  auto share = std::make_shared<Budget::Share>(lookups_->take(1));
  if (!*share) return done(no<T>(LogOutcome::overloaded));
  auto asker = std::make_shared<Asker<T>>(std::move(done));
  caf::anon_send(small_,
                 core::Job{[asker, share, work = std::move(work)] { asker->answer_by(work); }});
}

void RawLog::find(gateway::FindBatch request) {
  look_up<std::uint64_t>(std::move(request.done),
                         [&log = log_, partition = request.partition,
                          after = request.after]() -> LogAnswer<std::uint64_t> {
                           const auto found = log.next_batch(partition, after);
                           if (!found.ok()) return no<std::uint64_t>(found.status());
                           return {LogOutcome::ok, {}, *found};
                         });
}

void RawLog::head(gateway::StreamRequest<LogHead> request) {
  look_up<LogHead>(std::move(request.done),
                   [&log = log_, partition = request.partition,
                    stream = std::move(request.stream)]() -> LogAnswer<LogHead> {
                     const auto head = log.head(partition, stream);
                     if (!head.ok()) return no<LogHead>(head.status());
                     return {LogOutcome::ok, {}, {head->offset, head->sequence, head->open}};
                   });
}

void RawLog::snapshot(gateway::StreamRequest<LogSnapshot> request) {
  look_up<LogSnapshot>(std::move(request.done),
                       [&log = log_, partition = request.partition,
                        stream = std::move(request.stream)]() -> LogAnswer<LogSnapshot> {
                         auto found = log.any_snapshot(partition, stream);
                         if (!found.ok()) return no<LogSnapshot>(found.status());
                         if (!*found) return {};
                         store::Snapshot& one = **found;
                         return {LogOutcome::ok,
                                 {},
                                 {true, one.version, one.offset, one.sequence,
                                  std::make_shared<const std::string>(std::move(one.bytes))}};
                       });
}

void RawLog::end_waits() { caf::anon_send_exit(waits_end_, caf::exit_reason::user_shutdown); }

void RawLog::stop() {
  end_waits();
  for (const caf::actor& reader : {bulk_, small_}) core::end(system_, reader);
  // HTTP threads may be in the middle of a request: the handles stay until the destructor.
}

}  // namespace souk::node
