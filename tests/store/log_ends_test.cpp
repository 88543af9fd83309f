// Looking at a directory's ends from outside: nothing is locked, nothing changes.
#include "store/log_ends.hpp"

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include "support.hpp"

namespace souk::store {
namespace {

// Every file of a directory, byte by byte.
std::map<std::string, std::string> contents(const std::filesystem::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    std::ostringstream bytes;
    bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    files[entry.path().filename()] = bytes.str();
  }
  return files;
}

class LogEndsTest : public ::testing::Test {
 protected:
  std::unique_ptr<Log> open(std::size_t log_buffer_bytes = RocksOptions{}.log_buffer_bytes) {
    RocksOptions options{.path = dir_.path()};
    options.log_buffer_bytes = log_buffer_bytes;
    auto kv = open_rocks_kv(options);
    EXPECT_TRUE(kv.ok()) << kv.status().message();
    return open_log(std::move(*kv));
  }
  std::string path() const { return dir_.path(); }

 private:
  TempDir dir_;
};

TEST_F(LogEndsTest, OfADirectoryThatIsOpenAreThoseOfItsLog) {
  auto log = open();
  TestWriter writer(*log);
  for (const Status& status : writer.append({{kStock0, "tea", "a"}, {kStock0, "mug", "b"}}))
    expect_ok(status);
  for (const Status& status : writer.append({{kStock0, "tea", "c"}, {kOrder0, "o", "d"}}))
    expect_ok(status);

  auto ends = log_ends(path(), {{kStock0, 2}, {kOrder0, 1}});
  ASSERT_TRUE(ends.ok()) << ends.status().message();
  EXPECT_EQ(ends->size(), 4u);
  EXPECT_EQ(ends->at(kStock0), (LogEnd{3, make_record("tea", 2, "c").time}));
  EXPECT_EQ(ends->at(kOrder0), (LogEnd{1, {}}));
  EXPECT_EQ(ends->at(kStock1), (LogEnd{kNoOffset, {}}));

  for (const Status& status : writer.append({{kStock1, "pot", "e"}})) expect_ok(status);
  EXPECT_EQ(log_ends(path())->at(kStock1).end, 1u);
}

TEST_F(LogEndsTest, AreFoundWithoutChangingAByte) {
  {
    auto log = open();
    TestWriter writer(*log);
    for (const Status& status : writer.append({{kStock0, "tea", "a"}})) expect_ok(status);
  }
  const auto before = contents(path());
  ASSERT_TRUE(log_ends(path()).ok());
  EXPECT_EQ(contents(path()), before);
}

TEST_F(LogEndsTest, OfNothingAreNotFound) {
  EXPECT_EQ(log_ends(path() + "/nothing").status().code(), Code::not_found);
  EXPECT_FALSE(std::filesystem::exists(path() + "/nothing"));
}

TEST_F(LogEndsTest, WhileFilesAreReplacedNeverGoBack) {
  auto log = open(512u << 10);  // new files many times a second
  std::atomic<Offset> acknowledged = 0;
  std::atomic<bool> stop = false;
  std::thread thread([&] {
    TestWriter writer(*log);
    while (!stop) {
      for (const Status& status : writer.append({{kStock0, "tea", std::string(4'000, 'x')}}))
        expect_ok(status);
      acknowledged = writer.offsets().at(0);
    }
  });
  for (int i = 0; i < 20; ++i) {
    const Offset before = acknowledged;
    auto ends = log_ends(path());
    if (!ends.ok()) {
      ADD_FAILURE() << ends.status().message();
      continue;
    }
    EXPECT_GE(ends->at(kStock0).end, before);
  }
  stop = true;
  thread.join();
}

}  // namespace
}  // namespace souk::store
