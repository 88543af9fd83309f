// `souk-replay`: asks a log anything, and proves it.
#include <cstdlib>
#include <exception>

#include <fmt/format.h>

#include "tools/replay/failure.hpp"
#include "tools/replay/run.hpp"

int main(int argc, char** argv) {
  try {
    const char* url = std::getenv("SOUK_URL");
    return souk::replay::run({argv + 1, argv + argc},
                             url == nullptr || *url == '\0' ? "http://127.0.0.1:8080" : url,
                             souk::cli::process_console());
  } catch (const std::exception& error) {
    fmt::print(stderr, "souk-replay: {}\n", error.what());
    return souk::replay::kExitSomeFailed;
  }
}
