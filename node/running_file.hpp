// <data>/node.json: says where the node that works on a data directory can be asked, so that tools
// which are given the directory find it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "events/ids.hpp"

namespace souk::node {

// The file is there as long as this lives. One that a killed node has left is replaced; whether the
// one that stands there is of a node that runs, the directory's lock tells (tools/shared).
class RunningFile {
 public:
  // Best effort: a node serves without it as well. `address` as it was configured.
  RunningFile(const std::string& data, const std::string& address, std::uint16_t port,
              Time started_at);
  ~RunningFile();
  RunningFile(const RunningFile&) = delete;
  RunningFile& operator=(const RunningFile&) = delete;

  // Why it could not be written, in one sentence; "" if it was.
  const std::string& failure() const { return failure_; }

 private:
  std::filesystem::path path_;
  std::string failure_;
};

}  // namespace souk::node
