#include "tools/replay/verify/files.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "store/rocks_check.hpp"

namespace souk::replay {
namespace {

// All files, by as many threads as are wanted, the largest first.
void check_all(const store::RocksCheck& check, const std::string& directory,
               const VerifyOptions& options, VerifyReport& report) {
  std::vector<std::size_t> order(check.files().size());
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i, total += check.files()[i].bytes;
  std::ranges::sort(order, std::greater{}, [&](std::size_t i) { return check.files()[i].bytes; });

  std::atomic<std::size_t> next{0};
  std::atomic<std::uint64_t> done{0};
  const auto stopped = [&] { return options.stop != nullptr && options.stop->load(); };
  const auto read = [&](std::uint64_t bytes) {
    done += bytes;
    return !stopped();
  };
  const auto work = [&] {
    for (std::size_t i = next++; i < order.size() && !stopped(); i = next++) {
      const auto found = check.check(order[i], read);
      report.findings.looked_at(Check::files, 1);
      if (!found) continue;
      const std::string subject =
          found->byte ? fmt::format("{} (byte {})", found->file, *found->byte) : found->file;
      if (found->is_damage)
        report.findings.add({Check::files, std::nullopt, 0, 0, subject, found->what, directory});
      else
        report.findings.note((directory.empty() ? "" : directory + "/") + subject + ": " +
                             found->what);
    }
  };
  const unsigned count =
      std::max(1u, std::min(options.threads, static_cast<unsigned>(order.size())));
  std::atomic<unsigned> working{count};
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < count; ++i)
    threads.emplace_back([&] {
      work();
      --working;
    });
  for (int tick = 0; working > 0; ++tick) {
    std::this_thread::sleep_for(std::chrono::milliseconds(tick < 20 ? 2 : 50));
    if (options.progress) options.progress({"bytes of files", done, total});
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

void check_files(const std::string& path, const std::string& directory,
                 const VerifyOptions& options, VerifyReport& report) {
  const auto check = store::RocksCheck::open(path);
  if (!check.ok()) {
    report.findings.add({Check::files, std::nullopt, 0, 0, path, check.status().message()});
    return;
  }
  check_all(**check, directory, options, report);
}

}  // namespace souk::replay
