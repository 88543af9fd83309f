// What another node says, item by item: read as a session and a link read it, without their actors.
#pragma once

#include <string>
#include <vector>

#include "cluster/clock_gap.hpp"
#include "cluster/frame.hpp"
#include "cluster/pages.hpp"
#include "events/wire.hpp"

namespace souk::fuzz {

// One connection's. Ends the process if an item is neither refused nor means the same when it is
// said again (require.hpp).
class Conversation {
 public:
  void hear(const cluster::ItemView& item);

 private:
  void greeting(std::string_view head);
  void status(std::string_view head);
  void command(const cluster::ItemView& item);
  void answer(const cluster::ItemView& item);
  void failure(const std::vector<std::string>& parts);
  void pull(std::string_view head);
  void page(const std::vector<std::string>& parts);

  cluster::ClockGap clock_gap_{seconds(1)};
  Time now_{1'767'268'800'000'000};  // 2026-01-01T12:00:00Z, and later with every item
  cluster::PageReader pages_;
};

}  // namespace souk::fuzz
