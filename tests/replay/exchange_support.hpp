// What the tests of exports and imports share.
#pragma once

#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/directory_view.hpp"
#include "store/memory_kv.hpp"
#include "tests/support/shop_log.hpp"
#include "tests/support/temp_dir.hpp"
#include "tools/replay/export.hpp"
#include "tools/replay/failure.hpp"
#include "tools/replay/import.hpp"

namespace souk::replay {

// A file's whole content; "" if there is none.
std::string content(const std::string& path);
void write_content(const std::string& path, std::string_view text);
std::vector<std::string> lines_of(const std::string& text);

// A log in memory, and a view of it.
struct MemoryLog {
  std::shared_ptr<store::MemoryDisk> disk = std::make_shared<store::MemoryDisk>();
  std::unique_ptr<store::DirectoryView> view() const;
};

// Of a shop that lived so long.
MemoryLog memory_shop(std::uint64_t seed, int things, bool finish = false);

// All that a directory has in a column, by key.
store::MemoryDisk::Map column_of(const std::string& directory, store::Column column);

// Exports with no progress, to a file if one is named; what went to the stream.
std::string export_text(store::LogView& view, const ExportOptions& options = {});
Exported export_to(store::LogView& view, const ExportOptions& options);

// Imports a text into a directory.
Imported import_text(const std::string& text, const std::string& directory, unsigned threads = 1);

// The sentence that `f` fails with, and its exit code; "" if it does not.
std::string failure_of(const std::function<void()>& f, int* exit_code = nullptr);

// Runs `f` in a process of its own that may write files of at most so many bytes: it dies of the
// first write beyond, as of a kill -9, with whatever went before on its way. True if it died. Not
// for what opens a RocksDB: its threads stay behind.
bool dies_at_file_size(std::uint64_t bytes, const std::function<void()>& f);

// The same of this program begun anew, with an import.
bool import_dies_at_file_size(std::uint64_t bytes, const ImportOptions& options);

}  // namespace souk::replay
