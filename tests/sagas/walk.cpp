#include "tests/sagas/walk.hpp"

#include <cstring>
#include <unordered_map>
#include <vector>

namespace souk::test {
namespace {

struct HashWorld {
  std::size_t operator()(const World& world) const {
    std::uint64_t words[sizeof(World) / 8];
    static_assert(sizeof(words) == sizeof(World));
    std::memcpy(words, &world, sizeof(World));
    std::uint64_t hash = 0;
    for (const std::uint64_t word : words) {
      hash = (hash ^ word) * 0x9e3779b97f4a7c15;
      hash ^= hash >> 29;
    }
    return hash;
  }
};

class Walk {
 public:
  Walk(const Scenario& scenario, const Rules& rules) : model_(scenario, rules) {}

  WalkResult run() {
    meet(model_.start(), 0, {});
    for (std::uint32_t at = 0; at < moments_.size() && result_.broken.empty(); ++at) visit(at);
    result_.states = moments_.size();
    result_.transitions = successors_.size();
    if (result_.broken.empty()) result_.stuck = count_stuck();
    return result_;
  }

 private:
  struct Moment {
    World world;
    std::uint32_t from;
    Action by;
  };

  // The moment's number, new or known.
  std::uint32_t meet(const World& world, std::uint32_t from, Action by) {
    const auto number = static_cast<std::uint32_t>(moments_.size());
    const auto [at, added] = numbers_.try_emplace(world, number);
    if (!added) return at->second;
    moments_.push_back({world, from, by});
    if (const auto broken = model_.broken_promise(world); !broken.empty() && result_.broken.empty())
      result_.broken = broken + story(number);
    return number;
  }

  void visit(std::uint32_t at) {
    const World world = moments_[at].world;
    first_successor_.push_back(successors_.size());
    model_.next(world, steps_);
    for (const auto& [action, next] : steps_) successors_.push_back(meet(next, at, action));
    if (!model_.ended(world)) return;
    ++result_.ended;
    if (!steps_.empty()) return;
    ++(model_.confirmed(world) ? result_.terminal_confirmed : result_.terminal_cancelled);
  }

  std::string story(std::uint32_t at) const {
    std::string text;
    for (; at != 0; at = moments_[at].from)
      text = "\n    " + model_.describe_action(moments_[at].by) + text;
    return text;
  }

  // Moments from which no way leads to the saga's end. Most transitions lead to higher numbers, so
  // few sweeps from the back suffice.
  std::size_t count_stuck() {
    first_successor_.push_back(successors_.size());
    std::vector<bool> can_end(moments_.size());
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t at = moments_.size(); at-- > 0;) {
        if (can_end[at]) continue;
        bool can = model_.ended(moments_[at].world);
        for (std::size_t s = first_successor_[at]; s < first_successor_[at + 1] && !can; ++s)
          can = can_end[successors_[s]];
        changed = changed || can;
        can_end[at] = can;
      }
    }
    std::size_t stuck = 0;
    for (const bool can : can_end) stuck += can ? 0 : 1;
    return stuck;
  }

  Model model_;
  std::vector<Moment> moments_;
  std::unordered_map<World, std::uint32_t, HashWorld> numbers_;
  std::vector<std::uint32_t> successors_;  // of all moments, one after the other
  std::vector<std::size_t> first_successor_;
  std::vector<std::pair<Action, World>> steps_;
  WalkResult result_;
};

}  // namespace

WalkResult walk(const Scenario& scenario, const Rules& rules) {
  return Walk(scenario, rules).run();
}

}  // namespace souk::test
