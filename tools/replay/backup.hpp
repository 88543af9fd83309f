// Copies of a log: of a node that runs, which makes them itself, or of a directory that no node has
// open; and back. The work behind souk-replay's `backup` and `restore`.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "events/positions.hpp"
#include "store/backup.hpp"

namespace souk::replay {

// What now stands in a directory.
struct CopyReport {
  std::string source;  // "the node at http://127.0.0.1:8080", or a directory
  std::string directory;
  Positions position;              // everything up to here is in it; a running node's may hold more
  std::uint64_t bytes = 0;         // of its files
  std::uint64_t shared_bytes = 0;  // of those: that are the source's as well, by hard links
  double seconds = 0;
};

struct BackupOptions {
  std::string directory;  // to make; a relative one stands where this program runs
  std::string data;       // of what; empty: of the node at `url`. If a node has it open: of that
  std::string url;        // as cli::checked_url returns it
  store::BackupProgress progress = [](std::uint64_t, std::uint64_t) { return true; };  // of copying
};

// Throws Failure: kExitBadInput (the directory will not do), kExitSomeFailed (a backup is running
// already, or the copy is damaged as the source is), kExitUnreachable, kExitInterrupted (`progress`
// said stop).
CopyReport make_backup(const BackupOptions& options);

struct RestoreOptions {
  std::string backup;
  std::string directory;  // to make, or an empty one
  store::BackupProgress progress = [](std::uint64_t, std::uint64_t) { return true; };
  // Proves the directory, and says what it found; false: something is wrong. Null: no proof.
  std::function<bool(const std::string& directory)> verify;
};

enum class Proof { none, sound, unsound };
struct RestoreReport {
  CopyReport copy;
  Proof proof = Proof::none;
};

// Throws Failure as make_backup does. What does not verify stays, to be looked at.
RestoreReport restore_backup(const RestoreOptions& options);

// For people, in a few lines; and one JSON object each.
std::string backup_text(const CopyReport& report);
std::string backup_json(const CopyReport& report);
std::string restore_text(const RestoreReport& report);
std::string restore_json(const RestoreReport& report);

}  // namespace souk::replay
