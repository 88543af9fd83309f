// The same question again and again.
#include "tools/query/watch.hpp"

#include <gtest/gtest.h>

#include "tests/query/support.hpp"
#include "tools/query/failure.hpp"

namespace souk::query {
namespace {

class Watch : public ::testing::Test {
 protected:
  Watch() {
    console_.out = std::tmpfile();
    console_.err = std::tmpfile();
    console_.now = [] { return testing::kNow; };
    console_.stop = &stop_;
  }
  ~Watch() override {
    std::fclose(console_.out);
    std::fclose(console_.err);
  }

  // Gives "one", "two", "three" and stops; "two" fails if `fails`.
  Look next(bool fails = false) {
    const int look = ++looks_;
    if (look == 3) stop_ = true;
    if (look == 2 && fails) throw Failure(kExitUnreachable, "gone");
    return {look == 1 ? "one\n" : look == 2 ? "two\n" : "three\n", "note\n"};
  }

  static std::string slurp(std::FILE* file) {
    std::rewind(file);
    std::string text;
    for (int c; (c = std::fgetc(file)) != EOF;) text += static_cast<char>(c);
    return text;
  }

  Console console_;
  std::atomic<bool> stop_{false};
  int looks_ = 0;
};

TEST_F(Watch, AppendsLooksWithTheirTimeAndEndsWith130) {
  EXPECT_EQ(watch(console_, 0.001, false, [&] { return next(); }), 130);
  EXPECT_EQ(slurp(console_.out),
            "-- 2010-12-24T12:30:00Z\none\n-- 2010-12-24T12:30:00Z\ntwo\n"
            "-- 2010-12-24T12:30:00Z\nthree\n");
  EXPECT_EQ(slurp(console_.err), "note\nnote\nnote\n");
}

TEST_F(Watch, KeepsStdoutForDataIfProgramsReadIt) {
  EXPECT_EQ(watch(console_, 0.001, true, [&] { return next(); }), 130);
  EXPECT_EQ(slurp(console_.out), "one\ntwo\nthree\n");
}

TEST_F(Watch, GoesOnAfterAFailureButNotAfterTheFirst) {
  EXPECT_EQ(watch(console_, 0.001, true, [&] { return next(true); }), 130);
  EXPECT_EQ(slurp(console_.out), "one\nthree\n");
  EXPECT_EQ(slurp(console_.err),
            "-- 2010-12-24T12:30:00Z\nnote\n-- 2010-12-24T12:30:00Z\nsouk-query: gone\n"
            "-- 2010-12-24T12:30:00Z\nnote\n");
  EXPECT_THROW(watch(console_, 0.001, true, [&]() -> Look { throw Failure(3, "gone"); }), Failure);
}

TEST_F(Watch, DrawsOnAScreenOfItsOwnAndGivesItBack) {
  console_.terminal = true;
  EXPECT_EQ(watch(console_, 0.001, false, [&] { return next(); }), 130);
  const std::string text = slurp(console_.out);
  EXPECT_TRUE(text.starts_with("\x1b[?1049h")) << text;
  EXPECT_TRUE(text.ends_with("\x1b[?1049l")) << text;
  EXPECT_NE(text.find("three\x1b[K\n\x1b[K\nnote\x1b[K\n\x1b[J"), std::string::npos) << text;
  EXPECT_EQ(slurp(console_.err), "");
}

}  // namespace
}  // namespace souk::query
