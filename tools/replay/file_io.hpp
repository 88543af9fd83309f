// Files that must be on the disk when somebody relies on them. Everything throws Failure with the
// file's name and the system's reason.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace souk::replay {

// A file that is written from where it ends. Movable; closes itself.
class OutFile {
 public:
  OutFile() = default;
  ~OutFile();
  OutFile(OutFile&& other) noexcept;
  OutFile& operator=(OutFile&& other) noexcept;

  // Opens the file, or creates an empty one.
  static OutFile open(const std::string& path);

  // Takes the file for this process until it is closed; false if another one has it.
  bool lock();

  std::uint64_t size() const { return size_; }
  void truncate(std::uint64_t size);  // and goes on from there
  void write(std::string_view text);
  void sync();

 private:
  int file_ = -1;
  std::string path_;
  std::uint64_t size_ = 0;
};

// The whole file; nothing if there is none.
std::optional<std::string> read_file(const std::string& path);

// Puts a file in the place of another or of none, at once: after a power cut there is the old one
// or the new one, whole.
void replace_file(const std::string& path, std::string_view text);

// Renames a file or a directory, and has the disk know it.
void rename_file(const std::string& from, const std::string& to);

// Removes a file, if it is there.
void remove_file(const std::string& path);

// Syncs a directory: the names in it.
void sync_directory(const std::string& path);

}  // namespace souk::replay
