#include "store/backup.hpp"

#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include "store/file_copies.hpp"
#include "store/rocks_check.hpp"
#include "store/rocks_lock.hpp"

namespace souk::store {
namespace {

namespace fs = std::filesystem;

Status failed(const fs::path& path, const char* what, const std::error_code& error) {
  return {Code::io_error, path.string() + ' ' + what + ": " + error.message() + '.'};
}

// The path without a slash at its end, from the root on.
fs::path clean(const std::string& path) {
  fs::path whole = fs::absolute(path).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

// Ok if a directory may be renamed to `to`.
Status check_target(const fs::path& to) {
  std::error_code error;
  const fs::file_status found = fs::status(to, error);
  if (found.type() == fs::file_type::not_found) return {};
  if (found.type() != fs::file_type::directory)
    return {Code::invalid, to.string() + " is no directory; name one that is empty or not there."};
  const bool empty = fs::is_empty(to, error);
  if (error) return failed(to, "cannot be read", error);
  if (!empty)
    return {Code::invalid,
            to.string() + " is not empty; name a directory that is empty or not there."};
  return {};
}

bool is_table(const std::string& name) { return name.ends_with(".sst"); }

// What an earlier try may have left: it was never renamed, so nobody relies on it.
Status clear_partial(const fs::path& partial) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(partial, error))) return {};
  for (const auto& entry : fs::directory_iterator(partial, error)) {
    const std::string name = entry.path().filename();
    if (is_table(name) || name.ends_with(".log") || name.starts_with("MANIFEST-") ||
        name == "CURRENT")
      fs::remove(entry.path(), error);
  }
  fs::remove(partial, error);
  if (!error) return {};
  return {Code::invalid, partial.string() + " is in the way (" + error.message() +
                             "): it is where the copy is built; remove it."};
}

Status copy_all(const fs::path& from, const fs::path& partial,
                const std::vector<RocksCheck::File>& files, const BackupProgress& progress) {
  std::uint64_t total = 0, done = 0;
  for (const RocksCheck::File& file : files) total += file.bytes;
  const CopyProgress count = [&](std::uint64_t bytes) {
    done += bytes;
    return progress(done, total);
  };
  for (const RocksCheck::File& file : files) {
    const auto copy = is_table(file.name) ? link_or_copy_file : copy_file;
    Status status = copy(from / file.name, partial / file.name, count);
    if (status.code() == Code::not_found)
      return {Code::corruption, "The data directory " + from.string() + " is damaged: " +
                                    file.name + " is missing; restore it from a copy."};
    if (!status.ok()) return status;
  }
  return sync_directory(partial);
}

Status copy_database(const fs::path& from, const fs::path& to, const BackupProgress& progress) {
  if (Status status = check_target(to); !status.ok()) return status;
  auto found = RocksCheck::open(from);
  if (!found.ok()) return found.status();
  const fs::path partial = to.string() + ".partial";
  if (Status status = clear_partial(partial); !status.ok()) return status;
  std::error_code error;
  fs::create_directories(partial, error);
  if (error) return failed(partial, "cannot be made", error);

  Status status = copy_all(from, partial, (*found)->files(), progress);
  if (status.ok()) {
    fs::rename(partial, to, error);  // also over an empty directory
    if (error) status = failed(to, "cannot be put in its place", error);
  }
  if (!status.ok()) {
    (void)clear_partial(partial);
    return status;
  }
  return sync_directory(to.parent_path());
}

}  // namespace

Status backup_directory(const std::string& from, const std::string& to,
                        const BackupProgress& progress) {
  if (!fs::exists(fs::path(from) / "CURRENT"))
    return {Code::not_found, "There is no data in " + from + "; check the path of --data."};
  auto lock = RocksLock::take(from);
  if (!lock.ok()) return lock.status();
  return copy_database(clean(from), clean(to), progress);
}

Status restore_directory(const std::string& backup, const std::string& to,
                         const BackupProgress& progress) {
  if (!fs::exists(fs::path(backup) / "CURRENT"))
    return {Code::not_found, "There is no backup in " + backup + "."};
  // Without the lock's file nobody has it open, and none can be made where nothing can be written.
  std::unique_ptr<RocksLock> held;
  if (fs::exists(fs::path(backup) / "LOCK")) {
    auto lock = RocksLock::take(backup);
    if (!lock.ok() && lock.status().code() == Code::in_use) return lock.status();
    if (lock.ok()) held = std::move(*lock);
  }
  return copy_database(clean(backup), clean(to), progress);
}

}  // namespace souk::store
