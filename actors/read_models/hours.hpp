// Hours and days as the tables' keys have them.
#pragma once

#include <string_view>

#include "events/rfc3339.hpp"

namespace souk::read_models {

// The hour of a moment in UTC: "2026-03-01T08:00:00.000000Z", as wide as every time in the tables,
// so that text compares as time does. Holds the text; no allocation.
class Hour {
 public:
  explicit Hour(Time time);  // years 1970 to 9999

  std::string_view text() const { return {text_.data(), text_.size()}; }
  std::string_view day() const { return text().substr(0, 10); }  // "2026-03-01"

 private:
  IsoTime text_;
};

}  // namespace souk::read_models
