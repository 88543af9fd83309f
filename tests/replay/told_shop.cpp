#include "tests/replay/told_shop.hpp"

#include <atomic>
#include <cstdio>
#include <sstream>

#include "tools/replay/run.hpp"

namespace souk::replay::testing {
namespace {

std::string slurp(std::FILE* file) {
  std::rewind(file);
  std::string text;
  for (int c; (c = std::fgetc(file)) != EOF;) text += static_cast<char>(c);
  std::fclose(file);
  return text;
}

}  // namespace

Outcome replay(const std::vector<std::string>& words, const std::string& input) {
  static const std::atomic<bool> kNever{false};
  cli::Console console;
  console.in = std::tmpfile();
  console.out = std::tmpfile();
  console.err = std::tmpfile();
  console.now = [] { return kNow; };
  console.stop = &kNever;
  std::fwrite(input.data(), 1, input.size(), console.in);
  std::rewind(console.in);
  Outcome outcome;
  outcome.exit_code = run(words, "http://127.0.0.1:1", console);
  outcome.out = slurp(console.out);
  outcome.err = slurp(console.err);
  std::fclose(console.in);
  return outcome;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace souk::replay::testing
