#include "actors/core/read_models/reader.hpp"

#include <algorithm>
#include <chrono>
#include <sys/resource.h>

#include "actors/core/threads.hpp"

namespace souk::core {
namespace {

constexpr int kNice = 10;

}  // namespace

Reader::Reader(caf::actor_config& config, std::shared_ptr<const Serving> serving,
               store::sql::ReadLimits limits, GivesWay gives_way)
    : Actor(config, Failure::ends_actor),
      serving_(std::move(serving)),
      limits_(limits),
      gives_way_(gives_way) {}

caf::behavior Reader::make_behavior() {
  if (gives_way_ == GivesWay::yes && has_threads(system()))
    setpriority(PRIO_PROCESS, 0, kNice);  // of this thread, on Linux
  return {
      [this](ReadQuery& query) {
        auto rows = read(query);
        query.done(stopping() ? answer_of_the_dead<store::Result<SqlRows>>() : std::move(rows));
      },
  };
}

bool Reader::stopping() const { return limits_.cancelled != nullptr && *limits_.cancelled; }

store::Result<SqlRows> Reader::read(const ReadQuery& query) {
  if (stopping()) return answer_of_the_dead<store::Status>();
  if (const store::Status status = open_current(); !status.ok()) return status;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      query.until - std::chrono::steady_clock::now());
  if (left.count() <= 0)
    return store::Status(store::Code::timed_out,
                         "Other queries took so long that this one's time "
                         "was over before its turn; try again later.");
  store::sql::ReadLimits limits = limits_;
  limits.time_max = std::min(limits.time_max, left);
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
