// What a process has used of the machine so far; the difference of two readings is what a run cost.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <sys/types.h>

namespace souk::bench {

struct Usage {
  double cpu_seconds = 0;                   // user and system, of all its threads
  std::optional<std::uint64_t> written;     // bytes it sent to the disk; not of others' processes
  std::optional<std::uint64_t> data_bytes;  // that its data directory takes on the disk
};

// Of a process, from /proc/PID/stat (in ticks of 10 ms) and /proc/PID/io, and of a directory if
// there is one. Throws BenchError if the process is gone.
Usage usage_of(pid_t pid, const std::optional<std::filesystem::path>& data);

// The bench's own CPU seconds, user and system.
double own_cpu_seconds();

// The blocks that the directory's files take, in bytes. Files that vanish meanwhile count nothing.
std::uint64_t disk_bytes(const std::filesystem::path& directory);

}  // namespace souk::bench
