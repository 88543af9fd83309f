#include "tools/shared/running_node.hpp"

#include <fcntl.h>
#include <fstream>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "tools/shared/node_client.hpp"

namespace souk::cli {
namespace {

// The process that holds the database's lock; 0: none does. -1: one that this process cannot see
// (another container's).
int holder_of(const std::string& data) {
  const int file = open((data + "/LOCK").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;  // start and length 0: the whole file
  const bool asked = fcntl(file, F_GETLK, &lock) == 0;
  close(file);
  if (!asked || lock.l_type == F_UNLCK) return 0;
  return lock.l_pid > 0 ? lock.l_pid : -1;
}

// "0.0.0.0:8080" and "[::]:8080" mean every address of the machine; this one is always among them.
std::string reachable(std::string where) {
  if (where.starts_with("0.0.0.0:")) return "127.0.0.1" + where.substr(7);
  if (where.starts_with("[::]:")) return "[::1]" + where.substr(4);
  return where;
}

}  // namespace

bool is_held(const std::string& data) { return holder_of(data) != 0; }

std::optional<RunningNode> running_node(const std::string& data) {
  const int holder = holder_of(data);
  if (holder == 0) return std::nullopt;
  std::ifstream file(data + "/node.json");
  const nlohmann::json about = nlohmann::json::parse(file, nullptr, false);
  if (!about.is_object()) return std::nullopt;
  const auto pid = about.find("pid");
  const auto http = about.find("http");
  if (pid == about.end() || !pid->is_number_integer() || http == about.end() || !http->is_string())
    return std::nullopt;
  if (holder > 0 && pid->get<std::int64_t>() != holder) return std::nullopt;
  const auto url = checked_url(reachable(http->get<std::string>()));
  if (!url) return std::nullopt;
  return RunningNode{*url, pid->get<int>()};
}

}  // namespace souk::cli
