// Builds the read models anew, from the first record of the log on, into a file that nobody else
// has open. Detached; works in steps of one slice, so that it can be stopped between any two.
//
//   partition by partition, bulk load -> indexes, file made safe -> what has come meanwhile, until
//   little is left -> Built
//
// A partition of which the log cannot be read is left as far as it came; the projector finds the
// same and says so. One whose node does not answer is tried again in the next pass.
//
// The projector takes over from there. Sends BuildProgress now and then.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include <caf/all.hpp>

#include "actors/core/actor.hpp"
#include "actors/core/messages.hpp"
#include "actors/core/read_models/messages.hpp"
#include "actors/core/runtime.hpp"

namespace souk::core {

class Builder : public Actor {
 public:
  // `models` is new and empty, best made for a bulk load. Built gives it back.
  Builder(caf::actor_config& config, const Runtime& runtime, std::shared_ptr<Models> models,
          caf::actor projector);
  caf::behavior make_behavior() override;

 private:
  void step();
  store::Status read_one_slice();
  store::Status next_partition();
  store::Status pass_ended();
  void leave(PartitionId partition, const store::Status& why);
  std::uint64_t records_left() const;
  void report(Time now);
  void finish(store::Status status);

  const Runtime& runtime_;
  const LogSource& log_;
  std::shared_ptr<Models> models_;
  caf::actor projector_;
  std::vector<PartitionId> partitions_;
  std::set<PartitionId> unreadable_;
  std::set<PartitionId> away_;  // in this pass
  std::size_t at_ = 0;          // index of the partition that is being read
  std::uint64_t pass_ = 0;      // over all of them; the first one is the bulk load
  std::uint64_t records_ = 0;
  Time reported_at_;
};

}  // namespace souk::core
