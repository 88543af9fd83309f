#include "tests/replay/exchange_support.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace souk::replay {
namespace {

std::unique_ptr<cli::Progress> no_progress() {
  return std::make_unique<cli::Progress>(stderr, /*enabled=*/false);
}

// From now on this process dies, without a core, when a file of it would become larger.
void limit_files(std::uint64_t bytes) {
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const rlimit limit{bytes, bytes};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, SIG_DFL);
}

}  // namespace

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_content(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::unique_ptr<store::DirectoryView> MemoryLog::view() const {
  auto view = store::DirectoryView::over(std::make_unique<store::MemoryKv>(disk));
  EXPECT_TRUE(view.ok()) << view.status().message();
  return std::move(*view);
}

MemoryLog memory_shop(std::uint64_t seed, int things, bool finish) {
  MemoryLog made;
  test::Shop shop(seed);
  shop.live(things, finish);
  auto log = store::Log::open(std::make_unique<store::MemoryKv>(made.disk), test::shop_identity());
  EXPECT_TRUE(log.ok()) << log.status().message();
  test::ShopWriter(**log, seed).write(shop);
  EXPECT_TRUE((*log)->flush().ok());
  return made;
}

store::MemoryDisk::Map column_of(const std::string& directory, store::Column column) {
  store::MemoryDisk::Map values;
  auto kv = store::open_rocks_kv_to_read(directory);
  EXPECT_TRUE(kv.ok()) << kv.status().message();
  if (!kv.ok()) return values;
  const auto cursor = (*kv)->cursor(column);
  for (cursor->seek({}); cursor->valid(); cursor->next())
    values.emplace(cursor->key(), cursor->value());
  EXPECT_TRUE(cursor->status().ok());
  return values;
}

std::string export_text(store::LogView& view, const ExportOptions& options) {
  std::FILE* const file = std::tmpfile();
  const Exported exported = export_log(view, options, file, *no_progress(), nullptr);
  EXPECT_FALSE(exported.interrupted);
  std::rewind(file);
  std::string text;
  char buffer[4'096];
  for (std::size_t size; (size = std::fread(buffer, 1, sizeof buffer, file)) > 0;)
    text.append(buffer, size);
  std::fclose(file);
  return text;
}

Exported export_to(store::LogView& view, const ExportOptions& options) {
  return export_log(view, options, nullptr, *no_progress(), nullptr);
}

Imported import_text(const std::string& text, const std::string& directory, unsigned threads) {
  std::FILE* const file = std::tmpfile();
  std::fwrite(text.data(), 1, text.size(), file);
  std::rewind(file);
  try {
    Imported imported = import_log({"-", directory, threads}, file, *no_progress(), nullptr);
    std::fclose(file);
    return imported;
  } catch (...) {
    std::fclose(file);
    throw;
  }
}

std::string failure_of(const std::function<void()>& f, int* exit_code) {
  try {
    f();
    return {};
  } catch (const Failure& failure) {
    if (exit_code != nullptr) *exit_code = failure.exit_code();
    return failure.what();
  }
}

// Waits for the process; true if it was killed. It may also have come to its end.
bool was_killed(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << "it failed instead";
  return WIFSIGNALED(status);
}

bool dies_at_file_size(std::uint64_t bytes, const std::function<void()>& f) {
  const pid_t child = ::fork();
  if (child != 0) return was_killed(child);
  limit_files(bytes);
  try {
    f();
  } catch (...) {
    ::_exit(2);
  }
  ::_exit(0);
}

bool import_dies_at_file_size(std::uint64_t bytes, const ImportOptions& options) {
  const pid_t child = ::fork();
  if (child != 0) return was_killed(child);
  ::setenv("SOUK_IMPORT_FILE", options.path.c_str(), 1);
  ::setenv("SOUK_IMPORT_TO", options.directory.c_str(), 1);
  limit_files(bytes);
  ::execl("/proc/self/exe", "import", "--gtest_filter=*DISABLED_AsAProcess", "--gtest_brief=1",
          "--gtest_also_run_disabled_tests", nullptr);
  ::_exit(3);
}

// What import_dies_at_file_size runs.
TEST(ImportProcess, DISABLED_AsAProcess) {
  const char* file = std::getenv("SOUK_IMPORT_FILE");
  const char* directory = std::getenv("SOUK_IMPORT_TO");
  if (file == nullptr || directory == nullptr) GTEST_SKIP();
  import_log({file, directory, 1}, nullptr, *no_progress(), nullptr);
}

}  // namespace souk::replay
