// The read models of a node, over HTTP.
#pragma once

#include <string>
#include <string_view>

#include "tools/query/source.hpp"
#include "tools/shared/node_client.hpp"

namespace souk::query {

class NodeSource final : public Source {
 public:
  // `url` as cli::checked_url returns it.
  explicit NodeSource(std::string url);

  std::size_t rows_most() const override;
  SqlRows run(const Query& query, std::size_t rows_max) override;
  void wait_for(const Positions& position, Duration timeout) override;
  bool at_one_moment(const std::function<bool()>& ask) override;
  Lag lag() override;

  // What operators may do. Each throws a Failure of kExitSomeFailed if the node refuses.
  void start_rebuild();
  void retry_parked(PartitionId partition, const std::string& stream);
  // The record at `offset`, if it is still the stream's oldest parked one.
  void skip_parked(PartitionId partition, const std::string& stream, std::uint64_t offset,
                   const std::string& reason);

  const std::string& url() const { return url_; }

 private:
  // The body of a good answer; throws what a bad one means.
  std::string ask(cli::Method method, const std::string& path, const std::string& json = {});

  std::string url_;
  cli::NodeClient client_;
  Positions at_least_;
  Duration wait_;
};

// The rows in a node's answer. Throws a Failure if it is none of a node's.
SqlRows rows_of_json(std::string_view json);

// Likewise what GET /v1/read-models says.
Lag lag_of_json(std::string_view json);

}  // namespace souk::query
