// Why a benchmark could not go on, in one sentence for a person. main() prints it and exits with 2.
#pragma once

#include <stdexcept>

namespace souk::bench {

struct BenchError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The person pressed Ctrl-C (or the bench got SIGTERM): everything is cleaned up on the way out.
struct Interrupted : BenchError {
  Interrupted() : BenchError("interrupted") {}
};

// Throws Interrupted once a signal has come. Cheap enough for every turn of a loop.
void check_interrupted();

// Makes SIGINT and SIGTERM set the flag that check_interrupted() looks at; SIGPIPE is ignored.
void install_signal_handlers();

}  // namespace souk::bench
