#include "actors/history/generations.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/models/support.hpp"

namespace souk::test {
namespace {

using history::Generations;
namespace fs = std::filesystem;

void write(const std::string& path, const std::string& text = "x") { std::ofstream(path) << text; }

std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Generations, TheLinkNamesTheCurrentOne) {
  const Directory directory;
  const Generations generations = *Generations::open(directory.path());
  EXPECT_FALSE(generations.current());
  EXPECT_EQ(generations.fresh(), 1u);
  write(generations.path_of(1), "one");
  ASSERT_TRUE(generations.publish(1).ok());
  EXPECT_EQ(generations.current(), 1u);
  EXPECT_EQ(generations.fresh(), 2u);
  write(generations.path_of(2), "two");
  EXPECT_EQ(read(generations.link()), "one");
  ASSERT_TRUE(generations.publish(2).ok());
  EXPECT_EQ(generations.current(), 2u);
  EXPECT_EQ(read(directory.file("read-models.sqlite")), "two");
}

TEST(Generations, ADirectoryThatIsMovedTakesItsLinkAlong) {
  const Directory directory;
  fs::create_directory(directory.file("data"));
  const Generations before = *Generations::open(directory.file("data"));
  write(before.path_of(1), "one");
  ASSERT_TRUE(before.publish(1).ok());
  fs::rename(directory.file("data"), directory.file("moved"));
  const Generations after = *Generations::open(directory.file("moved"));
  EXPECT_EQ(after.current(), 1u);
  EXPECT_EQ(read(after.link()), "one");
}

// An operator may give the models a disk of their own: the folder is then a link, or a mount.
TEST(Generations, TheFolderMayBeOnAnotherFileSystem) {
  const fs::path elsewhere = "/dev/shm/souk-generations-" + std::to_string(getpid());
  std::error_code none;
  if (!fs::create_directory(elsewhere, none)) GTEST_SKIP() << "there is no /dev/shm to write to";
  {
    const Directory directory;
    fs::create_directory_symlink(elsewhere, directory.file("read-models"));
    const Generations generations = *Generations::open(directory.path());
    write(generations.path_of(1), "one");
    const store::Status status = generations.publish(1);
    EXPECT_TRUE(status.ok()) << status.message();
    EXPECT_EQ(generations.current(), 1u);
    EXPECT_EQ(read(generations.link()), "one");
  }
  fs::remove_all(elsewhere);
}

TEST(Generations, ALinkToNowhereOrAFileInItsPlaceIsNoGeneration) {
  const Directory directory;
  const Generations generations = *Generations::open(directory.path());
  write(generations.link());
  EXPECT_FALSE(generations.current());
  write(generations.path_of(3));
  ASSERT_TRUE(generations.publish(3).ok());
  EXPECT_EQ(generations.current(), 3u);
  fs::remove(generations.path_of(3));
  EXPECT_FALSE(generations.current());
}

TEST(Generations, WhatIsLeftOfADeadPublishIsNotInTheWay) {
  const Directory directory;
  const Generations generations = *Generations::open(directory.path());
  write(directory.file("read-models.sqlite.next"));
  write(generations.path_of(1));
  EXPECT_TRUE(generations.publish(1).ok());
  EXPECT_EQ(generations.current(), 1u);
}

TEST(Generations, RemovesFilesWithWhatSqliteLeftBesideThem) {
  const Directory directory;
  const Generations generations = *Generations::open(directory.path());
  for (const std::uint64_t number : {1, 2, 3})
    for (const char* suffix : {"", "-wal", "-shm"}) write(generations.path_of(number) + suffix);
  write(directory.file("read-models/notes.txt"));
  generations.remove(3);
  EXPECT_FALSE(fs::exists(generations.path_of(3) + "-wal"));
  EXPECT_TRUE(fs::exists(generations.path_of(2) + "-wal"));
  generations.keep_only({2, 7});
  EXPECT_FALSE(fs::exists(generations.path_of(1)));
  EXPECT_FALSE(fs::exists(generations.path_of(1) + "-shm"));
  EXPECT_TRUE(fs::exists(generations.path_of(2)));
  EXPECT_TRUE(fs::exists(generations.path_of(2) + "-wal"));
  EXPECT_TRUE(fs::exists(directory.file("read-models/notes.txt")));
  EXPECT_EQ(generations.fresh(), 3u);
}

TEST(Generations, WhereNothingCanBeWrittenSaySo) {
  const Directory directory;
  write(directory.file("read-models"));
  EXPECT_EQ(Generations::open(directory.path()).status().code(), store::Code::io_error);
}

}  // namespace
}  // namespace souk::test
