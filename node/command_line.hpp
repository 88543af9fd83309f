// The command line of souk-node, taken apart but not yet understood.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace souk::node {

struct CommandLine {
  std::string config;       // --config, or SOUK_CONFIG; empty: none
  std::string node;         // --node, or SOUK_NODE; empty: not said
  bool check = false;       // --check
  bool json = false;        // --json
  bool read_models = true;  // false: --no-read-models
  struct Setting {
    std::string flag;   // "--data"
    std::string key;    // of cluster::override_setting
    std::string value;  // as it came
  };
  std::vector<Setting> settings;
};

// Nothing if the program should end at once with `exit_code`.
std::optional<CommandLine> parse_command_line(int argc, const char* const* argv,
                                              const char* const* environment, int& exit_code);

// A variable's value; empty if it is not set.
std::string variable(const char* const* environment, const std::string& name);

}  // namespace souk::node
