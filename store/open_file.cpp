#include "store/open_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace souk::store {
namespace {

constexpr std::size_t kPieceBytes = 1u << 20;

}  // namespace

Result<std::unique_ptr<OpenFile>> OpenFile::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    const Code code = errno == ENOENT ? Code::not_found : Code::io_error;
    return Status(code,
                  path + " cannot be opened: " + std::generic_category().message(errno) + '.');
  }
  return std::unique_ptr<OpenFile>(new OpenFile(path, descriptor));
}

OpenFile::~OpenFile() { ::close(descriptor_); }

Status OpenFile::failed() const {
  return {Code::io_error,
          path_ + " cannot be read: " + std::generic_category().message(errno) + '.'};
}

Result<std::uint64_t> OpenFile::size() const {
  struct stat found {};
  if (::fstat(descriptor_, &found) != 0) return failed();
  return static_cast<std::uint64_t>(found.st_size);
}

Status OpenFile::read(std::uint64_t offset, std::size_t size, std::string& bytes) const {
  bytes.resize(size);
  std::size_t got = 0;
  while (got < size) {
    const ssize_t n =
        ::pread(descriptor_, bytes.data() + got, size - got, static_cast<off_t>(offset + got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed();
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  bytes.resize(got);
  return {};
}

Result<std::string> OpenFile::read_all() const {
  std::string all, piece;
  do {
    if (Status status = read(all.size(), kPieceBytes, piece); !status.ok()) return status;
    all += piece;
  } while (piece.size() == kPieceBytes);
  return all;
}

}  // namespace souk::store
