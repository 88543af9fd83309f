// What the projector does at the start, and how a rebuild becomes live.
#include <algorithm>

#include <spdlog/spdlog.h>

#include "actors/core/read_models/builder.hpp"
#include "actors/core/read_models/projector.hpp"
#include "actors/core/threads.hpp"

namespace souk::core {
namespace {

constexpr Duration kSweepAfter = seconds(60);    // how long an old generation's file stays
constexpr Duration kKeepReplaced = seconds(59);  // at the least; a little less than kSweepAfter
constexpr Duration kLogEvery = seconds(5);
constexpr Duration kStartAgainFirst = seconds(1);
constexpr Duration kStartAgainMax = seconds(300);
constexpr Duration kListenMax = seconds(10);  // then it is built without those not heard
constexpr Duration kListenAgain = milliseconds(50);
constexpr Duration kCloserWithin = seconds(10);  // then a rebuild gives up

constexpr const char* kBeingBuilt =
    "The read models are being built from the log; try again shortly.";

double in_seconds(Duration duration) { return static_cast<double>(duration.micros) / 1e6; }

}  // namespace

ModelsOptions Projector::models_options() const {
  ModelsOptions options;
  options.cancelled = cancelled_.get();
  return options;
}

void Projector::start() {
  auto opened = Generations::open(data_);
  if (!opened.ok()) {
    serving_->set("", opened.status().message());
    spdlog::error("{}", opened.status().message());
    return start_later();
  }
  generations_.emplace(std::move(*opened));
  const auto current = generations_->current();
  generations_->keep_only(current ? std::vector{*current} : std::vector<std::uint64_t>{});
  store::Status status = current ? open_live(*current) : create_live();
  listening_ = !status.ok() && listens_for_nodes();
  if (status.ok()) return pull_after({});
  const bool same_log =
      status.code() == store::Code::newer_format || status.code() == store::Code::corruption;
  older_ = current && same_log ? generations_->path_of(*current) : std::string();

  // A file of another version stays readable until its successor is there.
  if (current && status.code() == store::Code::newer_format)
    serving_->set(generations_->path_of(*current), "");
  else
    serving_->set("", kBeingBuilt);
  if (listening_) {
    generations_.reset();
    return pull_after(kListenAgain);
  }
  if (status.code() != store::Code::not_found) spdlog::warn("{}", status.message());
  if (status = start_build(); !status.ok()) {
    serving_->set("", status.message());
    spdlog::error("the read models cannot be built: {}", status.message());
    start_later();
  }
}

// Later and later: a rebuild that cannot succeed must not fill the disk again and again.
void Projector::start_later() {
  generations_.reset();
  start_again_ = std::clamp(Duration{2 * start_again_.micros}, kStartAgainFirst, kStartAgainMax);
  pull_after(start_again_);
}

// True for a while at the start, if nothing is known yet of some node's partitions: what is built
// now would lack them, and those who read would see it.
bool Projector::listens_for_nodes() {
  const Time now = runtime_.clock.now();
  if (!listening_since_.is_set()) listening_since_ = now;
  if (now - listening_since_ >= kListenMax) return false;
  return std::ranges::any_of(partitions_, [this](PartitionId partition) {
    return log_.next_offset(partition) == store::kNoOffset;
  });
}

store::Status Projector::open_live(std::uint64_t generation) {
  const std::string path = generations_->path_of(generation);
  auto models = Models::open(path, log_.identity().cluster_id, models_options());
  if (!models.ok()) return models.status();
  if (!fits_log(**models))
    return {store::Code::invalid,
            "The read models in " + path +
                " are ahead of the log, which was put back from a copy; they are built anew."};
  live_ = {generation, std::move(*models)};
  serving_->set(path, "");
  return {};
}

// Right away for an empty log; otherwise they have to be built first.
store::Status Projector::create_live() {
  if (!log_is_empty()) return {store::Code::not_found, "There are no read models yet."};
  const std::uint64_t generation = generations_->fresh();
  const std::string path = generations_->path_of(generation);
  auto models = Models::create(path, log_.identity().cluster_id, runtime_.clock.now(), BulkLoad::no,
                               models_options());
  if (!models.ok()) return models.status();
  if (const store::Status status = generations_->publish(generation); !status.ok()) return status;
  live_ = {generation, std::move(*models)};
  serving_->set(path, "");
  return {};
}

// And known to be.
bool Projector::log_is_empty() const {
  return std::ranges::all_of(
      partitions_, [this](PartitionId partition) { return log_.next_offset(partition) == 1; });
}

// As far as it is known; the rest is found when the next records are asked for.
bool Projector::fits_log(const Models& models) const {
  for (const auto& [partition, offset] : models.positions()) {
    const store::Offset next = log_.next_offset(partition);
    if (offset >= next && (next != store::kNoOffset || !log_.is_remote(partition))) return false;
  }
  return true;
}

// The models are ahead of another node's log: it was put back from a copy, and its offsets mean
// other records now.
void Projector::build_from_another_log(PartitionId partition) {
  spdlog::warn(
      "the read models are ahead of the log of {}/{}, which was put back from a copy; "
      "they are built anew",
      name_of(partition.service), partition.number);
  live_.models->forget_rows();
  replaced_.push_back({std::exchange(live_, {}), runtime_.clock.now()});
  older_.clear();
  serving_->set("", kBeingBuilt);
  if (const store::Status status = start_build(); !status.ok()) {
    serving_->set("", status.message());
    spdlog::error("the read models cannot be built: {}", status.message());
    start_later();
  }
}

store::Status Projector::start_build(BulkLoad bulk) {
  if (building_.number != 0 || next_.models) return {};
  if (!generations_) return {store::Code::stopped, serving_->why_not()};
  const std::uint64_t generation = generations_->fresh();
  const Time now = runtime_.clock.now();
  auto models = Models::create(generations_->path_of(generation), log_.identity().cluster_id, now,
                               bulk, models_options());
  const store::Status status = models.ok() ? take_over_skips(**models) : models.status();
  if (!status.ok()) {
    generations_->remove(generation);
    return status;
  }
  rebuild_ = read_models::Rebuild{.started_at = now};
  logged_at_ = now;
  building_ = {generation, nullptr};
  building_bulk_ = bulk;
  builder_ =
      spawn_with_thread<Builder>(system(), runtime_, std::shared_ptr<Models>(std::move(*models)),
                                 caf::actor_cast<caf::actor>(this));
  spdlog::info("the read models are built anew from the log, beside the live ones");
  return {};
}

// What an operator decided is nowhere else: it is taken over even from a file that is of no other
// use, if it can be read.
store::Status Projector::take_over_skips(Models& models) const {
  if (live_.models) return models.skip_as_in(*live_.models);
  if (older_.empty()) return {};
  const store::Status status = models.skip_as_in(older_);
  if (status.ok() || models.file_is_damaged()) return status;
  spdlog::warn("which records were skipped before cannot be read, so they are tried again: {}",
               status.message());
  return {};
}

void Projector::progress(const BuildProgress& news) {
  if (!rebuild_ || rebuild_->ended_at.is_set()) return;
  rebuild_->records = news.records;
  rebuild_->records_total = news.records_total;
  const Time now = runtime_.clock.now();
  if (now - logged_at_ < kLogEvery) return;
  logged_at_ = now;
  const double took = in_seconds(now - rebuild_->started_at);
  const double rate = static_cast<double>(news.records) / took;
  spdlog::info("read models: {} of {} records built, {:.0f} records/s, {:.0f} s left", news.records,
               news.records_total, rate,
               static_cast<double>(news.records_total - news.records) / std::max(1.0, rate));
}

// The builder is done: the new models are brought up to the live ones, then switched to.
void Projector::built(Built& news) {
  builder_ = nullptr;
  const std::uint64_t number = building_.number;
  building_ = {};
  if (!news.status.ok()) {
    news.models.reset();
    next_ = {number, nullptr};
    const bool row_refused = news.status.code() == store::Code::invalid;
    if (row_refused && building_bulk_ == BulkLoad::yes) return build_slowly(news.status);
    return end_build(news.status.message());
  }
  next_ = {number, std::move(news.models)};
  missing_ = UINT64_MAX;
  ++token_;  // a page that is on its way was meant for the live models
  pulling_ = false;
  unreadable_.clear();  // it is tried anew from where the new models are
  pull();
}

// A file that can undo what it has written can tell which record it is, and park it.
void Projector::build_slowly(const store::Status& why) {
  spdlog::warn("the read models are built once more, more slowly, to park a record: {}",
               why.message());
  generations_->remove(next_.number);
  next_ = {};
  if (const store::Status status = start_build(BulkLoad::no); !status.ok())
    end_build(status.message());
}

// Readers must not see anything go back.
void Projector::try_to_switch() {
  const Positions wanted = readable();
  const Positions& reached = next_.models->positions();
  if (covers(reached, wanted)) return switch_over();
  for (const auto& [partition, unreadable] : unreadable_)
    if (const auto live = wanted.find(partition); live != wanted.end() && !covers(reached, {*live}))
      return end_build("what the live ones have cannot be read again: " + unreadable.why);
  if (!comes_closer(wanted, reached))
    end_build("what the live ones have of other nodes' partitions does not come; are all up?");
}

// False once nothing of what is missing has come for a while.
bool Projector::comes_closer(const Positions& wanted, const Positions& reached) {
  std::uint64_t missing = 0;
  for (const auto& [partition, offset] : wanted) {
    const auto found = reached.find(partition);
    missing += offset - std::min(offset, found == reached.end() ? 0 : found->second);
  }
  const Time now = runtime_.clock.now();
  if (missing < std::exchange(missing_, missing)) closer_at_ = now;
  return now - closer_at_ < kCloserWithin;
}

void Projector::switch_over() {
  const Time now = runtime_.clock.now();
  Duration lag{};  // of what readers saw, if they saw anything
  if (live_.models)
    for (const read_models::PartitionLag& one : lags(now)) lag = std::max(lag, one.behind);
  if (const store::Status status = generations_->publish(next_.number); !status.ok())
    return end_build(status.message());
  if (live_.models) {
    live_.models->forget_rows();
    replaced_.push_back({std::move(live_), now});
  }
  live_ = std::exchange(next_, {});
  serving_->set(generations_->path_of(live_.number), "");
  make_switch_last();
  start_again_ = {};
  rebuild_->ended_at = now;
  rebuild_->lag_at_switch = lag;
  delayed_send(this, std::chrono::microseconds(kSweepAfter.micros), sweep_atom::value);
  spdlog::info("read models: {} records built in {:.1f} s; the new ones are live, {:.0f} ms behind",
               rebuild_->records, in_seconds(now - rebuild_->started_at), in_seconds(lag) * 1e3);
}

// On a loader: a busy disk would hold up the models for as long as it takes.
void Projector::make_switch_last() {
  send(runtime_.loader_for({}), Job{[generations = *generations_] {
         if (const store::Status status = generations.make_last(); !status.ok())
           spdlog::warn("a power cut now may bring back the old read models: {}", status.message());
       }});
}

// Files that were replaced long enough ago go, and what a failed rebuild may have left.
void Projector::sweep() {
  const Time now = runtime_.clock.now();
  // A sweep comes by the steady clock, and `at` is the wall's: were they equal, a clock that is put
  // back a little would keep the file until the next rebuild.
  std::erase_if(replaced_, [&](const Replaced& one) { return now - one.at >= kKeepReplaced; });
  if (!generations_) return;
  std::vector<std::uint64_t> kept{live_.number, next_.number, building_.number};
  for (const Replaced& one : replaced_) kept.push_back(one.generation.number);
  if (const auto current = generations_->current()) kept.push_back(*current);
  generations_->keep_only(kept);
}

// The rebuild has failed: its file goes, whatever was live stays.
void Projector::end_build(const std::string& failure) {
  const std::uint64_t number = next_.number;
  next_ = {};
  generations_->remove(number);
  rebuild_->ended_at = runtime_.clock.now();
  rebuild_->failure = failure;
  spdlog::error("the read models could not be built anew{}: {}",
                live_.models ? ", the old ones stay" : "", failure);
  if (live_.models) return;
  serving_->set(serving_->file(), "The read models could not be built: " + failure);
  start_later();
}

}  // namespace souk::core
