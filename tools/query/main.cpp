// `souk-query`: asks the read models of a node, or of its files.
#include <cstdlib>
#include <exception>

#include <fmt/format.h>

#include "tools/query/failure.hpp"
#include "tools/query/run.hpp"

int main(int argc, char** argv) {
  try {
    const char* url = std::getenv("SOUK_URL");
    return souk::query::run({argv + 1, argv + argc},
                            url == nullptr || *url == '\0' ? "http://127.0.0.1:8080" : url,
                            souk::cli::process_console());
  } catch (const std::exception& error) {
    fmt::print(stderr, "souk-query: {}\n", error.what());
    return souk::query::kExitSomeFailed;
  }
}
