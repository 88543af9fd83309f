// Imports that fail: a sentence that says which line and why, and nothing left behind.
#include <fcntl.h>
#include <filesystem>
#include <random>
#include <sys/file.h>
#include <unistd.h>

#include "tests/replay/exchange_support.hpp"

namespace souk::replay {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAdvice = "; nothing was imported; mend that line or export again";

class ImportFaults : public ::testing::Test {
 protected:
  ImportFaults() : log_(memory_shop(21, 400)), text_(export_text(*log_.view())) {}

  // Why the text is refused; nothing may be left of it.
  std::string why_not(const std::string& text) {
    int code = 0;
    const std::string why = failure_of([&] { import_text(text, target(), 2); }, &code);
    EXPECT_NE(why, "");
    EXPECT_EQ(code, kExitBadInput);
    EXPECT_EQ(std::distance(fs::directory_iterator(dir_.path()), {}), 0) << why;
    return why;
  }
  // The same of the good text with line `number` changed; without what is said after it.
  std::string why_not_line(std::size_t number, const std::function<void(std::string&)>& change) {
    auto lines = lines_of(text_);
    change(lines.at(number - 1));
    std::string text;
    for (const std::string& line : lines) text += line + '\n';
    std::string why = why_not(text);
    const std::string start = "the input, line " + std::to_string(number) + ": ";
    EXPECT_TRUE(why.starts_with(start) && why.ends_with(kAdvice)) << why;
    return why.substr(start.size(), why.size() - start.size() - std::strlen(kAdvice));
  }
  static auto replace(std::string_view old, std::string_view by) {
    return [=](std::string& line) {
      const std::size_t at = line.find(old);
      ASSERT_NE(at, std::string::npos) << old << " in " << line;
      line.replace(at, old.size(), by);
    };
  }
  // The number of the first line, from `from` on, that has all of these.
  std::size_t line_with(const std::vector<std::string_view>& parts, std::size_t from = 2) const {
    const auto lines = lines_of(text_);
    for (std::size_t i = from - 1; i < lines.size(); ++i)
      if (std::ranges::all_of(parts,
                              [&](auto part) { return lines[i].find(part) != std::string::npos; }))
        return i + 1;
    ADD_FAILURE() << "no such line";
    return 1;
  }
  std::string target() const { return dir_ / "data"; }

