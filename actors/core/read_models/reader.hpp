// Answers queries over the current generation's file. Detached: a query may wait for the disk.
#pragma once

#include <memory>
#include <string>

#include <caf/all.hpp>

#include "actors/core/read_models/messages.hpp"
#include "actors/core/read_models/serving.hpp"
#include "store/sql/read_query.hpp"

namespace souk::core {

class Reader : public caf::event_based_actor {
 public:
  Reader(caf::actor_config& config, std::shared_ptr<const Serving> serving,
         store::sql::ReadLimits limits);
  caf::behavior make_behavior() override;

 private:
  store::Result<SqlRows> read(const ReadQuery& query);
  store::Status open_current();

  std::shared_ptr<const Serving> serving_;
  store::sql::ReadLimits limits_;
  store::sql::Database database_;
  std::string file_;  // that database_ has open
};

}  // namespace souk::core
