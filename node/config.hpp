// What a person can set about a node, from the command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "node/node.hpp"

namespace souk::node {

struct Config {
  std::string data = "souk-data";  // the data directory
  std::string http_address = "127.0.0.1";
  std::uint16_t http_port = 8080;  // 0: any free one, which is printed
  std::string cluster_id = "souk";
  std::uint16_t partitions = 8;     // a service; fixed when the data directory is created
  std::string log_format = "text";  // or "json"
  std::string log_level = "info";
  NodeOptions node;
};

// Parses the command line. Nothing if the program should end at once with `exit_code` (help was
// asked for, or a mistake was explained on stderr).
std::optional<Config> parse_config(int argc, char** argv, int& exit_code);

}  // namespace souk::node
