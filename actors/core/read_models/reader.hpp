// Answers queries over the current generation's file, one after the other. Detached: a query may
// wait for the disk. A query whose time is over before its turn comes is not run.
#pragma once

#include <memory>
#include <string>

#include <caf/all.hpp>

#include "actors/core/actor.hpp"
#include "actors/core/read_models/messages.hpp"
#include "actors/core/read_models/serving.hpp"
#include "store/sql/read_query.hpp"

namespace souk::core {

// Whether a reader's thread gives way to the rest of the node where processors are short.
enum class GivesWay : bool { no, yes };

class Reader : public Actor {
 public:
  Reader(caf::actor_config& config, std::shared_ptr<const Serving> serving,
         store::sql::ReadLimits limits, GivesWay gives_way);
  caf::behavior make_behavior() override;

 private:
  store::Result<SqlRows> read(const ReadQuery& query);
  store::Status open_current();
  bool stopping() const;

  std::shared_ptr<const Serving> serving_;
  store::sql::ReadLimits limits_;
  GivesWay gives_way_;
  store::sql::Database database_;
  std::string file_;  // that database_ has open
};

}  // namespace souk::core
