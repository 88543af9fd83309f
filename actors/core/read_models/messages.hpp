// What the actors of the read models are asked, and say to each other. Local only.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <caf/all.hpp>

#include "actors/core/read_models/reply.hpp"
#include "actors/history/models.hpp"
#include "actors/read_models/info.hpp"
#include "events/positions.hpp"
#include "events/sql_rows.hpp"

namespace souk::core {

using history::BulkLoad;
using history::Models;
using history::ModelsOptions;

// To the projector: say when everything up to `wanted` can be read, or that `wait` is over.
struct WaitForPosition {
  Positions wanted;
  Duration wait;
  Reply<bool, const Positions&> done;  // whether they are reached, and what is
};

struct AskInfo {
  Reply<read_models::Info> done;
};

// To the projector: build the models anew beside the live ones. Ok if that is under way already.
struct AskRebuild {
  Reply<store::Status> done;
};

// To the projector: take a stream's parked records again, or leave the oldest out. Turned away
// (`in_use`) while the models are built anew: what was decided meanwhile would not be in them.
struct SettleParked {
  PartitionId partition;
  std::string stream;
  bool skip = false;
  std::string reason;                       // of a skip
  store::Offset offset = store::kNoOffset;  // of a skip: which record; `invalid` if it is another
  Reply<store::Status> done;
};

// To a reader.
struct ReadQuery {
  std::string sql;
  SqlParameters parameters;
  std::size_t rows_max = 0;
  // Not answered by then: not run any more.
  std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max();
  Reply<store::Result<SqlRows>> done;
};

// Builder to projector.
struct BuildProgress {
  std::uint64_t records = 0;
  std::uint64_t records_total = 0;
};
struct Built {
  store::Status status;
  std::shared_ptr<Models> models;  // if ok; the builder has let go of it
};

using step_atom = caf::atom_constant<caf::atom("step")>;
using pull_atom = caf::atom_constant<caf::atom("pull")>;
using sweep_atom = caf::atom_constant<caf::atom("sweep")>;

}  // namespace souk::core

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::WaitForPosition)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::AskInfo)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::AskRebuild)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::SettleParked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::ReadQuery)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::BuildProgress)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::core::Built)
