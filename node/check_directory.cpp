#include "node/check_directory.hpp"

#include <fmt/format.h>

#include "node/placement_note.hpp"
#include "store/directory_view.hpp"

namespace souk::node {
namespace {

// What Log::open would say, in fewer words.
std::optional<std::string> misfit_of_identity(const store::Identity& found,
                                              const cluster::ClusterConfig& config) {
  if (found.cluster_id != config.id)
    return fmt::format("it belongs to cluster \"{}\", not to \"{}\"", found.cluster_id, config.id);
  for (const auto& [service, count] : found.partitions)
    if (const auto wanted = config.partitions.at(service); wanted != count)
      return fmt::format("it has {} partitions of service {}, and the configuration says {}", count,
                         name_of(service), wanted);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> misfit_of_directory(const Config& config) {
  const auto view = store::DirectoryView::open(config.self().data);
  if (view.status().code() == store::Code::not_found) return std::nullopt;
  if (!view.ok()) return view.status().message();
  if (auto misfit = misfit_of_identity((*view)->identity(), config.cluster); misfit) return misfit;
  const auto directory = remembered(**view);
  if (!directory.ok()) return directory.status().message();
  const auto status = check_remembered(*directory, config.name, config.placement);
  return status.ok() ? std::nullopt : std::optional(status.message());
}

}  // namespace souk::node
