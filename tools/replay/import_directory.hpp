// The data directory that an import makes: under another name until it is whole.
#pragma once

#include <string>

namespace souk::replay {

// DIR.partial while it lives, nothing after it, unless it was committed. Throws Failure. What an
// import that was killed has left is cleared away by the next one; it is known by a file in it, so
// that nothing else is.
class ImportDirectory {
 public:
  // `path` is a directory that is missing or empty.
  explicit ImportDirectory(const std::string& path);
  ~ImportDirectory();
  ImportDirectory(const ImportDirectory&) = delete;
  ImportDirectory& operator=(const ImportDirectory&) = delete;

  const std::string& partial() const { return partial_; }

  // Gives the directory its name. Nobody may have it open.
  void commit();

 private:
  void lock();
  void clear();
  void unlock();

  std::string path_, partial_;
  int lock_ = -1;
  bool committed_ = false;
};

}  // namespace souk::replay