  test::TempDir dir_;
  MemoryLog log_;
  std::string text_;
};

TEST_F(ImportFaults, GoodTextIsTaken) {
  import_text(text_, target());
  EXPECT_TRUE(column_of(target(), store::Column::log) == log_.disk->contents(store::Column::log));
}

TEST_F(ImportFaults, LinesThatAreWrongInThemselves) {
  EXPECT_EQ(why_not_line(5, [](std::string& line) { line = "{\"time\":"; }), "it is no JSON");
  EXPECT_EQ(why_not_line(5, [](std::string& line) { line = ""; }), "it is empty");
  EXPECT_EQ(why_not_line(2, [](std::string& line) { line = "[]"; }),
            "it is to be an object, not []");
  EXPECT_EQ(why_not_line(9, replace("\"stream\":", "\"streem\":")),
            "streem is not known here. Did you mean 'stream'?");
  EXPECT_EQ(why_not_line(line_with({"\"command\":"}),
                         replace("\"fingerprint\":\"", "\"fingerprint\":\"x")),
            "fingerprint is to be sixteen hexadecimal digits");
  EXPECT_EQ(why_not_line(line_with({"\"name\":\"receive\""}),
                         replace("\"receipt_id\":\"first\"", "\"receipt_id\":\"second\"")),
            "the fingerprint is not that of the command: one of them was changed");
  EXPECT_EQ(why_not_line(line_with({"\"service\":\"stock\",\"partition\":0"}),
                         replace("\"partition\":0", "\"partition\":2")),
            "the export's header has no partition stock/2");
  const std::string moved = why_not_line(line_with({"\"service\":\"stock\",\"partition\":0"}),
                                         replace("\"partition\":0", "\"partition\":1"));
  EXPECT_NE(moved.find(" belongs to partition stock/0, not to stock/1"), std::string::npos)
      << moved;
}

TEST_F(ImportFaults, LinesThatDoNotFollow) {
  const std::size_t far = line_with({"\"service\":\"stock\"", "\"partition\":0"}, 100);
  const std::string line = lines_of(text_)[far - 1];
  const auto number_of = [&](const std::string& name) {
    const std::size_t at = line.find("\"" + name + "\":") + name.size() + 3;
    return line.substr(at, line.find_first_of(",}", at) - at);
  };
  const auto change = [&](const std::string& name, const std::string& to) {
    return why_not_line(far,
                        replace("\"" + name + "\":" + number_of(name), "\"" + name + "\":" + to));
  };
  EXPECT_EQ(change("offset", "9999"),
            "Partition stock/0 goes on with offset " + number_of("offset") + ", not 9999");
  EXPECT_NE(change("sequence", "9999")
                .find(" goes on with sequence " + number_of("sequence") + ", not 9999"),
            std::string::npos);
  EXPECT_NE(change("previous", "1").find(" stands at offset " + number_of("previous") + ", not 1"),
            std::string::npos);
  EXPECT_NE(change("group", "1").find("Group 1 cannot follow group "), std::string::npos);
}

TEST_F(ImportFaults, LinesThatAreMissingOrTooMany) {
  auto lines = lines_of(text_);
  const auto text_without = [&](std::size_t number) {
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i)
      if (i + 1 != number) text += lines[i] + '\n';
    return text;
  };
  EXPECT_NE(why_not(text_without(50)).find("the input, line "), std::string::npos);
  // The very last record: only the end can miss it.
  const std::size_t last = lines.size() - 1;
  EXPECT_EQ(why_not(text_without(last)),
            "the input, line " + std::to_string(last) + ": the export had " +
                std::to_string(lines.size() - 2) + " records, and there are " +
                std::to_string(lines.size() - 3) + ": lines are missing before it" + kAdvice);
  EXPECT_EQ(why_not(text_without(lines.size())),
            "the input is cut short: its end line is missing; nothing was imported, let the "
            "export go on to its end");
  EXPECT_EQ(why_not(text_.substr(0, text_.size() / 2)).find("the input, line "), 0u);
  EXPECT_EQ(why_not(text_ + lines[5] + '\n'),
            "the input, line " + std::to_string(lines.size() + 1) +
                ": it comes after the end of the export" + kAdvice);
  EXPECT_EQ(why_not(text_ + lines.back() + '\n').find("the input, line "), 0u);
  EXPECT_NE(why_not_line(lines.size(), replace("\"records\":", "\"record\":"))
                .find("it is to be the end of an export"),
            std::string::npos);
  EXPECT_NE(why_not_line(lines.size(), replace("\"campaign/0\":", "\"campaign/0\":1"))
                .find("partition campaign/0 ended with offset 1"),
            std::string::npos);
}

TEST_F(ImportFaults, WhatIsNoWholeExport) {
  EXPECT_EQ(why_not(""), "the input is empty");
  EXPECT_EQ(why_not("time,service\r\n"),
            "the input, line 1: it is no header of an export of a log by souk-replay");
  EXPECT_EQ(why_not("{\"format\":\"souk-log\",\"version\":2,\"souk\":\"9.0\"}\n"),
            "the input, line 1: the export is of version 2, and this souk knows version 1; import "
            "it with souk 9.0");
  for (const char* partitions : {"{}", "7", "{\"shop\":1}", "{\"stock\":0}", "{\"stock\":65536}"})
    EXPECT_EQ(why_not(std::string(R"({"format":"souk-log","version":1,"cluster_id":"c",)") +
                      R"("partitions":)" + partitions + "}\n"),
              "the input, line 1: partitions is to be an object of services with their numbers of "
              "partitions");
  ExportOptions options;
  options.filter.services = {Service::stock};
  EXPECT_EQ(why_not(export_text(*log_.view(), options)),
            "the input was exported with a filter, so it is not the whole log; export without one "
            "to import it");
}

