// A process that writes to a directory until it is killed.
#pragma once

#include <chrono>
#include <filesystem>

namespace souk::store {

// Writes to a log in `directory`, in a process of its own whose tables are replaced many times a
// second, and kills it (SIGKILL) after this long. It has then written at least something.
void write_and_kill(const std::filesystem::path& directory, std::chrono::milliseconds after);

}  // namespace souk::store
