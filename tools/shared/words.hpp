// Command lines with commands and options: what their words may be, and what is wrong with them.
//
// A choice's words stand in its type name ("day|month"): --help shows them, the check takes no
// other, and the completion offers them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace souk::cli {

using Words = std::vector<std::string>;

// --- for whoever makes a parser --------------------------------------------------------------

// One of `words`, in any case; becomes the word as it is listed.
CLI::Option* choice(CLI::Option* option, Words words);

// What is empty would leave out the filter, and list everybody's.
CLI::Option* not_empty(CLI::Option* option);

// An id as the API takes them.
CLI::Option* id_only(CLI::Option* option);

// `text` in the case of the words that it is compared with.
std::string in_case_of(const Words& words, std::string text);

// --- for whoever uses one --------------------------------------------------------------------

// Why the program is over before it has begun: a text to print (help, the version, one sentence
// about what is wrong), and its exit code.
struct Ended {
  int exit_code = 0;
  std::string out;  // for stdout
  std::string err;  // for stderr
};

// Parses. Nothing if all words were understood. `app` must allow extras: a word that nothing takes
// gets a sentence of ours, with what it may have been meant to be.
std::optional<Ended> parse_words(CLI::App& app, Words words);

// The command that was given: "orders", "parked skip"; "" if none was.
std::string command_of(const CLI::App& app);

// "souk-query: <sentence>" with the exit code for bad input.
Ended wrong(const CLI::App& app, const std::string& sentence);

}  // namespace souk::cli
