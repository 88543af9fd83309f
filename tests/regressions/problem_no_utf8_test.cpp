// A request whose query held bytes that are no UTF-8 was told so in a problem that quoted them:
// what the client got was no JSON. So was one that had a long name cut in the middle of a letter.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "node/gateway/problem.hpp"
#include "node/gateway/requests.hpp"
#include "node/gateway/target.hpp"

namespace souk {
namespace {

// The problem that `f` throws, as a client reads it.
template <class F>
nlohmann::json problem_of(F f) {
  try {
    f();
  } catch (const gateway::Problem& problem) {
    return nlohmann::json::parse(to_reply(problem, "").body, nullptr, false);
  }
  return {};
}

constexpr std::string_view kKnown[] = {"after"};

TEST(ProblemNoUtf8, AQueryIsQuotedAsFarAsItIsText) {
  for (const char* query : {"\xe6"
                            "fter=7",
                            "%e6fter=7"}) {
    const auto problem = problem_of([&] { gateway::Query(query, kKnown); });
    EXPECT_EQ(problem.value("field", ""),
              "\xef\xbf\xbd"
              "fter")
        << query;
    EXPECT_EQ(problem.value("code", ""), "unknown_parameter");
  }
}

TEST(ProblemNoUtf8, ALongNameIsNotCutWithinALetter) {
  const std::string body = "{\"" + std::string(63, 'x') + "\u00e9\": 1}";
  const auto problem = problem_of([&] { gateway::read_receive(body); });
  EXPECT_EQ(problem.value("code", ""), "unknown_field");
  EXPECT_NE(problem.value("detail", "").find(std::string(63, 'x')), std::string::npos);
}

}  // namespace
}  // namespace souk
