#include "store/file_copies.hpp"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include "store/open_file.hpp"

namespace souk::store {
namespace {

constexpr std::size_t kPieceBytes = 1u << 20;

Status failed(const std::string& path, const char* what) {
  return {Code::io_error, path + ' ' + what + ": " + std::generic_category().message(errno) + '.'};
}

// Closes a descriptor at the end of a scope.
class Closing {
 public:
  explicit Closing(int descriptor) : descriptor_(descriptor) {}
  ~Closing() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Closing(const Closing&) = delete;
  Closing& operator=(const Closing&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

bool write_all(int descriptor, const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::write(descriptor, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

Status copy_file(const std::string& from, const std::string& to, const CopyProgress& progress) {
  auto source = OpenFile::open(from);
  if (!source.ok()) return source.status();
  const Closing target(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (target.get() < 0) return failed(to, "cannot be made");
  std::string bytes;
  std::uint64_t at = 0;
  do {
    if (Status status = (*source)->read(at, kPieceBytes, bytes); !status.ok()) return status;
    if (!write_all(target.get(), bytes)) return failed(to, "cannot be written");
    at += bytes.size();
    if (!progress(bytes.size()))
      return {Code::timed_out, "Stopped, as was asked for, before all files were copied."};
  } while (bytes.size() == kPieceBytes);
  if (::fsync(target.get()) != 0) return failed(to, "cannot be synced");
  return {};
}

Status link_or_copy_file(const std::string& from, const std::string& to,
                         const CopyProgress& progress) {
  if (::link(from.c_str(), to.c_str()) != 0) return copy_file(from, to, progress);
  auto file = OpenFile::open(to);
  if (!file.ok()) return file.status();
  auto size = (*file)->size();
  if (!size.ok()) return size.status();
  if (!progress(*size))
    return {Code::timed_out, "Stopped, as was asked for, before all files were linked."};
  return {};
}

Status sync_directory(const std::string& path) {
  const Closing directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0) return failed(path, "cannot be opened");
  if (::fsync(directory.get()) != 0) return failed(path, "cannot be synced");
  return {};
}

}  // namespace souk::store
