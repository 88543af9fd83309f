// Every input of the corpus through its target, without a fuzzer: what was found once stays mended,
// also where there is no clang. A property that does not hold ends the program; the case that began
// last names the input.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/fuzz/seeds.hpp"
#include "tests/fuzz/targets.hpp"

namespace souk::fuzz {
namespace {

namespace fs = std::filesystem;

const fs::path kCorpus = fs::path(SOUK_SOURCE_DIR) / "tests" / "fuzz" / "corpus";

struct Case {
  const Target* target;
  fs::path path;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const Target& target : kTargets)
    for (const auto& entry : fs::directory_iterator(kCorpus / target.name))
      all.push_back({&target, entry.path()});
  std::sort(all.begin(), all.end(), [](const Case& a, const Case& b) { return a.path < b.path; });
  return all;
}

std::string name_of(const testing::TestParamInfo<Case>& info) {
  std::string name = std::string(info.param.target->name) + "_" + info.param.path.stem().string();
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
}

class FuzzCorpus : public testing::TestWithParam<Case> {};

TEST_P(FuzzCorpus, HoldsWhatItPromises) {
  std::ifstream file(GetParam().path, std::ios::binary);
  ASSERT_TRUE(file) << GetParam().path;
  const std::string input{std::istreambuf_iterator<char>(file), {}};
  GetParam().target->run(input);
}

INSTANTIATE_TEST_SUITE_P(Inputs, FuzzCorpus, testing::ValuesIn(cases()), name_of);

// An input may be anything, and most are nothing.
TEST(FuzzTargets, TakeInputsOfNothing) {
  for (const Target& target : kTargets) {
    target.run("");
    for (int byte = 0; byte < 256; ++byte) target.run(std::string(1, static_cast<char>(byte)));
    target.run(std::string(100, '\0'));
    target.run(std::string(100, '\xff'));
  }
}

// SOUK_WRITE_CORPUS=1 writes the files that are missing. Never one that is there: it may be one
// that something was found with.
void expect_there(const fs::path& folder, const Seeds& seeds) {
  for (const auto& [name, input] : seeds) {
    const fs::path path = kCorpus / folder / name;
    if (std::getenv("SOUK_WRITE_CORPUS") != nullptr && !fs::exists(path))
      std::ofstream(path, std::ios::binary) << input;
    EXPECT_TRUE(fs::exists(path)) << path << " is missing; tests/fuzz/README.md says what to do";
  }
}

TEST(FuzzSeeds, HaveOneOfEverything) {
  expect_there("codec", codec_seeds());
  expect_there("log", log_seeds());
  expect_there("frame", frame_seeds());
}

TEST(FuzzSeeds, AreTakenByTheirTargets) {
  for (const auto& [name, input] : codec_seeds()) codec(input);
  for (const auto& [name, input] : log_seeds()) log(input);
  for (const auto& [name, input] : frame_seeds()) frame(input);
}

}  // namespace
}  // namespace souk::fuzz
