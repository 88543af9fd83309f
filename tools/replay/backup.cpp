#include "tools/replay/backup.hpp"

#include <chrono>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "store/directory_view.hpp"
#include "store/disk_use.hpp"
#include "tools/replay/failure.hpp"
#include "tools/shared/node_client.hpp"
#include "tools/shared/running_node.hpp"

namespace souk::replay {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::hours kBackupMax{12};  // where every file has to be copied

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// From the root on, without a slash at its end.
std::string whole_path(const std::string& path) {
  const fs::path whole = fs::absolute(path).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

std::string without_stop(std::string sentence) {
  while (sentence.ends_with('.')) sentence.pop_back();
  return sentence;
}

// What a node's answer that is not a good one means for the exit code.
[[noreturn]] void fail(const cli::HttpAnswer& answer, const std::string& url) {
  if (!answer.answered())
    throw Failure(
        kExitUnreachable,
        "cannot reach " + url + ": " + answer.explanation() +
            ". Is souk-node running there? (--url, SOUK_URL; --data names its directory)");
  if (answer.status == 404)
    throw Failure(kExitUnreachable, url +
                                        " makes no backups: it is no souk-node, or an older one; "
                                        "stop it and use --data");
  const std::string detail = answer.text("detail");
  const bool input = answer.status == 422 || answer.text("code") == "directory_exists";
  throw Failure(input                  ? kExitBadInput
                : answer.status == 503 ? kExitUnreachable
                                       : kExitSomeFailed,
                without_stop(detail.empty() ? answer.explanation() : detail));
}

CopyReport backup_of_node(const std::string& url, const std::string& directory) {
  cli::NodeClient client(url, kBackupMax);
  const nlohmann::json body{{"directory", directory}};
  const auto answer =
      client.send(cli::Method::post, "/v1/backups",
                  body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  if (!answer.ok()) fail(answer, url);
  try {
    const nlohmann::json made = nlohmann::json::parse(answer.body);
    return {"the node at " + url,
            made.at("directory"),
            parse_positions(made.at("position").get<std::string>()).value_or(Positions{}),
            made.at("bytes"),
            made.at("hard_linked_bytes"),
            made.at("seconds")};
  } catch (const nlohmann::json::exception&) {
    throw Failure(kExitUnreachable, "what " + url + " answered makes no sense: it is no souk-node");
  }
}

[[noreturn]] void fail(const store::Status& status) {
  int exit_code = kExitUnreachable;
  if (status.code() == store::Code::invalid) exit_code = kExitBadInput;
  if (status.code() == store::Code::corruption) exit_code = kExitSomeFailed;
  if (status.code() == store::Code::timed_out) exit_code = kExitInterrupted;
  throw Failure(exit_code, without_stop(status.message()));
}

// What a copy that has just been made holds.
CopyReport report_on(const std::string& source, const std::string& directory,
                     Clock::time_point begin) {
  CopyReport report{source, directory, {}, 0, 0, seconds_since(begin)};
  const store::DiskUse use = store::disk_use(directory);
  report.bytes = use.bytes;
  report.shared_bytes = use.shared_bytes;
  const auto view = value_of(store::DirectoryView::open(directory));
  for (const PartitionId partition : store::partitions_of(view->identity()))
    if (const auto last = value_of(view->last(partition)); last != store::kNoOffset)
      report.position[partition] = last;
  return report;
}

}  // namespace

CopyReport make_backup(const BackupOptions& options) {
  const std::string directory = whole_path(options.directory);
  if (options.data.empty()) return backup_of_node(options.url, directory);
  if (const auto node = cli::running_node(options.data))
    return backup_of_node(node->url, directory);
  if (cli::is_held(options.data))
    throw Failure(kExitUnreachable, "a program has " + options.data +
                                        " open and does not say where it can be asked; if it is a "
                                        "souk-node, name it with --url");
  const auto begin = Clock::now();
  const store::Status status = store::backup_directory(options.data, directory, options.progress);
  if (!status.ok()) fail(status);
  return report_on(options.data, directory, begin);
}

RestoreReport restore_backup(const RestoreOptions& options) {
  const std::string directory = whole_path(options.directory);
  const auto begin = Clock::now();
  const store::Status status =
      store::restore_directory(options.backup, directory, options.progress);
  if (!status.ok()) fail(status);
  RestoreReport report{report_on(options.backup, directory, begin)};
  if (options.verify) report.proof = options.verify(directory) ? Proof::sound : Proof::unsound;
  return report;
}

}  // namespace souk::replay
