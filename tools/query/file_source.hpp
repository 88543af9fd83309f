// The read models in a data directory, whether or not its node runs.
#pragma once

#include <string>

#include "store/sql/database.hpp"
#include "tools/query/source.hpp"

namespace souk::query {

// The name of the database in a data directory: a link to the one that is live.
inline constexpr const char* kReadModelsFile = "read-models.sqlite";

class FileSource final : public Source {
 public:
  // `directory` is what the node was given as --data.
  explicit FileSource(std::string directory);

  SqlRows run(const Query& query, std::size_t rows_max) override;
  void wait_for(const Positions& position, Duration timeout) override;
  bool at_one_moment(const std::function<bool()>& ask) override;
  Lag lag() override;
  void stop_when(const std::atomic<bool>& flag) override { stop_ = &flag; }
  void refresh() override { database_ = {}; }  // a rebuild may have put another file there

 private:
  store::sql::Database& database();
  Positions positions();

  std::string directory_;
  const std::atomic<bool>* stop_ = nullptr;
  store::sql::Database database_;
};

}  // namespace souk::query
