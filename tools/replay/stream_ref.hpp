// A stream of the log, as people name it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/log_view.hpp"

namespace souk::replay {

// A stream that the log has. Regular value.
struct StreamRef {
  PartitionId partition;
  std::string id;
  store::Head head;
  Service service() const { return partition.service; }
  std::string name() const;  // "wallet/17850"
};

// All streams of this id, one a service at most, in the order of the services.
std::vector<StreamRef> streams_named(const store::LogView& view, std::string_view id);

// The stream of "wallet/17850", "wallet/3/17850", or of an id that only one service has (an order
// goes before its checkout). Throws a Failure that says what there is instead.
StreamRef find_stream(const store::LogView& view, const std::string& text);

// The same for those who take all streams of an id.
std::vector<StreamRef> find_streams(const store::LogView& view, const std::string& text);

// The service of a text like "wallet/...", if it begins with one.
std::optional<Service> service_before_slash(std::string_view text);

}  // namespace souk::replay
