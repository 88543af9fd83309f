#include "tools/replay/verify/directories.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "store/keys.hpp"
#include "tools/shared/running_node.hpp"

namespace souk::replay {
namespace {

bool is_damage(const store::Status& status) {
  return status.code() == store::Code::corruption || status.code() == store::Code::io_error;
}

std::string in(const std::string& directory) { return directory.empty() ? "" : " of " + directory; }

// "stock/1, stock/3 (of node stock-2), all of wallet".
std::string names_of(const std::vector<std::pair<PartitionId, NotSeen>>& partitions,
                     const store::Identity& identity) {
  std::map<std::pair<Service, std::string>, std::vector<std::string>> by_owner;
  for (const auto& [partition, why] : partitions)
    by_owner[{partition.service, why.node}].push_back(store::display(partition));
  std::vector<std::string> parts;
  for (const auto& [owner, names] : by_owner) {
    const auto& [service, node] = owner;
    const bool all = names.size() > 1 && names.size() == identity.partitions.at(service);
    parts.push_back((all ? fmt::format("all of {}", name_of(service))
                         : fmt::format("{}", fmt::join(names, ", "))) +
                    (node.empty() ? "" : fmt::format(" (of node {})", node)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

ModelsUnderProof open_models(const std::vector<std::string>& paths, VerifyReport& report) {
  ModelsUnderProof models;
  for (const std::string& path : paths) {
    const std::string directory = paths.size() > 1 ? path : "";
    const std::string file = path + "/" + kReadModelsFile;
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) continue;
    auto opened = RowsFile::open(file);
    if (opened.ok())
      models.emplace_back(directory, std::move(*opened));
    else if (is_damage(opened.status()))
      report.findings.add({Check::read_models, std::nullopt, 0, 0, kReadModelsFile,
                           opened.status().message(), directory});
    else
      report.not_checked.push_back(
          fmt::format("read models{}: {}", in(directory), opened.status().message()));
  }
  if (models.empty() && report.findings.found() == 0 && report.not_checked.empty())
    report.not_checked.emplace_back(paths.size() > 1 ? "read models: no directory has any"
                                                     : "read models: the directory has none");
  return models;
}

void keep_those_of(const JoinedView& view, ModelsUnderProof& models, VerifyReport& report) {
  const std::string& cluster = view.identity().cluster_id;
  std::erase_if(models, [&](const ModelsProof& one) {
    if (one.file()->cluster_id() == cluster) return false;
    report.findings.add({Check::read_models, std::nullopt, 0, 0, kReadModelsFile,
                         fmt::format("they are of cluster '{}', and the log is of '{}'",
                                     one.file()->cluster_id(), cluster),
                         one.directory()});
    return true;
  });
}

store::Result<std::unique_ptr<JoinedView>> open_directories(const std::vector<std::string>& paths,
                                                            VerifyReport& report) {
  std::vector<std::unique_ptr<store::DirectoryView>> parts;
  for (const std::string& path : paths) {
    auto view = store::DirectoryView::open(path);
    if (view.ok()) {
      parts.push_back(std::move(*view));
      continue;
    }
    if (!is_damage(view.status())) return view.status();
    report.findings.add({Check::files, std::nullopt, 0, 0, path, view.status().message()});
    report.not_checked.push_back(
        paths.size() > 1
            ? "records of " + path + ", and all that is made of them: its log cannot be opened"
            : "records, and all that is made of them: the log cannot be opened");
  }
  if (parts.empty()) return std::unique_ptr<JoinedView>();
  return JoinedView::join(std::move(parts), /*all_given=*/parts.size() == paths.size());
}

void report_splits(const JoinedView& view, Findings& findings) {
  for (const SplitPartition& split : view.splits()) {
    const std::string read = view.name_of(split.places.front());
    for (std::size_t i = 1; i < split.places.size(); ++i) {
      const store::DirectoryView& other = view.part(split.places[i]);
      const auto last = other.last(split.partition);
      if (!last.ok() || *last != store::kNoOffset)
        findings.add({Check::batches, split.partition, store::kNoOffset, store::kNoOffset, "",
                      fmt::format("both {} and {} have records of it: it had two owners; only "
                                  "those in {} are looked at",
                                  read, other.path(), read),
                      read});
      else
        findings.add({Check::heads, split.partition, store::kNoOffset, store::kNoOffset, "",
                      fmt::format("{} has saved ends or snapshots of its streams, and no record; "
                                  "{} has it as well",
                                  other.path(), read),
                      other.path()});
    }
  }
}

bool are_of_one_moment(const std::vector<std::string>& paths, VerifyReport& report) {
  if (paths.size() == 1) return true;
  const auto held = std::ranges::find_if(paths, cli::is_held);
  if (held == paths.end()) return true;
  report.not_checked.push_back(
      fmt::format("sagas, all or nothing: a node works on {}, so the directories are not of one "
                  "moment; stop the nodes, or prove backups",
                  *held));
  return false;
}

void say_not_seen(const JoinedView& view, const std::map<PartitionId, std::uint64_t>& unproved,
                  VerifyReport& report) {
  std::vector<std::pair<PartitionId, NotSeen>> said;
  std::uint64_t facts = 0;
  for (const auto& [partition, why] : view.not_seen()) {
    const auto count = unproved.find(partition);
    const std::uint64_t of_it = count == unproved.end() ? 0 : count->second;
    // A service that a shop does not use looks like one that is elsewhere.
    if (!why.noted && of_it == 0 && report.rows_not_seen == 0) continue;
    facts += of_it;
    said.emplace_back(partition, why);
    report.not_seen.push_back({partition, why.node, of_it});
  }
  if (said.empty()) return;
  std::string sentence = fmt::format("{}: no directory that was given has its records",
                                     names_of(said, view.identity()));
  if (said.size() > 1)
    sentence = fmt::format("{}: no directory that was given has their records",
                           names_of(said, view.identity()));
  if (facts > 0)
    sentence += fmt::format("; {} between sagas and those whom they ask could not be proved",
                            facts == 1 ? "one deed" : fmt::format("{} deeds", facts));
  if (report.rows_not_seen > 0)
    sentence += fmt::format(
        "; {} of the read models could not be proved",
        report.rows_not_seen == 1 ? "one row" : fmt::format("{} rows", report.rows_not_seen));
  report.not_checked.push_back(std::move(sentence));
}

}  // namespace souk::replay
