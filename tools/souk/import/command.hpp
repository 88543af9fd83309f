// `souk import online-retail`.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

namespace souk::cli {

struct ImportOptions {
  std::string file;
  std::string url;
  std::string currency = "GBP";
  int connections = 16;
  std::int64_t retry_for_s = 60;
  std::size_t orders_max = std::numeric_limits<std::size_t>::max();
  bool dry_run = false;
  bool json = false;
  std::string skipped_to;  // a file; "-": stdout; empty: nowhere
  std::string orders_to;   // a file; empty: nowhere
};

// Reads the file, carries it out, prints the summary on stdout. Returns the exit code.
int import_online_retail(const ImportOptions& options, const std::atomic<bool>& stop);

}  // namespace souk::cli
