#include "cluster/unanswered.hpp"

namespace souk::cluster {

bool Unanswered::is_silent(const Lane& lane, Time now) const {
  return (lane.unheard > 0 || lane.given_up) && now - lane.silent_since > options_.breaker_after;
}

Unanswered::Admission Unanswered::admit(std::uint8_t number, std::size_t bytes, bool gives_up,
                                        Time now) {
  Lane& lane = lanes_.at(number);
  if (lane.bytes > 0 && lane.bytes + bytes > options_.window_bytes) return Admission::window_full;
  if (!gives_up || !is_silent(lane, now)) return Admission::yes;
  if (now - lane.probed < options_.probe_every) return Admission::breaker_open;
  lane.probed = now;
  return Admission::yes;
}

std::uint64_t Unanswered::add(Asker asker, std::size_t bytes, Time until, Time now) {
  Lane& lane = lanes_.at(asker.lane);
  if (lane.unheard == 0 && !lane.given_up) lane.silent_since = now;
  ++lane.unheard;
  lane.bytes += bytes;
  if (!until.is_set()) until = now + options_.forget_after;
  entries_.emplace(++last_, Entry{std::move(asker), bytes, until, false});
  oldest_first_.push_back(last_);
  return last_;
}

const Unanswered::Asker* Unanswered::find(std::uint64_t number) const {
  const auto found = entries_.find(number);
  return found == entries_.end() ? nullptr : &found->second.asker;
}

void Unanswered::hear(Entry& entry, Time now) {
  Lane& lane = lanes_[entry.asker.lane];
  lane.silent_since = now;
  lane.given_up = false;
  if (!entry.heard) --lane.unheard;
  entry.heard = true;
}

void Unanswered::heard(std::uint64_t number, Time now) {
  if (const auto found = entries_.find(number); found != entries_.end()) hear(found->second, now);
}

void Unanswered::answered(std::uint64_t number, Time now) {
  const auto found = entries_.find(number);
  if (found == entries_.end()) return;
  hear(found->second, now);
  drop(found);
}

void Unanswered::drop(std::unordered_map<std::uint64_t, Entry>::iterator at) {
  Lane& lane = lanes_[at->second.asker.lane];
  lane.bytes -= at->second.bytes;
  if (!at->second.heard) --lane.unheard;
  entries_.erase(at);
}

// The oldest stand first. Those that wait longer than others go to the end, and are looked at again
// in the next round; each call looks at each number once at most.
void Unanswered::forget(Time now) {
  for (std::size_t left = oldest_first_.size(); left > 0; --left) {
    const std::uint64_t number = oldest_first_.front();
    const auto found = entries_.find(number);
    if (found != entries_.end()) {
      if (now < found->second.until) {
        if (now + options_.forget_after >= found->second.until) break;
        oldest_first_.push_back(number);
      } else {
        Lane& lane = lanes_[found->second.asker.lane];
        lane.given_up |= !found->second.heard && is_silent(lane, now);
        drop(found);
      }
    }
    oldest_first_.pop_front();
  }
}

void Unanswered::take_all(const std::function<void(const Asker&)>& f) {
  auto entries = std::move(entries_);
  entries_.clear();
  oldest_first_.clear();
  lanes_ = {};
  for (const auto& [number, entry] : entries) f(entry.asker);
}

std::size_t Unanswered::bytes() const {
  std::size_t bytes = 0;
  for (const Lane& lane : lanes_) bytes += lane.bytes;
  return bytes;
}

std::vector<std::uint8_t> Unanswered::silent(Time now) const {
  std::vector<std::uint8_t> silent;
  for (std::uint8_t lane = 0; lane < kLanes; ++lane)
    if (is_silent(lanes_[lane], now)) silent.push_back(lane);
  return silent;
}

Duration Unanswered::silence(std::uint8_t lane, Time now) const {
  return now - lanes_.at(lane).silent_since;
}

}  // namespace souk::cluster
