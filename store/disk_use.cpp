#include "store/disk_use.hpp"

#include <filesystem>
#include <sys/stat.h>
#include <system_error>

namespace souk::store {

DiskUse disk_use(const std::string& directory) {
  DiskUse use;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    struct stat file {};
    if (stat(entry.path().c_str(), &file) != 0 || !S_ISREG(file.st_mode)) continue;
    const auto size = static_cast<std::uint64_t>(file.st_size);
    use.bytes += size;
    if (file.st_nlink > 1) use.shared_bytes += size;
  }
  return use;
}

}  // namespace souk::store
