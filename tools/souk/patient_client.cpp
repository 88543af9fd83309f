#include "tools/souk/patient_client.hpp"

#include <algorithm>
#include <thread>

namespace souk::cli {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

PatientClient::PatientClient(const std::string& url, const RetryPolicy& policy,
                             const std::atomic<bool>& stop, std::uint32_t seed)
    : node_(url), policy_(policy), stop_(stop), random_(seed) {}

HttpAnswer PatientClient::send(Method method, const std::string& path, const std::string& json) {
  const Clock::time_point give_up = Clock::now() + policy_.retry_for;
  milliseconds delay = policy_.first_delay;
  for (;;) {
    HttpAnswer answer = node_.send(method, path, json);
    if (!worth_repeating(answer)) return answer;
    milliseconds wait = jittered(delay);
    if (answer.retry_after) wait = std::max<milliseconds>(wait, *answer.retry_after);
    if (stopped() || Clock::now() + wait > give_up) return answer;
    pause(wait);
    if (stopped()) return answer;
    delay = std::min(delay * 2, policy_.delay_max);
    ++retries_;
  }
}

bool PatientClient::worth_repeating(const HttpAnswer& answer) {
  return !answer.answered() || answer.status == 429 || answer.status == 502 ||
         answer.status == 503 || answer.status == 504;
}

void PatientClient::pause(milliseconds time) const {
  constexpr milliseconds kSlice{20};  // how late a stop may be noticed
  const Clock::time_point end = Clock::now() + time;
  while (!stopped() && Clock::now() < end)
    std::this_thread::sleep_for(
        std::min<Clock::duration>(kSlice, std::max(end - Clock::now(), Clock::duration::zero())));
}

milliseconds PatientClient::jittered(milliseconds delay) {
  std::uniform_int_distribution<milliseconds::rep> draw(delay.count() / 2, delay.count());
  return milliseconds(draw(random_));
}

}  // namespace souk::cli
