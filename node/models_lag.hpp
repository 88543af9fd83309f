// How far behind a node's read models are, without waiting for the answer: what was heard last.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>

#include "node/read_models.hpp"

namespace souk::node {

// Thread-safe.
class ModelsLag {
 public:
  // The lag as of a second ago or so; asks for a newer one if the last is older than that.
  Duration last(ReadModels& models, Time now) {
    std::int64_t asked = known_->asked.load();
    if (now.micros - asked > kEvery.micros &&
        known_->asked.compare_exchange_strong(asked, now.micros))
      models.info([known = known_](const gateway::ReadModelsInfo& info) {
        std::int64_t worst = 0;
        for (const auto& one : info.partitions) worst = std::max(worst, one.behind.micros);
        known->lag = worst;
      });
    return {known_->lag.load()};
  }

 private:
  static constexpr Duration kEvery = seconds(1);
  struct Known {
    std::atomic<std::int64_t> asked{0};
    std::atomic<std::int64_t> lag{0};
  };
  std::shared_ptr<Known> known_ = std::make_shared<Known>();
};

}  // namespace souk::node
