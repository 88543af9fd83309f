// Asks a node about its log, and says in the store's words what went wrong.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/status.hpp"
#include "tools/shared/node_client.hpp"

namespace souk::replay {

// Thread-safe: each request has a connection to itself, which is kept for later ones.
class LogClient {
 public:
  // `url` as cli::checked_url returns it.
  explicit LogClient(std::string url) : url_(std::move(url)) {}

  // The good answer to a GET of this path. While the node has too much to do it is asked again, for
  // up to half a minute. Fails with io_error (there is no node, it has no log to show, it is
  // stopping, its disk failed), not_found, corruption, invalid.
  store::Result<cli::HttpAnswer> get(const std::string& path) const;

  const std::string& url() const { return url_; }

 private:
  cli::HttpAnswer ask(const std::string& path) const;

  const std::string url_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<cli::NodeClient>> idle_;
};

}  // namespace souk::replay
