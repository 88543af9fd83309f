#include "tools/replay/file_io.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "tools/replay/failure.hpp"

namespace souk::replay {
namespace {

[[noreturn]] void fail(const std::string& path, std::string_view what, int error) {
  throw Failure(kExitSomeFailed,
                fmt::format("{} cannot be {}: {}", path, what, std::strerror(error)));
}

std::string directory_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path();
  return parent.empty() ? "." : parent;
}

}  // namespace

OutFile::~OutFile() {
  if (file_ >= 0) ::close(file_);
}

OutFile::OutFile(OutFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)), path_(std::move(other.path_)), size_(other.size_) {}

OutFile& OutFile::operator=(OutFile&& other) noexcept {
  std::swap(file_, other.file_);
  path_ = std::move(other.path_);
  size_ = other.size_;
  return *this;
}

OutFile OutFile::open(const std::string& path) {
  OutFile out;
  out.path_ = path;
  out.file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (out.file_ < 0) fail(path, "opened for writing", errno);
  const off_t end = ::lseek(out.file_, 0, SEEK_END);
  if (end < 0) fail(path, "gone on with", errno);
  out.size_ = static_cast<std::uint64_t>(end);
  return out;
}

bool OutFile::lock() { return ::flock(file_, LOCK_EX | LOCK_NB) == 0; }

void OutFile::truncate(std::uint64_t size) {
  if (::ftruncate(file_, static_cast<off_t>(size)) != 0 ||
      ::lseek(file_, static_cast<off_t>(size), SEEK_SET) < 0)
    fail(path_, "cut", errno);
  size_ = size;
}

void OutFile::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path_, "written", errno);
    text.remove_prefix(static_cast<std::size_t>(written));
    size_ += static_cast<std::uint64_t>(written);
  }
}

void OutFile::sync() {
  if (::fdatasync(file_) != 0) fail(path_, "written", errno);
}

std::optional<std::string> read_file(const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) {
    if (errno == ENOENT) return std::nullopt;
    fail(path, "read", errno);
  }
  std::string text;
  char buffer[4'096];
  for (std::size_t size; (size = std::fread(buffer, 1, sizeof buffer, file)) > 0;)
    text.append(buffer, size);
  std::fclose(file);
  return text;
}

void replace_file(const std::string& path, std::string_view text) {
  const std::string fresh = path + ".new";
  {
    OutFile file = OutFile::open(fresh);
    file.truncate(0);
    file.write(text);
    file.sync();
  }
  rename_file(fresh, path);
}

void rename_file(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0)
    fail(from, fmt::format("renamed to {}", to), errno);
  sync_directory(directory_of(to));
}

void remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail(path, "removed", errno);
}

void sync_directory(const std::string& path) {
  const int directory = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) fail(path, "opened", errno);
  const bool synced = ::fsync(directory) == 0;
  const int error = errno;
  ::close(directory);
  if (!synced) fail(path, "written", error);
}

}  // namespace souk::replay
