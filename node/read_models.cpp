#include "node/read_models.hpp"

#include <chrono>

#include "actors/core/read_models/projector.hpp"
#include "actors/core/read_models/reader.hpp"

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
    : system_(system), options_(options) {
  projector_ = system.spawn<core::Projector, caf::detached>(std::cref(runtime), options.data,
                                                            serving_, cancelled_);
  store::sql::ReadLimits limits;
  limits.time_max = std::chrono::milliseconds(options.query_time_max.micros / 1000);
  for (std::uint16_t i = 0; i < options.readers; ++i)
    readers_.push_back(system.spawn<core::Reader, caf::detached>(serving_, limits));
}

void ReadModels::read(gateway::ReadRequest request) {
  if (queries_->fetch_add(1) >= options_.queries_max) {
    queries_->fetch_sub(1);
    return request.done({.outcome = ReadOutcome::overloaded});
  }
  request.done = [queries = queries_, done = std::move(request.done)](ReadAnswer answer) {
    queries->fetch_sub(1);
    done(std::move(answer));
  };
  if (request.at_least.empty()) return to_reader(std::move(request), {});
  core::WaitForPosition wait{request.at_least, request.wait, {}};
  wait.done = [this, shared = std::make_shared<gateway::ReadRequest>(std::move(request))](
                  bool reached, const Positions& at) {
    if (reached) return to_reader(std::move(*shared), at);
    shared->done({.outcome = ReadOutcome::behind,
                  .detail = "The read models have not come as far as at_least in time; wait "
                            "longer (wait_ms), or see GET /v1/read-models for what holds them up.",
                  .position = at});
  };
  caf::anon_send(projector_, std::move(wait));
}

void ReadModels::to_reader(gateway::ReadRequest request, Positions position) {
  core::ReadQuery query{
      std::move(request.sql), std::move(request.parameters), request.rows_max, {}};
  query.done = [done = std::move(request.done),
                position = std::move(position)](store::Result<SqlRows> rows) mutable {
    if (!rows.ok()) return done(to_answer(rows.status()));
    done({.rows = std::move(*rows), .position = std::move(position)});
  };
  caf::anon_send(readers_[next_reader_.fetch_add(1) % readers_.size()], std::move(query));
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
          request.action == gateway::ParkedAction::skip, std::move(request.reason),
          [done = std::move(request.done)](const auto& status) { done(to_answer(status)); }});
}

void ReadModels::stop() {
  *cancelled_ = true;
  caf::scoped_actor self{system_};
  self->send(projector_, core::stop_atom::value);
  self->wait_for(projector_);
  for (const caf::actor& reader : readers_) {
    self->send_exit(reader, caf::exit_reason::user_shutdown);
    self->wait_for(reader);
  }
  // HTTP threads may be in the middle of a request: the handles stay until the destructor.
}

}  // namespace souk::node
