#include "actors/core/read_models/reader.hpp"

#include <algorithm>

namespace souk::core {

Reader::Reader(caf::actor_config& config, std::shared_ptr<const Serving> serving,
               store::sql::ReadLimits limits)
    : caf::event_based_actor(config), serving_(std::move(serving)), limits_(limits) {}

caf::behavior Reader::make_behavior() {
  return {
      [this](ReadQuery& query) { query.done(read(query)); },
  };
}

store::Result<SqlRows> Reader::read(const ReadQuery& query) {
  if (const store::Status status = open_current(); !status.ok()) return status;
  store::sql::ReadLimits limits = limits_;
  if (query.rows_max > 0) limits.rows_max = std::min(limits.rows_max, query.rows_max);
  return store::sql::run_read_query(database_, query.sql, query.parameters, limits);
}

// Follows a rebuild: the next query after the switch is answered from the new file.
store::Status Reader::open_current() {
  const std::string file = serving_->file();
  if (file.empty()) return {store::Code::stopped, serving_->why_not()};
  if (file == file_ && database_.is_open()) return {};
  database_ = {};
  auto opened = store::sql::Database::open(file, store::sql::Mode::read_only);
  if (!opened.ok()) return {store::Code::stopped, opened.status().message()};
  database_ = std::move(*opened);
  file_ = file;
  return {};
}

}  // namespace souk::core
