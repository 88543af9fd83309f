// Walks through every moment that a model can reach, breadth first, so that the first broken
// promise comes with the shortest story of how it came to be.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

namespace souk::test {

// What can be walked through: moments (`World`, plain bytes without padding) and what happens
// between them (`Action`).
//
//   start            the first moment
//   next             all that can happen next and changes something; clears `steps` first
//   broken_promise   the first one as a sentence, empty if all hold
//   ended            what is to be done has been done; it must be reachable from every moment
//   ending           of a moment that has ended: how it did, in a word
//   describe_action  a line of the story
//
// Its tables may fill up while it is walked.
template <class M>
concept Walkable = std::has_unique_object_representations_v<typename M::World> &&
                           sizeof(typename M::World) %
                           8 ==
                       0 &&
                   requires(M model, const M& const_model, const typename M::World& world,
                            std::vector<std::pair<typename M::Action, typename M::World>>& steps,
                            typename M::Action action) {
  { const_model.start() } -> std::same_as<typename M::World>;
  model.next(world, steps);
  { const_model.broken_promise(world) } -> std::same_as<std::string>;
  { const_model.ended(world) } -> std::same_as<bool>;
  { const_model.ending(world) } -> std::convertible_to<std::string_view>;
  { const_model.describe_action(action) } -> std::same_as<std::string>;
};

struct WalkResult {
  struct Ending {
    std::size_t moments = 0;
    std::size_t terminal = 0;  // of them, nothing can change any more
  };
  std::size_t states = 0;
  std::size_t transitions = 0;
  std::map<std::string, Ending, std::less<>> endings;
  std::size_t stuck = 0;    // moments from which nothing leads to an end, whatever happens
  std::string stuck_story;  // the shortest story of one
  std::string broken;       // the first broken promise, with its story; the walk stops there

  Ending ending(std::string_view name) const {
    const auto found = endings.find(name);
    return found == endings.end() ? Ending{} : found->second;
  }
};

// One walk. A moment is kept once, and known by its number.
template <Walkable M>
class Walk {
 public:
  explicit Walk(M model) : model_(std::move(model)) {}
  Walk(const Walk&) = delete;  // numbers_ looks into moments_
  Walk& operator=(const Walk&) = delete;

  WalkResult run() {
    meet(model_.start(), 0, {});
    for (std::uint32_t at = 0; at < moments_.size() && result_.broken.empty(); ++at) visit(at);
    result_.states = moments_.size();
    result_.transitions = successors_.size();
    if (result_.broken.empty()) find_stuck();
    return std::move(result_);
  }

 private:
  using World = typename M::World;
  using Action = typename M::Action;

  struct Moment {
    World world;
    std::uint32_t from;
    Action by;
  };

  struct Hash {
    using is_transparent = void;
    const std::vector<Moment>* moments;
    std::size_t operator()(std::uint32_t at) const { return (*this)((*moments)[at].world); }
    std::size_t operator()(const World& world) const {
      std::uint64_t words[sizeof(World) / 8];
      std::memcpy(words, &world, sizeof(World));
      std::uint64_t hash = 0;
      for (const std::uint64_t word : words) {
        hash = (hash ^ word) * 0x9e3779b97f4a7c15;
        hash ^= hash >> 29;
      }
      return hash;
    }
  };
  struct Same {
    using is_transparent = void;
    const std::vector<Moment>* moments;
    bool operator()(std::uint32_t a, std::uint32_t b) const { return a == b; }
    bool operator()(const World& world, std::uint32_t at) const {
      return (*moments)[at].world == world;
    }
    bool operator()(std::uint32_t at, const World& world) const { return (*this)(world, at); }
  };

  // The moment's number, new or known.
  std::uint32_t meet(const World& world, std::uint32_t from, Action by) {
    if (const auto known = numbers_.find(world); known != numbers_.end()) return *known;
    const auto number = static_cast<std::uint32_t>(moments_.size());
    moments_.push_back({world, from, by});
    numbers_.insert(number);
    if (!result_.broken.empty()) return number;
    if (const auto broken = model_.broken_promise(world); !broken.empty())
      result_.broken = broken + story(number);
    return number;
  }

  void visit(std::uint32_t at) {
    const World world = moments_[at].world;
    first_successor_.push_back(successors_.size());
    model_.next(world, steps_);
    for (const auto& [action, next] : steps_) successors_.push_back(meet(next, at, action));
    if (!model_.ended(world)) return;
    auto& ending = result_.endings[std::string(model_.ending(world))];
    ++ending.moments;
    if (steps_.empty()) ++ending.terminal;
  }

  std::string story(std::uint32_t at) const {
    std::string text;
    for (; at != 0; at = moments_[at].from)
      text = "\n    " + model_.describe_action(moments_[at].by) + text;
    return text;
  }

  // Most transitions lead to higher numbers, so few sweeps from the back suffice.
  void find_stuck() {
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
    for (std::uint32_t at = 0; at < can_end.size(); ++at) {
      if (can_end[at]) continue;
      if (result_.stuck++ == 0) result_.stuck_story = story(at);
    }
  }

  M model_;
  std::vector<Moment> moments_;
  std::unordered_set<std::uint32_t, Hash, Same> numbers_{0, Hash{&moments_}, Same{&moments_}};
  std::vector<std::uint32_t> successors_;  // of all moments, one after the other
  std::vector<std::size_t> first_successor_;
  std::vector<std::pair<Action, World>> steps_;
  WalkResult result_;
};

template <Walkable M>
WalkResult walk(M model) {
  return Walk<M>(std::move(model)).run();
}

}  // namespace souk::test
