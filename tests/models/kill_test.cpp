// kill -9 between any two steps: whatever is left on the disk, whoever goes on with it comes to the
// same tables.
#include <algorithm>

#include <gtest/gtest.h>

#include "actors/history/generations.hpp"
#include "tests/models/dying.hpp"
#include "tests/models/support.hpp"

namespace souk::test {
namespace {

using history::Generations;

// What builder and projector do, on one thread and with a name for each step. It begins with what
// it finds on the disk: makes the first generation, follows the log, has parked records settled,
// builds a second generation and makes it the current one.
class Life {
 public:
  Life(const std::string& data, const store::Log& log, const Step& step)
      : generations_(*Generations::open(data)), log_(log), step_(step) {}

  void run() {
    const auto found = generations_.current();
    generations_.keep_only(found ? std::vector{*found} : std::vector<std::uint64_t>{});
    auto models = found ? open_models(generations_.path_of(*found), options()) : begin();
    const std::uint64_t generation = *generations_.current();
    follow(*models);
    settle(*models);
    if (generation == 1) build_anew(*models);
  }

  const std::string& file() const { return generations_.link(); }

 private:
  ModelsOptions options() const {
    ModelsOptions options;
    options.step = step_;
    return options;
  }

  std::unique_ptr<Models> begin() {
    auto models = create_models(generations_.path_of(1), BulkLoad::no, options());
    EXPECT_TRUE(generations_.publish(1, step_).ok());
    return models;
  }

  // Commits now and then, not where a partition ends.
  void follow(Models& models) {
    int slices = 0;
    for (const PartitionId partition : partitions_of(log_))
      while (models.next(partition) < log_.next_offset(partition)) {
        EXPECT_TRUE(apply(models, log_, partition, 4'000).ok());
        if (++slices % 5 == 0) {
          EXPECT_TRUE(models.commit().ok());
        }
      }
    EXPECT_TRUE(models.commit().ok());
  }

  void settle(Models& models) {
    for (auto parked = models.parked(); !parked.empty(); parked = models.parked()) {
      const auto& one = parked.front();
      if (models.retry(one.partition, one.stream, reading(log_)).ok()) continue;
      EXPECT_TRUE(models.skip(one.partition, one.stream, "so be it", kNow, reading(log_)).ok());
    }
  }

  void build_anew(const Models& older) {
    const std::uint64_t generation = generations_.fresh();
    const std::string path = generations_.path_of(generation);
    const auto models = create_models(path, BulkLoad::yes, options());
    EXPECT_TRUE(models->skip_as_in(older).ok());
    follow(*models);
    EXPECT_TRUE(models->finish_bulk_load().ok());
    EXPECT_TRUE(generations_.publish(generation, step_).ok());
  }

  Generations generations_;
  const store::Log& log_;
  const Step& step_;
};

// A shop's log with records in it that do not fit, some of them behind each other.
struct SpoiltHistory : History {
  SpoiltHistory() : History(7, 60) {
    Appender appender(*log);
    for (const store::Payload& payload : {garbage(), unknown(), placed()})
      appender.append(kOrder0, "spoilt", {payload});
    appender.append(kWallet0, "broke", {held()});
    appender.append(kWallet0, "broke", {charged()});
  }
};

const Step kNoStep = [](std::string_view) {};

TEST(KillNine, BetweenAnyTwoStepsChangesNothing) {
  const Directory directory;
  const SpoiltHistory history;
  Life whole(directory.path(), *history.log, kNoStep);
  whole.run();
  const std::string reference = dump(whole.file());
  EXPECT_EQ(ask_sql(whole.file(), "SELECT count(*) FROM skipped_records"), "3");

  int n = 1;
  for (bool through = false; !through; ++n) {
    const Directory scene;
    through = survives(n, [&](const Step& step) { Life(scene.path(), *history.log, step).run(); });
    // What readers open, if there is anything, is whole at once.
    const Generations generations = *Generations::open(scene.path());
    if (generations.current()) {
      EXPECT_NE(dump(generations.link()), "");
    }
    Life again(scene.path(), *history.log, kNoStep);
    again.run();
    ASSERT_EQ(difference(dump(again.file()), reference), "") << "killed at step " << n;
  }
  EXPECT_GT(n, 60);  // it was killed in earnest
}

// Those who went on may die as well.
TEST(KillNine, AgainAndAgainChangesNothing) {
  const Directory directory;
  const SpoiltHistory history;
  Life whole(directory.path(), *history.log, kNoStep);
  whole.run();
  const std::string reference = dump(whole.file());
  for (const int lives : {7, 13, 29}) {
    const Directory scene;
    int deaths = 0;
    // Each life is a little longer than the one before, so that it ends.
    while (!survives(lives + deaths,
                     [&](const Step& step) { Life(scene.path(), *history.log, step).run(); }))
      ++deaths;
    EXPECT_GT(deaths, 0);
    const Generations generations = *Generations::open(scene.path());
    EXPECT_EQ(difference(dump(generations.link()), reference), "");
  }
}

}  // namespace
}  // namespace souk::test
