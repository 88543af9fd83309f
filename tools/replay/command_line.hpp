// The command line: what it may say, and what is wrong with it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/replay/options.hpp"
#include "tools/shared/words.hpp"

namespace CLI {
class App;
}

namespace souk::replay {

// What came of the words: options to go on with, or why the program is over.
struct ParsedLine {
  std::optional<cli::Ended> ended;
  Options options;
};

// `words` without the program's name; `url` is what --url is without the option (SOUK_URL).
ParsedLine parse_command_line(const cli::Words& words, const std::string& url);

// The parser, which fills in `options`; they must outlive it. For whoever lists what there is.
std::shared_ptr<CLI::App> make_parser(Options& options);

}  // namespace souk::replay
