// A file that is open for reading, whatever becomes of its name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "store/status.hpp"

namespace souk::store {

class OpenFile {
 public:
  // Fails with not_found, io_error.
  static Result<std::unique_ptr<OpenFile>> open(const std::string& path);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  Result<std::uint64_t> size() const;  // as it is now

  // Reads up to `size` bytes at `offset` into `bytes`: fewer only where the file ends. Any thread.
  Status read(std::uint64_t offset, std::size_t size, std::string& bytes) const;

  Result<std::string> read_all() const;

 private:
  OpenFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  Status failed() const;  // why, as errno has it

  std::string path_;
  int descriptor_;
};

}  // namespace souk::store