TEST_F(ImportFaults, AFileThatIsNotThere) {
  cli::Progress progress(stderr, false);
  EXPECT_EQ(failure_of([&] {
              import_log({dir_ / "none.ndjson", target(), 1}, nullptr, progress, nullptr);
            }),
            dir_ / "none.ndjson" + " cannot be opened: No such file or directory");
}

TEST_F(ImportFaults, ADirectoryThatIsNotEmpty) {
  fs::create_directory(target());
  write_content(target() + "/mine", "mine");
  EXPECT_EQ(failure_of([&] { import_text(text_, target()); }),
            target() +
                " is there and not empty; an import makes a new data directory, give "
                "another one");
  EXPECT_EQ(content(target() + "/mine"), "mine");
  EXPECT_FALSE(fs::exists(target() + ".partial"));
}

TEST_F(ImportFaults, APartialDirectoryOfSomebodyElse) {
  fs::create_directory(target() + ".partial");
  write_content(target() + ".partial/mine", "mine");
  EXPECT_EQ(failure_of([&] { import_text(text_, target()); }),
            target() + ".partial is there, and was not left by an import; move it away");
  EXPECT_EQ(content(target() + ".partial/mine"), "mine");
}

TEST_F(ImportFaults, TwoAtOnce) {
  fs::create_directory(target() + ".partial");
  const int other = ::open((target() + ".partial").c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(::flock(other, LOCK_EX), 0);
  EXPECT_EQ(failure_of([&] { import_text(text_, target()); }),
            "another import makes " + target() + " just now; wait for it");
  ::close(other);
}

TEST_F(ImportFaults, APlaceWhereNothingCanBeMade) {
  EXPECT_EQ(failure_of([&] { import_text(text_, dir_ / "no/data"); }),
            dir_ / "no/data.partial" + " cannot be created: No such file or directory");
}

TEST_F(ImportFaults, CtrlC) {
  const std::atomic<bool> stop = true;
  cli::Progress progress(stderr, false);
  write_content(dir_ / "log", text_);
  EXPECT_TRUE(import_log({dir_ / "log", target(), 2}, nullptr, progress, &stop).interrupted);
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_.path()), {}), 1);
}

// Killed anywhere, it leaves a directory that nobody takes for a log, and the next one clears it.
TEST_F(ImportFaults, AKillAnywhere) {
  write_content(dir_ / "log", text_);
  for (const std::uint64_t size : {10'000u, 40'000u, 80'000u}) {
    ASSERT_TRUE(import_dies_at_file_size(size, {dir_ / "log", target(), 1})) << size;
    EXPECT_FALSE(fs::exists(target()));
    EXPECT_TRUE(fs::exists(target() + ".partial"));
  }
  import_text(text_, target());
  EXPECT_TRUE(column_of(target(), store::Column::log) == log_.disk->contents(store::Column::log));
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_.path()), {}), 2);
}

// Whatever happens to a byte: it fails and leaves nothing, or it was one that may be anything.
TEST_F(ImportFaults, AnyByteChanged) {
  std::mt19937 random(1);
  int refused = 0;
  for (int i = 0; i < 40; ++i) {
    std::string text = text_;
    text[random() % text.size()] = static_cast<char>(random());
    if (text == text_) continue;
    if (failure_of([&] { import_text(text, target()); }).empty())
      fs::remove_all(target());
    else
      ++refused;
    ASSERT_EQ(std::distance(fs::directory_iterator(dir_.path()), {}), 0);
  }
  EXPECT_GT(refused, 20);
}

}  // namespace
}  // namespace souk::replay
