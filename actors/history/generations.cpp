#include "actors/history/generations.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace souk::history {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFolder = "read-models";
constexpr std::string_view kSuffix = ".sqlite";

// The number of "000007.sqlite", also with what SQLite appends ("-wal").
std::optional<std::uint64_t> number_of(const std::string& name) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const std::string_view rest(end, static_cast<std::size_t>(name.data() + name.size() - end));
  if (error != std::errc() || !rest.starts_with(kSuffix)) return std::nullopt;
  return number;
}

store::Status failure(const std::string& what, const std::string& path) {
  return {store::Code::io_error, what + " " + path + " failed: " + std::strerror(errno) + "."};
}

template <class F>
void for_each_generation(const std::string& folder, F&& f) {
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (const auto number = number_of(at->path().filename().string())) f(*number, at->path());
}

}  // namespace

store::Status sync_folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return failure("Opening", folder);
  const int result = ::fsync(handle);
  ::close(handle);
  return result == 0 ? store::Status() : failure("Syncing", folder);
}

Generations::Generations(const std::string& data)
    : folder_(data + "/" + std::string(kFolder)), link_(folder_ + std::string(kSuffix)) {}

store::Result<Generations> Generations::open(const std::string& data) {
  Generations generations(data);
  std::error_code error;
  fs::create_directories(generations.folder_, error);
  if (error)
    return store::Status(store::Code::io_error,
                         "The folder " + generations.folder_ +
                             " for the read models cannot be made: " + error.message() + ".");
  return generations;
}

std::optional<std::uint64_t> Generations::current() const {
  std::error_code error;
  const fs::path target = fs::read_symlink(link_, error);
  if (error) return std::nullopt;
  const auto number = number_of(target.filename().string());
  if (!number || !fs::exists(path_of(*number), error)) return std::nullopt;
  return number;
}

std::uint64_t Generations::fresh() const {
  std::uint64_t highest = 0;
  for_each_generation(
      folder_, [&](std::uint64_t number, const fs::path&) { highest = std::max(highest, number); });
  return highest + 1;
}

std::string Generations::path_of(std::uint64_t generation) const {
  char name[32];
  std::snprintf(name, sizeof name, "/%06llu", static_cast<unsigned long long>(generation));
  return folder_ + name + std::string(kSuffix);
}

store::Status Generations::publish(std::uint64_t generation,
                                   const std::function<void(std::string_view)>& step) const {
  // Beside the link, since the folder may be another file system's, with a disk of its own.
  const std::string fresh_link = link_ + ".next";
  const std::string target =
      std::string(kFolder) + "/" + fs::path(path_of(generation)).filename().string();
  step("make the link");
  ::unlink(fresh_link.c_str());
  if (::symlink(target.c_str(), fresh_link.c_str()) != 0) return failure("Making", fresh_link);
  step("replace the link");
  if (::rename(fresh_link.c_str(), link_.c_str()) != 0) return failure("Replacing", link_);
  step("published");
  return {};
}

store::Status Generations::make_last() const { return sync_folder_of(link_); }

void Generations::keep_only(const std::vector<std::uint64_t>& generations) const {
  for_each_generation(folder_, [&](std::uint64_t number, const fs::path& path) {
    std::error_code error;
    if (std::ranges::find(generations, number) == generations.end()) fs::remove(path, error);
  });
}

void Generations::remove(std::uint64_t generation) const {
  for_each_generation(folder_, [&](std::uint64_t number, const fs::path& path) {
    std::error_code error;
    if (number == generation) fs::remove(path, error);
  });
}

}  // namespace souk::history
