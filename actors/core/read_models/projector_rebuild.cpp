// What the projector does at the start, and how a rebuild becomes live.
#include <spdlog/spdlog.h>

#include "actors/core/read_models/builder.hpp"
#include "actors/core/read_models/projector.hpp"

namespace souk::core {
namespace {

constexpr Duration kSweepAfter = seconds(60);  // how long an old generation's file stays
constexpr Duration kLogEvery = seconds(5);
constexpr Duration kStartAgain = seconds(5);

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
    return pull_after(kStartAgain);
  }
  generations_.emplace(std::move(*opened));
  const auto current = generations_->current();
  generations_->keep_only(current ? std::vector{*current} : std::vector<std::uint64_t>{});
  store::Status status = current ? open_live(*current) : create_live();
  if (status.ok()) return pull_after({});

  // A file of another version stays readable until its successor is there.
  if (current && status.code() == store::Code::newer_format)
    serving_->set(generations_->path_of(*current), "");
  else
    serving_->set("", "The read models are being built from the log; try again shortly.");
  if (status.code() != store::Code::not_found) spdlog::warn("{}", status.message());
  if (status = start_build(); !status.ok()) {
    serving_->set("", status.message());
    spdlog::error("the read models cannot be built: {}", status.message());
    generations_.reset();
    pull_after(kStartAgain);
  }
}

store::Status Projector::open_live(std::uint64_t generation) {
  const std::string path = generations_->path_of(generation);
  auto models = Models::open(path, runtime_.log.identity().cluster_id, models_options());
  if (!models.ok()) return models.status();
  if (!fits_log(**models))
    return {store::Code::corruption,
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
  auto models = Models::create(path, runtime_.log.identity().cluster_id, runtime_.clock.now(),
                               BulkLoad::no, models_options());
  if (!models.ok()) return models.status();
  if (const store::Status status = generations_->publish(generation); !status.ok()) return status;
  live_ = {generation, std::move(*models)};
  serving_->set(path, "");
  return {};
}

bool Projector::log_is_empty() const {
  for (const auto& [service, count] : runtime_.log.identity().partitions)
    for (std::uint16_t number = 0; number < count; ++number)
      if (runtime_.log.next_offset({service, number}) > 1) return false;
  return true;
}

bool Projector::fits_log(const Models& models) const {
  for (const auto& [partition, offset] : models.positions())
    if (offset >= runtime_.log.next_offset(partition)) return false;
  return true;
}

store::Status Projector::start_build() {
  if (building_.number != 0 || next_.models) return {};
  if (!generations_) return {store::Code::stopped, serving_->why_not()};
  const std::uint64_t generation = generations_->fresh();
  const Time now = runtime_.clock.now();
  auto models =
      Models::create(generations_->path_of(generation), runtime_.log.identity().cluster_id, now,
                     BulkLoad::yes, models_options());
  store::Status status = models.status();
  if (status.ok() && live_.models) status = (*models)->skip_as_in(*live_.models);
  if (!status.ok()) {
    generations_->remove(generation);
    return status;
  }
  rebuild_ = read_models::Rebuild{.started_at = now};
  logged_at_ = now;
  building_ = {generation, nullptr};
  builder_ = spawn<Builder, caf::detached>(runtime_, std::shared_ptr<Models>(std::move(*models)),
                                           caf::actor_cast<caf::actor>(this));
  spdlog::info("the read models are built anew from the log, beside the live ones");
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
    return end_build(news.status.message());
  }
  next_ = {number, std::move(news.models)};
  ++token_;  // a page that is on its way was meant for the live models
  pulling_ = false;
  pull();
}

// Readers must not see anything go back.
bool Projector::caught_up() const { return covers(next_.models->positions(), readable()); }

void Projector::switch_over() {
  const Time now = runtime_.clock.now();
  Duration lag{};
  for (const read_models::PartitionLag& one : info().partitions) lag = std::max(lag, one.behind);
  if (const store::Status status = generations_->publish(next_.number); !status.ok())
    return end_build(status.message());
  live_ = std::exchange(next_, {});
  serving_->set(generations_->path_of(live_.number), "");
  rebuild_->ended_at = now;
  rebuild_->lag_at_switch = lag;
  delayed_send(this, std::chrono::microseconds(kSweepAfter.micros), sweep_atom::value);
  spdlog::info("read models: {} records built in {:.1f} s; the new ones are live, {:.0f} ms behind",
               rebuild_->records, in_seconds(now - rebuild_->started_at), in_seconds(lag) * 1e3);
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
  generations_.reset();
  pull_after(kStartAgain);
}

}  // namespace souk::core
