#include "node/running_file.hpp"

#include <fstream>
#include <system_error>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "events/rfc3339.hpp"

namespace souk::node {

RunningFile::RunningFile(const std::string& data, const std::string& address, std::uint16_t port,
                         Time started_at)
    : path_(std::filesystem::path(data) / "node.json") {
  const bool v6 = address.find(':') != std::string::npos;
  const nlohmann::ordered_json about{
      {"pid", getpid()},
      {"http", (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port)},
      {"started_at", to_rfc3339(started_at)}};
  // Beside it first, so that nobody reads half of it.
  const std::filesystem::path half = path_.string() + ".new";
  std::error_code error;
  {
    std::ofstream file(half);
    file << about.dump() << '\n';
    if (!file.flush()) error = std::make_error_code(std::errc::io_error);
  }
  if (!error) std::filesystem::rename(half, path_, error);
  if (error)
    failure_ = path_.string() + " could not be written (" + error.message() +
               "); tools that are given the data directory will not find this node: use --url.";
}

RunningFile::~RunningFile() {
  std::error_code ignored;
  if (failure_.empty()) std::filesystem::remove(path_, ignored);
}

}  // namespace souk::node
