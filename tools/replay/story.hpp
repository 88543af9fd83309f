// What happened to something, ready to be shown.
#pragma once

#include <string>
#include <vector>

#include "events/ids.hpp"
#include "tools/replay/entry.hpp"

namespace souk::replay {

enum class Tone { plain, good, waiting, bad };

// One line of a timeline, for one record or for several that are alike.
struct StoryLine {
  Time at;
  int depth = 0;  // 0: the order's own checkout, 1: whom it asked
  std::string who;
  std::string what;
  Tone tone = Tone::plain;
};

// One line of an aggregate's own history.
struct Movement {
  Time at;
  std::string what;
  std::string left;  // what was there after it: "84.70 GBP"
  std::string by;
  Tone tone = Tone::plain;
};

// "souk-replay <command>", and what it shows; empty: the same as the one before.
struct Hint {
  std::string command;
  std::string shows;
};

// Sentences end with a full stop. Regular value.
struct Story {
  std::string subject;             // "order 536365 of customer 17850"
  std::string outcome;             // "CONFIRMED in 12.3 ms"
  Tone tone = Tone::plain;         // of the outcome
  std::vector<std::string> facts;  // lines under the title
  Time began;                      // what the timeline counts from
  std::vector<StoryLine> timeline;
  std::vector<Movement> movements;
  std::string left_title;             // of the movements: "balance"
  std::vector<std::string> verdict;   // plain sentences
  std::vector<std::string> warnings;  // what does not fit together
  std::vector<Hint> next;             // commands that go on from here
  std::vector<Entry> records;         // all that it was told from
};

// For people; `colours` adds escapes. `where` is put behind the commands that go on: "--data shop".
std::string story_text(const Story& story, bool colours, const std::string& where);

// One JSON object: subject, outcome, verdict, warnings, records.
std::string story_json(const Story& story);

}  // namespace souk::replay
