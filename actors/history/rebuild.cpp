#include "actors/history/rebuild.hpp"

#include <memory>
#include <utility>

#include "actors/history/generations.hpp"
#include "actors/history/models.hpp"

namespace souk::history {
namespace {

constexpr std::size_t kSliceBytes = 4u << 20;
constexpr std::uint64_t kCommitRecords = 200'000;
constexpr std::size_t kCommitRows = 100'000;

// One try, into one file.
class Build {
 public:
  Build(const store::LogView& view, const Generations& generations, const RebuildOptions& options)
      : view_(view), generations_(generations), options_(options) {}

  store::Status run(BulkLoad bulk) {
    generation_ = generations_.fresh();
    store::Status status = fill(bulk);
    if (status.ok()) status = generations_.publish(generation_);
    if (status.ok()) status = generations_.make_last();
    models_.reset();
    if (!status.ok()) generations_.remove(generation_);
    return status;
  }

  std::uint64_t records() const { return records_; }
  std::uint64_t parked() const { return parked_; }
  std::string path() const { return generations_.path_of(generation_); }
  std::uint64_t generation() const { return generation_; }

 private:
  store::Status fill(BulkLoad bulk) {
    auto models = Models::create(path(), view_.identity().cluster_id, options_.now, bulk,
                                 {.cancelled = options_.cancelled});
    if (!models.ok()) return models.status();
    models_ = std::move(*models);
    if (store::Status status = take_over_skips(); !status.ok()) return status;
    count();
    for (const PartitionId partition : store::partitions_of(view_.identity()))
      if (store::Status status = take(partition); !status.ok()) return status;
    if (store::Status status = models_->commit(); !status.ok()) return status;
    if (store::Status status = models_->finish_bulk_load(); !status.ok()) return status;
    for (const auto& stream : models_->parked()) parked_ += stream.records;
    return sync_folder_of(path());
  }

  // What an operator decided is nowhere else. A file that cannot be read has nothing to say.
  store::Status take_over_skips() {
    const auto current = generations_.current();
    if (!current) return {};
    const store::Status status = models_->skip_as_in(generations_.path_of(*current));
    return models_->file_is_damaged() ? status : store::Status();
  }

  void count() {
    for (const PartitionId partition : store::partitions_of(view_.identity()))
      if (const auto last = view_.last(partition); last.ok()) total_ += *last;
  }

  store::Status take(PartitionId partition) {
    while (true) {
      if (options_.cancelled != nullptr && options_.cancelled->load())
        return {store::Code::timed_out, "The rebuild was stopped; the read models are as before."};
      const auto slice = view_.read(partition, models_->next(partition), kSliceBytes);
      if (!slice.ok()) return slice.status();
      if (slice->empty()) return {};
      if (store::Status status = models_->apply(*slice); !status.ok()) return status;
      records_ += slice->next - slice->from;
      options_.progress(records_, total_);
      if (models_->records_to_commit() >= kCommitRecords ||
          models_->rows_to_commit() >= kCommitRows)
        if (store::Status status = models_->commit(); !status.ok()) return status;
    }
  }

  const store::LogView& view_;
  const Generations& generations_;
  const RebuildOptions& options_;
  std::uint64_t generation_ = 0;
  std::unique_ptr<Models> models_;
  std::uint64_t records_ = 0, total_ = 0, parked_ = 0;
};

}  // namespace

store::Result<Rebuilt> rebuild(const store::LogView& view, const std::string& data,
                               const RebuildOptions& options) {
  auto generations = Generations::open(data);
  if (!generations.ok()) return generations.status();
  Build quick(view, *generations, options);
  store::Status status = quick.run(BulkLoad::yes);
  if (status.ok()) {
    generations->keep_only({quick.generation()});
    return Rebuilt{quick.path(), quick.records(), quick.parked(), false};
  }
  // A file that is made in bulk cannot undo a row that was refused, so it cannot park its record.
  if (status.code() != store::Code::invalid) return status;
  Build slow(view, *generations, options);
  status = slow.run(BulkLoad::no);
  if (!status.ok()) return status;
  generations->keep_only({slow.generation()});
  return Rebuilt{slow.path(), slow.records(), slow.parked(), true};
}

}  // namespace souk::history
