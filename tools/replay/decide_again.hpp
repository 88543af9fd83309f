// Feeds the recorded commands to today's deciders, each on the state that the records before it
// made: what would a change of the code have done to history?
//
// After a decision that differs, the stream goes on with what is recorded, so each difference is
// one of that decision alone.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "events/ids.hpp"
#include "store/log_view.hpp"

namespace souk::replay {

struct DecideAgainOptions {
  Time since;  // decisions before it are only folded; not set: all are asked again
  unsigned threads = 1;
  std::size_t kept_max = 1'000;  // differences that are kept one by one; all are counted
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
  const std::atomic<bool>* stop = nullptr;
};

// One decision that today's code would not make.
struct Redecision {
  PartitionId partition;
  store::Offset offset = store::kNoOffset;
  std::string stream;
  Time time;
  std::string command_id;
  std::string correlation_id;
  std::string command;   // "hold"
  std::string recorded;  // "held", "refused: out_of_stock", "nothing changed"
  std::string today;
  std::string detail;  // where both have the same events: the first that differs, as JSON
};

// All that differ in the same way.
struct RedecisionGroup {
  Service service = Service::order;
  std::string command, recorded, today;
  std::uint64_t count = 0;
  Redecision first;  // the earliest of them by time
};

struct DecideAgainReport {
  std::uint64_t records = 0;  // read
  std::uint64_t asked = 0;    // decided again
  std::uint64_t same = 0;
  std::uint64_t not_recorded = 0;       // their commands were not kept (--no-log-commands)
  std::uint64_t unreadable = 0;         // commands or events that today's code does not know
  std::vector<RedecisionGroup> groups;  // the most frequent first
  std::vector<Redecision> differences;  // those kept, by time
  std::vector<std::string> damage;      // what could not be read; one sentence each
  double seconds = 0;
  bool stopped = false;
  bool differs() const { return !groups.empty() || unreadable > 0 || !damage.empty(); }
};

DecideAgainReport decide_again(const store::LogView& view, const DecideAgainOptions& options);

// For people, and one JSON object.
std::string decide_again_text(const DecideAgainReport& report, bool colours);
std::string decide_again_json(const DecideAgainReport& report);

}  // namespace souk::replay
