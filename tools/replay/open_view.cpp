#include "tools/replay/open_view.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "store/directory_view.hpp"
#include "tools/replay/failure.hpp"
#include "tools/replay/joined_view.hpp"
#include "tools/replay/node_view.hpp"

namespace souk::replay {

void fail_to_open(const store::Status& status) {
  std::string sentence = status.message();
  while (sentence.ends_with('.')) sentence.pop_back();
  // `invalid`: each can be opened, and they do not belong together.
  throw Failure(status.code() == store::Code::invalid ? kExitBadInput : kExitUnreachable, sentence);
}

namespace {

std::unique_ptr<store::DirectoryView> open_directory(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    throw Failure(kExitUnreachable, fmt::format("there is no directory {}", path));
  if (!std::filesystem::is_directory(path, ignored))
    throw Failure(
        kExitUnreachable,
        fmt::format("{} is no directory; name the one that souk-node has as --data", path));
  auto view = store::DirectoryView::open(path);
  if (!view.ok()) fail_to_open(view.status());
  if ((*view)->identity().partitions.empty())
    throw Failure(kExitUnreachable, fmt::format("{} holds no log yet", path));
  return std::move(*view);
}

}  // namespace

std::unique_ptr<store::LogView> open_directories(const std::vector<std::string>& paths) {
  std::vector<std::unique_ptr<store::DirectoryView>> parts;
  for (const std::string& path : paths) parts.push_back(open_directory(path));
  auto joined = JoinedView::join(std::move(parts));
  if (!joined.ok()) fail_to_open(joined.status());
  return std::move(*joined);
}

std::unique_ptr<store::LogView> open_view(const Options& options) {
  if (!options.data.empty()) return open_directories(options.data);
  auto view = NodeView::connect(options.url);
  if (!view.ok()) fail_to_open(view.status());
  return std::move(*view);
}

}  // namespace souk::replay
