#include "tools/souk/import/command.hpp"

#include <cstdio>
#include <fstream>
#include <string_view>

#include <fmt/format.h>

#include "events/money.hpp"
#include "tools/shared/exit_codes.hpp"
#include "tools/shared/progress.hpp"
#include "tools/souk/import/input_error.hpp"
#include "tools/souk/import/plan.hpp"
#include "tools/souk/import/runner.hpp"
#include "tools/souk/import/summary.hpp"

namespace souk::cli {
namespace {

// False, with a sentence on stderr, if the file cannot be written.
bool write_file(const std::string& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (file) return true;
  fmt::print(stderr, "souk: cannot write {}\n", path);
  return false;
}

void print_summary(const ImportOptions& options, const Plan& plan, const ImportResult& result) {
  const Summary summary = summarize(plan, result, options.file, options.dry_run ? "" : options.url);
  const bool list_skipped = options.skipped_to == "-";
  if (options.json) {
    fmt::print("{}", summary_json(summary, plan, result, list_skipped));
    return;
  }
  fmt::print("{}", summary_text(summary, plan, result));
  if (list_skipped) fmt::print("\n{}", skipped_csv(plan));
}

ImportResult carry_out(const ImportOptions& options, const Plan& plan,
                       const std::atomic<bool>& stop) {
  if (options.dry_run) {
    ImportResult nothing;
    nothing.orders.resize(plan.orders.size());
    return nothing;
  }
  Progress progress(stderr);
  RunOptions run{options.url, options.connections, {}};
  run.retry.retry_for = std::chrono::seconds(options.retry_for_s);
  return run_import(plan, run, stop, progress);
}

}  // namespace

int import_online_retail(const ImportOptions& options, const std::atomic<bool>& stop) {
  const std::optional<Currency> currency = Currency::parse(options.currency);
  if (!currency) {
    fmt::print(stderr, "souk: '{}' is no currency of ISO 4217, such as GBP\n", options.currency);
    return kExitBadInput;
  }
  Plan plan;
  try {
    plan = read_online_retail(options.file, *currency, options.orders_max);
  } catch (const InputError& error) {
    fmt::print(stderr, "souk: {}\n", error.what());
    return kExitBadInput;
  }
  // Before anything is sent: a report that cannot be written would be missed afterwards.
  if (!options.skipped_to.empty() && options.skipped_to != "-" &&
      !write_file(options.skipped_to, skipped_csv(plan)))
    return kExitBadInput;
  if (!options.orders_to.empty() && !write_file(options.orders_to, "")) return kExitBadInput;

  const ImportResult result = carry_out(options, plan, stop);
  print_summary(options, plan, result);
  if (!options.orders_to.empty() && !write_file(options.orders_to, orders_csv(plan, result)))
    return kExitBadInput;
  if (!result.unreachable.empty())
    fmt::print(stderr, "souk: cannot reach {}: {}. Is souk-node running there? (--url, SOUK_URL)\n",
               options.url, result.unreachable);
  return options.dry_run ? kExitDone : exit_code(plan, result);
}

}  // namespace souk::cli
