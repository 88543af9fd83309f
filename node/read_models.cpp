#include "node/read_models.hpp"

#include <chrono>

#include "actors/core/read_models/projector.hpp"
#include "actors/core/read_models/reader.hpp"
#include "actors/core/threads.hpp"

namespace souk::node {
namespace {

using gateway::ReadAnswer;
using gateway::ReadOutcome;

ReadOutcome outcome_of(const store::Status& status) {
  switch (status.code()) {
    case store::Code::ok: return ReadOutcome::ok;
    case store::Code::invalid: return ReadOutcome::invalid;
    case store::Code::not_found: return ReadOutcome::not_found;
    case store::Code::timed_out: return ReadOutcome::too_slow;
    default: return ReadOutcome::unavailable;
  }
}

ReadAnswer to_answer(const store::Status& status) {
  return {.outcome = outcome_of(status), .detail = status.message()};
}

}  // namespace

ReadModels::ReadModels(caf::actor_system& system, const core::Runtime& runtime,
                       const ReadModelsOptions& options)
    : system_(system), log_(*runtime.source), options_(options) {
  projector_ = core::spawn_with_thread<core::Projector>(system, std::cref(runtime), options.data,
                                                        serving_, cancelled_);
  store::sql::ReadLimits limits;
  limits.time_max = std::chrono::milliseconds(options.query_time_max.micros / 1000);
  limits.cancelled = cancelled_.get();
  const auto spawn = [&](Readers& readers, std::uint16_t count, std::int64_t queries_max,
                         core::GivesWay gives_way) {
    readers.queries_max = queries_max;
    for (std::uint16_t i = 0; i < count; ++i)
      readers.actors.push_back(
          core::spawn_with_thread<core::Reader>(system, serving_, limits, gives_way));
  };
  spawn(own_, options.readers, options.queries_max, core::GivesWay::no);
  spawn(foreign_, options.foreign_readers, options.foreign_queries_max, core::GivesWay::yes);
}

void ReadModels::read(gateway::ReadRequest request) {
  if (request.at_least.empty()) return run(std::move(request), {});
  // What the log does not have yet, nobody was answered with: it is not waited for.
  if (Positions ends = ends_before(request.at_least); !ends.empty())
    return request.done({.outcome = ReadOutcome::behind,
                         .detail = "The log itself has not come as far as at_least.",
                         .position = std::move(ends)});
  wait(std::move(request));
}

// Where the log ends in those partitions in which it ends before `wanted`. Of other nodes'
// partitions nobody here knows that: their records are waited for.
Positions ReadModels::ends_before(const Positions& wanted) const {
  Positions ends;
  for (const auto& [partition, offset] : wanted) {
    if (log_.is_remote(partition)) continue;
    const store::Offset next = log_.next_offset(partition);
    if (offset >= next) ends[partition] = next == store::kNoOffset ? next : next - 1;
  }
  return ends;
}

void ReadModels::wait(gateway::ReadRequest request) {
  if (waits_->fetch_add(1) >= options_.waits_max) {
    waits_->fetch_sub(1);
    return request.done({.outcome = ReadOutcome::overloaded});
  }
  core::WaitForPosition wait{request.at_least, request.wait, {}};
  wait.done = [this, waits = waits_,
               shared = std::make_shared<gateway::ReadRequest>(std::move(request))](
                  bool reached, const Positions& at) {
    waits->fetch_sub(1);
    if (reached) return run(std::move(*shared), at);
    if (*cancelled_)
      return shared->done({.outcome = ReadOutcome::unavailable, .detail = "The node is stopping."});
    shared->done({.outcome = ReadOutcome::behind,
                  .detail = "The read models have not come as far as at_least in time.",
                  .position = at});
  };
  caf::anon_send(projector_, std::move(wait));
}

void ReadModels::run(gateway::ReadRequest request, Positions position) {
  Readers& readers = request.foreign ? foreign_ : own_;
  if (readers.queries->fetch_add(1) >= readers.queries_max) {
    readers.queries->fetch_sub(1);
    return request.done({.outcome = ReadOutcome::overloaded});
  }
  core::ReadQuery query{
      std::move(request.sql),
      std::move(request.parameters),
      request.rows_max,
      std::chrono::steady_clock::now() + std::chrono::microseconds(options_.query_time_max.micros),
      {}};
  query.done = [queries = readers.queries, foreign = request.foreign,
                done = std::move(request.done),
                position = std::move(position)](store::Result<SqlRows> rows) mutable {
    queries->fetch_sub(1);
    if (rows.ok()) return done({.rows = std::move(*rows), .position = std::move(position)});
    ReadAnswer answer = to_answer(rows.status());
    // The gateway's own SQL is only wrong for a file of another version, until its successor is
    // there.
    if (!foreign && answer.outcome == ReadOutcome::invalid)
      answer = {.outcome = ReadOutcome::unavailable,
                .detail =
                    "The read models are being built for this version of souk; try again "
                    "shortly. (" +
                    answer.detail + ")"};
    done(std::move(answer));
  };
  caf::anon_send(readers.actors[readers.next.fetch_add(1) % readers.actors.size()],
                 std::move(query));
}

void ReadModels::info(std::function<void(gateway::ReadModelsInfo)> done) {
  caf::anon_send(projector_, core::AskInfo{std::move(done)});
}

void ReadModels::rebuild(std::function<void(ReadAnswer)> done) {
  caf::anon_send(projector_, core::AskRebuild{[done = std::move(done)](const auto& status) {
                   done(to_answer(status));
                 }});
}

void ReadModels::settle_parked(gateway::ParkedRequest request) {
  caf::anon_send(
      projector_,
      core::SettleParked{
          request.partition, std::move(request.stream),
          request.action == gateway::ParkedAction::skip, std::move(request.reason), request.offset,
          [done = std::move(request.done)](const auto& status) { done(to_answer(status)); }});
}

void ReadModels::stop() {
  *cancelled_ = true;
  for (const Readers* readers : {&own_, &foreign_})
    for (const caf::actor& reader : readers->actors) core::end(system_, reader);
  // Last, so that closing the file leaves all of it in one piece, without a write-ahead log.
  core::end(system_, projector_, caf::make_message(core::stop_atom::value));
  // HTTP threads may be in the middle of a request: the handles stay until the destructor.
}

}  // namespace souk::node
