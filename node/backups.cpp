#include "node/backups.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "actors/core/messages.hpp"
#include "actors/core/threads.hpp"
#include "node/log_answers.hpp"
#include "store/disk_use.hpp"
#include "store/log_view.hpp"

namespace souk::node {
namespace {

namespace fs = std::filesystem;
using gateway::LogAnswer;
using gateway::LogOutcome;
using Made = gateway::BackUp::Made;

LogAnswer<Made> refused(std::string why) { return no<Made>(LogOutcome::refused, std::move(why)); }

bool stands_in(const fs::path& inner, const fs::path& outer) {
  const auto [at, end] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return at == outer.end();
}

// What is wrong with `directory` as the place of a copy; ok if nothing is.
LogAnswer<Made> look_at(const fs::path& directory, const std::string& data) {
  const std::string name = directory.string();
  if (!directory.is_absolute())
    return refused("The directory '" + name +
                   "' is relative; write an absolute path, one of the node's machine.");
  std::error_code error;
  const fs::path parent = fs::canonical(directory.parent_path(), error);
  if (error || !fs::is_directory(parent, error))
    return refused("The folder " + directory.parent_path().string() +
                   " does not exist on the node's machine (or cannot be entered); make it, or "
                   "choose another directory.");
  if (!data.empty() && stands_in(parent, fs::weakly_canonical(data, error)))
    return refused("The directory " + name +
                   " lies within the data directory; a copy must stand outside of it.");
  if (fs::exists(fs::symlink_status(directory, error)))
    return no<Made>(LogOutcome::exists,
                    "There is something at " + name +
                        " already; a backup makes a new directory: choose another name.");
  if (access(parent.c_str(), W_OK | X_OK) != 0)
    return refused("The node may not write into " + parent.string() +
                   "; give its user the right to, or choose another directory.");
  return {};
}

Positions ends_of(const store::Log& log) {
  Positions ends;
  for (const PartitionId partition : store::partitions_of(log.identity()))
    if (const store::Offset next = log.next_offset(partition); next > 1) ends[partition] = next - 1;
  return ends;
}

LogAnswer<Made> make_now(const store::Log& log, const std::string& data, fs::path directory) {
  directory = directory.lexically_normal();
  if (!directory.has_filename()) directory = directory.parent_path();  // "/backups/monday/"
  if (auto wrong = look_at(directory, data); wrong.outcome != LogOutcome::ok) return wrong;
  const auto begin = std::chrono::steady_clock::now();
  Made made{directory.string(), ends_of(log)};
  if (const store::Status status = log.checkpoint(made.directory); !status.ok())
    return no<Made>(LogOutcome::failed, status.message());
  const store::DiskUse use = store::disk_use(made.directory);
  made.bytes = use.bytes;
  made.hard_linked_bytes = use.shared_bytes;
  made.took = {std::chrono::duration_cast<std::chrono::microseconds>(
                   std::chrono::steady_clock::now() - begin)
                   .count()};
  return {LogOutcome::ok, {}, std::move(made)};
}

}  // namespace

Backups::Backups(caf::actor_system& system, const store::Log& log, std::string data)
    : system_(system), log_(log), data_(std::move(data)), maker_(core::spawn_loader(system)) {}

void Backups::make(gateway::BackUp request) {
  if (running_->exchange(true))
    return request.done(no<Made>(
        LogOutcome::busy, "The node is making another backup; try again when that is done."));
  // Before the answer, so that whoever has it may ask for the next one.
  auto asker = std::make_shared<Asker<Made>>(
      [running = running_, done = std::move(request.done)](LogAnswer<Made> answer) {
        *running = false;
        done(std::move(answer));
      });
  caf::anon_send(maker_, core::Job{[this, asker, directory = std::move(request.directory)] {
                   asker->answer_by([&] { return make_now(log_, data_, directory); });
                 }});
}

void Backups::stop() { core::end(system_, maker_); }

}  // namespace souk::node
