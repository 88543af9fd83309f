// What is wrong with a configuration, in words that a person can act on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace souk::cluster {

// Where a value was written. Line and column count from 1; 0 where there are none.
struct Place {
  std::string source;  // a file, an environment variable or a flag; empty: nobody set the value
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  bool operator==(const Place&) const = default;
};
std::string to_string(const Place& place);  // "souk.toml:12:8", "--threads", "default"

struct Finding {
  Place place;
  std::string key;       // "node.stock-1.http"; empty: the file as a whole
  std::string what;      // is wrong
  std::string fix;       // what to do about it
  bool is_error = true;  // or a warning
  bool operator==(const Finding&) const = default;
};
// One line: "souk.toml:12:8: node.stock-1.http: it has no port; write IP:PORT, as in ...".
std::string to_string(const Finding& finding);

bool has_errors(const std::vector<Finding>& findings);

}  // namespace souk::cluster
