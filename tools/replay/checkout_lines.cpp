// The lines of an order's timeline: one a record, or one for many that are alike.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "actors/checkout/steps.hpp"
#include "actors/model/saga.hpp"
#include "events/upcast.hpp"
#include "tools/replay/checkout_story.hpp"
#include "tools/replay/texts.hpp"
#include "tools/replay/wording.hpp"
#include "tools/shared/printable.hpp"

namespace souk::replay {
namespace {

constexpr std::size_t kAlikeMax = 3;   // more of them become one line
constexpr std::size_t kSkusNamed = 3;  // on such a line

// A line that may yet be joined with others.
struct Draft {
  StoryLine line;
  const Entry* entry = nullptr;
  std::uint16_t event = 0;  // its tag
  bool may_fold = false;
};

class Lines {
 public:
  Lines(const StreamRef& checkout, const checkout::State& state, bool all)
      : checkout_(checkout), state_(state), all_(all) {}

  void add(const Entry& entry) {
    if (is_own(entry)) fold_wave();
    wave_.push_back(draft(entry));
  }

  std::vector<StoryLine> take() {
    fold_wave();
    return std::move(lines_);
  }

 private:
  bool is_own(const Entry& entry) const {
    return entry.partition == checkout_.partition && entry.record.stream == checkout_.id;
  }

  Draft draft(const Entry& entry) {
    const store::Record& record = entry.record;
    const Service service = entry.partition.service;
    Draft draft{{.at = record.time,
                 .depth = is_own(entry) ? 0 : 1,
                 .who = is_own(entry)
                            ? "checkout"
                            : fmt::format("{} {}", name_of(service), cli::printable(record.stream)),
                 .what = record_words(service, view_of(entry), checkout_.id)},
                &entry};
    if (record.refusal != 0) draft.line.tone = Tone::bad;
    if (const std::string whose = dead_letters_of(entry); !whose.empty()) {
      draft.line.what += fmt::format(" ({})", whose);
      draft.line.tone = Tone::bad;
    }
    if (const std::string who = client_of(entry); !who.empty()) draft.line.what += " " + who;
    if (const std::string odd = oddness(entry); !odd.empty()) {
      draft.line.what += " " + odd;
      draft.line.tone = Tone::bad;
    }
    if (record.events.size() == 1) {
      draft.event = record.events.front().tag;
      draft.may_fold = !all_ && service == Service::stock && draft.line.tone == Tone::plain;
    }
    return draft;
  }

  // Whom the dead letters in a record of the checkout are for.
  std::string dead_letters_of(const Entry& entry) const {
    if (!is_own(entry)) return {};
    std::vector<checkout::Event> events;
    for (const store::Payload& stored : entry.record.events)
      if (!codec::read_event(stored.tag, stored.bytes, events)) return {};
    std::string names;
    for (const checkout::Event& event : events)
      if (const auto* letters = std::get_if<checkout::DeadLettered>(&event))
        for (const StepRef& step : letters->steps)
          names +=
              (names.empty() ? "" : ", ") + cli::shortened(checkout::subject_of(state_, step), 16);
    return cli::shortened(names, 60);
  }

  // What somebody did to it under the order's id, such as a refund.
  std::string client_of(const Entry& entry) const {
    const std::string& id = entry.record.command_id;
    if (is_own(entry) || id.empty() || !parse_step_id(id).saga.empty()) return {};
    return fmt::format("<- a client ({})", cli::printable(id));
  }

  // What is not as it goes when nothing goes wrong.
  std::string oddness(const Entry& entry) {
    const store::Record& record = entry.record;
    if (is_own(entry) || parse_step_id(record.command_id).saga.empty()) return {};
    const auto key = std::tuple(entry.partition, record.stream, record.command_id, record.intent);
    if (!asked_.insert(key).second) return "(asked again)";
    const bool is_hold = entry.partition.service != Service::order;
    const bool is_undo = record.intent == static_cast<std::uint8_t>(Intent::undo);
    if (is_hold && is_undo && record.events.empty() && record.refusal == 0)
      return "(it had not been held)";
    return {};
  }

  // Those who were asked side by side stand in the order in which they decided, not in the one in
  // which that was written.
  void sort_wave() {
    const auto begin = std::ranges::find(wave_, 1, [](const Draft& one) { return one.line.depth; });
    std::ranges::stable_sort(begin, wave_.end(), {}, [](const Draft& one) { return one.line.at; });
  }

  // Lines of many SKUs that say the same become one, in the place of the first.
  void fold_wave() {
    sort_wave();
    std::map<std::uint16_t, std::vector<const Draft*>> alike;
    for (const Draft& one : wave_)
      if (one.may_fold) alike[one.event].push_back(&one);
    for (const Draft& one : wave_) {
      const auto found = one.may_fold ? alike.find(one.event) : alike.end();
      if (found == alike.end() || found->second.size() <= kAlikeMax)
        lines_.push_back(one.line);
      else if (found->second.front() == &one)
        lines_.push_back(folded(found->second));
    }
    wave_.clear();
  }

  static std::int64_t units_in(const Entry& entry) {
    std::vector<stock::Event> events;
    const store::Payload& stored = entry.record.events.front();
    if (!codec::read_event(stored.tag, stored.bytes, events)) return 0;
    std::int64_t units = 0;
    for (const auto& event : events)
      if (const auto* held = std::get_if<stock::Held>(&event))
        units += held->units.value;
      else if (const auto* settled = std::get_if<stock::Settled>(&event))
        units += settled->units.value;
      else if (const auto* released = std::get_if<stock::Released>(&event))
        units += released->units.value;
    return units;
  }

  static StoryLine folded(const std::vector<const Draft*>& alike) {
    std::int64_t units = 0;
    std::string skus;
    Time last = alike.front()->line.at;
    for (std::size_t i = 0; i < alike.size(); ++i) {
      units += units_in(*alike[i]->entry);
      last = std::max(last, alike[i]->line.at);
      if (i < kSkusNamed)
        skus += (i == 0 ? "" : ", ") + cli::shortened(alike[i]->entry->record.stream, 16);
    }
    const std::string what = alike.front()->line.what;
    StoryLine line = alike.front()->line;
    line.who = fmt::format("stock of {} SKUs", alike.size());
    line.what = fmt::format("{} {}: {}, ...", what.substr(0, what.find_first_of(" :")),
                            counted(units, "unit", "units"), skus);
    if (last - line.at > milliseconds(1))
      line.what += fmt::format(" (in {})", span_text(last - line.at));
    return line;
  }

  const StreamRef& checkout_;
  const checkout::State& state_;
  bool all_;
  std::vector<Draft> wave_;  // since the checkout's last record
  std::vector<StoryLine> lines_;
  std::set<std::tuple<PartitionId, std::string, std::string, std::uint8_t>> asked_;
};

}  // namespace

std::vector<StoryLine> checkout_lines(const StreamRef& checkout, const Gathered& gathered,
                                      bool all) {
  Lines lines(checkout, gathered.state, all);
  for (const Entry& entry : gathered.entries) lines.add(entry);
  return lines.take();
}

}  // namespace souk::replay
