// What was stored once is read for ever, and what a node sends the next version reads: the bytes of
// every event, command and message between nodes, as they are today and as they ever were, stand in
// tests/golden. Its README says how new ones are written.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/codec/stored_types.hpp"

namespace souk::codec_test {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(SOUK_SOURCE_DIR) / "tests" / "golden";

// A golden file: comment lines with the value in words, then the bytes in hex, a word a line.
struct Golden {
  std::vector<std::string> value;
  std::string bytes;
};

std::string hex(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    out += {kHex[byte >> 4], kHex[byte & 15], i % 8 == 7 ? '\n' : ' '};
  }
  return out;
}

std::string file_text(const StoredType& event, const Tree& value) {
  std::string text = "# " + std::string(event.service);
  if (event.role == Role::message)
    text += " message";
  else
    text += (event.role == Role::event ? " event " : " command ") + std::to_string(event.tag);
  text += ", " + std::string(event.name) + "\n";
  for (const std::string& line : print(*event.shape, value)) text += "#   " + line + "\n";
  return text + hex(event.encode(value));
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Golden parse(const std::string& text) {
  Golden golden;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#   ")) golden.value.push_back(line.substr(4));
    if (line.starts_with("#")) continue;
    std::istringstream numbers(line);
    for (unsigned byte; numbers >> std::hex >> byte;) golden.bytes += static_cast<char>(byte);
  }
  return golden;
}

// True for a line that says that a field is zero, empty or none.
bool says_zero(const std::string& line) {
  for (const std::string_view end : {" = 0", " = false", " = \"\"", " = none", " = []"})
    if (line.ends_with(end)) return true;
  return false;
}

// The lines of `value` that an earlier version does not bear out: what it said must be said still,
// and what it did not say must be zero, empty or none.
std::vector<std::string> differences(const Golden& earlier, const std::vector<std::string>& value) {
  const auto has = [](const std::vector<std::string>& lines, const std::string& line) {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
  };
  std::vector<std::string> out;
  for (const std::string& line : earlier.value)
    if (!has(value, line)) out.push_back("missing: " + line);
  for (const std::string& line : value)
    if (!says_zero(line) && !has(earlier.value, line)) out.push_back("unexpected: " + line);
  return out;
}

std::vector<StoredType> events() {
  std::vector<StoredType> out;
  for (const StoredType& type : stored_types())
    if (type.role == Role::event || type.role == Role::command || type.role == Role::message)
      out.push_back(type);
  return out;
}

fs::path path_of(const StoredType& event, const std::string& version = "") {
  return kFolder / event.service / (std::string(event.name) + version + ".hex");
}

// Writes the files that are missing. Never one that is there: see the README.
void write_if_missing(const StoredType& event) {
  const fs::path path = path_of(event);
  if (std::getenv("SOUK_WRITE_GOLDEN") == nullptr || fs::exists(path)) return;
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << file_text(event, sample_tree(*event.shape));
}

constexpr auto kAdvice = "tests/golden/README.md says what to do";

TEST(CodecGolden, WhatIsStoredOrSentIsAsItAlwaysWas) {
  for (const StoredType& event : events()) {
    write_if_missing(event);
    const fs::path path = path_of(event);
    EXPECT_TRUE(fs::exists(path)) << path << " is missing: " << kAdvice;
    const Tree sample = sample_tree(*event.shape);
    const std::string text = read_file(path);
    EXPECT_EQ(text, file_text(event, sample))
        << path << ": the event has got a new field, or what is stored would be read as something "
        << "else: " << kAdvice;
    EXPECT_EQ(event.decode(parse(text).bytes, Tree{.none = true}), sample) << path;
  }
}

TEST(CodecGolden, EarlierVersionsAreReadWithZerosForWhatCameLater) {
  for (const StoredType& event : events()) {
    for (int version = 1; fs::exists(path_of(event, "." + std::to_string(version))); ++version) {
      const fs::path path = path_of(event, "." + std::to_string(version));
      const Golden earlier = parse(read_file(path));
      const auto value = event.decode(earlier.bytes, sample_tree(*event.shape));
      ASSERT_TRUE(value.has_value()) << path;
      EXPECT_EQ(differences(earlier, print(*event.shape, *value)), std::vector<std::string>{})
          << path;
    }
  }
}

TEST(CodecGolden, NoFileWithoutItsEvent) {
  std::set<fs::path> known;
  for (const StoredType& event : events()) known.insert(fs::path(event.service) / event.name);
  for (const auto& entry : fs::recursive_directory_iterator(kFolder)) {
    if (entry.path().extension() != ".hex") continue;
    fs::path event = fs::relative(entry.path(), kFolder).replace_extension();  // .hex
    event.replace_extension();                                                 // the version
    EXPECT_TRUE(known.contains(event)) << entry.path() << ": an event must not be removed";
  }
}

// The comparison with earlier versions itself, by an event that got a price.
TEST(CodecGoldenFile, SaysWhatAnEarlierVersionHeld) {
  const Golden earlier = parse(
      "# stock event 4, held\n#   hold_id = \"a\"\n#   units = 10\n01 00 ff 0a 00 00 00 00\n");
  EXPECT_EQ(earlier.bytes, std::string("\x01\x00\xff\x0a\x00\x00\x00\x00", 8));
  using Lines = std::vector<std::string>;
  EXPECT_EQ(differences(earlier, {"hold_id = \"a\"", "units = 10", "unit_price.minor = 0",
                                  "unit_price.currency = none"}),
            Lines{});
  EXPECT_EQ(differences(earlier, {"hold_id = \"a\"", "units = 11"}),
            (Lines{"missing: units = 10", "unexpected: units = 11"}));
  EXPECT_EQ(differences(earlier, {"hold_id = \"a\"", "units = 10", "unit_price.minor = 7"}),
            Lines{"unexpected: unit_price.minor = 7"});
}

}  // namespace
}  // namespace souk::codec_test
