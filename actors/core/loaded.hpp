// An aggregate as it is read back: snapshot, then the records after it, folded. The same code runs
// at every start, after a crash and after an aggregate had left memory: recovery by replay is the
// only error path.
#pragma once

#include <memory>
#include <string>

#include "actors/history/fold.hpp"
#include "store/log.hpp"

namespace souk::core {

template <class A>
struct Loaded : history::Folded<A> {
  store::Status status;
  std::shared_ptr<store::Stream> stream;
};

// Loads an aggregate. May wait for the disk: not for a scheduler thread.
template <class A>
std::shared_ptr<Loaded<A>> load(store::Log& log, PartitionId partition, const std::string& id) {
  auto loaded = std::make_shared<Loaded<A>>();
  auto stream = log.open_stream(partition, id);
  if (!stream.ok()) {
    loaded->status = stream.status();
    return loaded;
  }
  loaded->stream = *stream;
  history::Folded<A>& folded = *loaded;
  auto snapshot = log.snapshot(partition, id, history::snapshot_version<A>());
  if (snapshot.ok() && *snapshot) history::begin_with<A>(**snapshot, folded);
  std::string broken;
  loaded->status =
      log.read_stream(partition, id, folded.last_offset, [&](const store::RecordView& record) {
        if (broken.empty() && !history::fold_record<A>(record, folded))
          broken = "Record " + std::to_string(record.offset) + " of " +
                   std::string(name_of(partition.service)) + "/" +
                   std::to_string(partition.number) +
                   " is not one of its service's; was it written by a newer souk?";
      });
  if (loaded->status.ok() && !broken.empty())
    loaded->status = store::Status(store::Code::corruption, broken);
  return loaded;
}

// The same; an exception (out of memory, a bad `evolve`) becomes the status, so that whoever waits
// always hears.
template <class A>
std::shared_ptr<Loaded<A>> load_or_say_why(store::Log& log, PartitionId partition,
                                           const std::string& id) {
  try {
    return load<A>(log, partition, id);
  } catch (const std::exception& error) {
    auto failed = std::make_shared<Loaded<A>>();
    failed->status =
        store::Status(store::Code::io_error, "Reading " + id + " back failed: " + error.what());
    return failed;
  }
}

}  // namespace souk::core
