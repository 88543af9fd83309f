// One row for every way in which an aggregate can refuse, and the check that none is missing.
#pragma once

#include <set>
#include <source_location>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/given.hpp"

namespace souk::test {

template <Aggregate A>
struct RefusalRow {
  typename A::Refusal refusal;
  Given<A> given;
  typename A::Command command;
  Time now = kNow;
  std::source_location where = std::source_location::current();
};

// Every row is refused as it says; every refusal that has a name has a row; no two share a name.
template <Aggregate A>
void expect_refusals(const std::vector<RefusalRow<A>>& rows) {
  std::set<std::uint16_t> covered;
  for (const auto& row : rows) {
    row.given.when(row.command, row.now, row.where).refused(row.refusal);
    covered.insert(static_cast<std::uint16_t>(row.refusal));
  }
  std::set<std::string_view> names;
  for (std::uint16_t number = 0; number < 1'000; ++number) {
    const std::string_view name = A::refusal_name(static_cast<typename A::Refusal>(number));
    if (name == "unknown") continue;
    EXPECT_TRUE(covered.contains(number)) << "no row is refused with " << name;
    EXPECT_TRUE(names.insert(name).second) << "two refusals are called " << name;
    covered.erase(number);
  }
  EXPECT_TRUE(covered.empty()) << "a row's refusal has no name";
}

}  // namespace souk::test
