#include "node/placement_note.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "store/keys.hpp"

namespace souk::node {
namespace {

using Json = nlohmann::ordered_json;
using store::Status;

constexpr const char* kWhatToDo =
    "take back the change to the configuration's nodes, roles or partitions; data cannot be moved "
    "to other nodes yet, so a cluster of other nodes begins with empty directories";

Status refused(std::string why) { return {store::Code::wrong_cluster, std::move(why)}; }

struct Note {
  std::string node;
  std::map<std::string, std::vector<std::string>> owners;  // by service
};

std::optional<Note> parse(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("node") || !json.contains("owners")) return std::nullopt;
  try {
    return Note{json["node"].get<std::string>(), json["owners"].get<decltype(Note::owners)>()};
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

// The partitions of which the note says otherwise. Services that either does not know are new.
std::vector<PartitionId> moved(const Note& note, const cluster::Placement& placement) {
  std::vector<PartitionId> found;
  for (const Service service : kServices) {
    const auto noted = note.owners.find(std::string(name_of(service)));
    if (noted == note.owners.end()) continue;
    const auto& now = placement.owners(service);
    for (std::size_t number = 0; number < std::min(now.size(), noted->second.size()); ++number)
      if (now[number] != noted->second[number])
        found.push_back({service, static_cast<std::uint16_t>(number)});
  }
  return found;
}

// " (and 3 others)", behind the first of them.
std::string and_others(std::size_t count) {
  if (count < 2) return {};
  return count == 2 ? " (and another one)" : fmt::format(" (and {} others)", count - 1);
}

Status check_note(const Note& note, const std::string& node, const cluster::Placement& placement) {
  if (note.node != node)
    return refused(fmt::format(
        "The data directory is node \"{}\"'s, and this is node \"{}\"; start it with --node {}, or "
        "give node {} a directory of its own.",
        note.node, node, note.node, node));
  const auto partitions = moved(note, placement);
  if (partitions.empty()) return {};
  const PartitionId first = partitions.front();
  return refused(fmt::format(
      "The data of partition {}{} lies on node \"{}\", and the configuration gives it to node "
      "\"{}\"; {}.",
      store::display(first), and_others(partitions.size()),
      note.owners.at(std::string(name_of(first.service)))[first.number], placement.owner(first),
      kWhatToDo));
}

}  // namespace

std::string write_placement_note(const std::string& node, const cluster::Placement& placement) {
  Json note = {{"node", node}, {"owners", Json::object()}};
  for (const Service service : kServices)
    note["owners"][std::string(name_of(service))] = placement.owners(service);
  return note.dump();
}

store::Result<Remembered> remembered(const store::Log& log) {
  Remembered directory;
  auto note = log.note(kPlacementNote);
  if (!note.ok()) return note.status();
  directory.note = std::move(*note);
  for (const PartitionId partition : store::partitions_of(log.identity()))
    if (log.next_offset(partition) > 1) directory.with_records.push_back(partition);
  return directory;
}

store::Result<Remembered> remembered(const store::LogView& view) {
  Remembered directory;
  auto note = view.note(kPlacementNote);
  if (!note.ok()) return note.status();
  directory.note = std::move(*note);
  for (const PartitionId partition : store::partitions_of(view.identity())) {
    const auto last = view.last(partition);
    if (!last.ok() && last.status().code() != store::Code::corruption) return last.status();
    if (!last.ok() || *last != store::kNoOffset) directory.with_records.push_back(partition);
  }
  return directory;
}

Status check_remembered(const Remembered& directory, const std::string& node,
                        const cluster::Placement& placement) {
  if (directory.note) {
    const auto note = parse(*directory.note);
    if (!note)
      return {store::Code::corruption,
              "The data directory's note of who owns which partition is not what was written; "
              "restore the directory from a copy."};
    if (Status status = check_note(*note, node, placement); !status.ok()) return status;
  }
  std::vector<PartitionId> foreign;
  for (const PartitionId partition : directory.with_records)
    if (placement.owner(partition) != node) foreign.push_back(partition);
  if (foreign.empty()) return {};
  return refused(fmt::format(
      "The data directory holds records of partition {}{}, and the configuration gives it to node "
      "\"{}\", not to this node, \"{}\"; {}.",
      store::display(foreign.front()), and_others(foreign.size()), placement.owner(foreign.front()),
      node, kWhatToDo));
}

Status take_place(store::Log& log, const std::string& node, const cluster::Placement& placement) {
  const auto directory = remembered(log);
  if (!directory.ok()) return directory.status();
  if (Status status = check_remembered(*directory, node, placement); !status.ok()) return status;
  std::string note = write_placement_note(node, placement);
  if (directory->note == note) return {};
  return log.put_note(kPlacementNote, std::move(note));
}

}  // namespace souk::node
