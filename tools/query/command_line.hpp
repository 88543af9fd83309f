// The command line: what it may say, what it says, and what is wrong with it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/query/options.hpp"

namespace CLI {
class App;
}

namespace souk::query {

// What came of the words: options to go on with, or an exit code and a text to print before.
struct ParsedLine {
  std::optional<int> exit_code;
  std::string out;  // for stdout: help, the version
  std::string err;  // for stderr: one sentence
  Options options;
};

// `words` without the program's name; `url` is what --url is without the option (SOUK_URL).
ParsedLine parse_command_line(const std::vector<std::string>& words, const std::string& url);

// The parser, which fills in `options`; they must outlive it. For whoever lists what there is.
std::shared_ptr<CLI::App> make_parser(Options& options);

}  // namespace souk::query
