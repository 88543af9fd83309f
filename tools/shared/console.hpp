// Where the program writes, and what that is.
#pragma once

#include <atomic>
#include <cstdio>
#include <string>

#include "events/ids.hpp"

namespace souk::cli {

// A regular terminal session, or what a test puts in its place.
struct Console {
  std::FILE* in = stdin;
  std::FILE* out = stdout;
  std::FILE* err = stderr;
  bool terminal = false;  // out is one
  bool colours = false;   // terminal, and nobody objects (NO_COLOR, TERM=dumb)
  bool pager = false;     // one may be started: somebody can press its keys
  Time (*now)() = nullptr;
  const std::atomic<bool>* stop = nullptr;  // set by Ctrl-C while something is watched
};

// Of this process. Ctrl-C ends it with exit code 130, until stop_politely.
Console process_console();

// From now on the first Ctrl-C sets Console::stop.
void stop_politely(Console& console);

// Lines of the terminal, 24 if it does not say.
std::size_t screen_lines();

// Writes to stdout, through $PAGER (else `less -FRX`) if the text is taller than the terminal.
void print(const Console& console, const std::string& text, bool may_page);

}  // namespace souk::cli
