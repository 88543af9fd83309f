#include "actors/core/read_models/builder.hpp"

#include <algorithm>

namespace souk::core {
namespace {

constexpr std::size_t kSliceBytes = 4u << 20;
constexpr std::uint64_t kCommitRecords = 200'000;
constexpr std::size_t kCommitRows = 100'000;
constexpr std::uint64_t kHandOverRecords = 10'000;  // so few are left for the projector
constexpr std::uint64_t kPassesMax = 20;            // then it is handed over in any case
constexpr Duration kReportEvery = milliseconds(500);

}  // namespace

Builder::Builder(caf::actor_config& config, const Runtime& runtime, std::shared_ptr<Models> models,
                 caf::actor projector)
    : Actor(config, Failure::ends_actor),
      runtime_(runtime),
      log_(*runtime.source),
      models_(std::move(models)),
      projector_(std::move(projector)) {
  for (const auto& [service, count] : log_.identity().partitions)
    for (std::uint16_t number = 0; number < count; ++number)
      partitions_.push_back({service, number});
}

caf::behavior Builder::make_behavior() {
  send(this, step_atom::value);
  return {
      [this](step_atom) { step(); },
  };
}

void Builder::step() {
  if (const store::Status status = read_one_slice(); !status.ok()) return finish(status);
  report(runtime_.clock.now());
  if (models_) send(this, step_atom::value);
}

store::Status Builder::read_one_slice() {
  const PartitionId partition = partitions_[at_];
  if (unreadable_.contains(partition) || away_.contains(partition)) return next_partition();
  const auto slice = log_.read(partition, models_->next(partition), kSliceBytes);
  if (!slice.ok()) {
    leave(partition, slice.status());
    return next_partition();
  }
  if (const store::Status status = models_->apply(*slice); !status.ok()) {
    if (!models_->log_is_damaged()) return status;
    unreadable_.insert(partition);  // what is forgotten of the others, the next pass reads
    return next_partition();
  }
  records_ += slice->next - slice->from;
  if (models_->records_to_commit() >= kCommitRecords || models_->rows_to_commit() >= kCommitRows)
    if (const store::Status status = models_->commit(); !status.ok()) return status;
  return slice->next == slice->end ? next_partition() : store::Status();
}

void Builder::leave(PartitionId partition, const store::Status& why) {
  const bool of_its_log =
      why.code() == store::Code::corruption || why.code() == store::Code::invalid;
  (log_.is_remote(partition) && !of_its_log ? away_ : unreadable_).insert(partition);
}

store::Status Builder::next_partition() {
  return ++at_ == partitions_.size() ? pass_ended() : store::Status();
}

store::Status Builder::pass_ended() {
  if (const store::Status status = models_->commit(); !status.ok()) return status;
  if (pass_ == 0)
    if (const store::Status status = models_->finish_bulk_load(); !status.ok()) return status;
  at_ = 0;
  ++pass_;
  const bool is_done = records_left() <= kHandOverRecords || pass_ > kPassesMax;
  away_.clear();
  if (is_done) finish({});
  return {};
}

std::uint64_t Builder::records_left() const {
  std::uint64_t left = 0;
  for (const PartitionId partition : partitions_) {
    if (unreadable_.contains(partition) || away_.contains(partition)) continue;
    const store::Offset reached = models_->next(partition);
    left += std::max(log_.next_offset(partition), reached) - reached;  // which may not be known
  }
  return left;
}

void Builder::report(Time now) {
  if (!models_ || now - reported_at_ < kReportEvery) return;
  reported_at_ = now;
  send(projector_, BuildProgress{records_, records_ + records_left()});
}

void Builder::finish(store::Status status) {
  send(projector_, BuildProgress{records_, records_ + records_left()});
  send(projector_, Built{std::move(status), std::move(models_)});
  quit();
}

}  // namespace souk::core
