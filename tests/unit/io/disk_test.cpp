#include "io/disk.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "support/as_nobody.hpp"
#include "support/run_answer.hpp"
#include "support/temporary_folder.hpp"

namespace fleetwatch::io {
namespace {

using test::far_deadline;
using test::run_answer;

class Disk : public testing::Test {
 protected:
  test::TemporaryFolder root_;
  Workers workers_;
  LinuxDisk disk_{workers_, root_.path()};
};

TEST_F(Disk, ReadsUpToTheLimit) {
  root_.write("etc/a.conf", "0123456789");
  EXPECT_EQ(run_answer(disk_.read("/etc/a.conf", 10, far_deadline())).value_or(""), "0123456789");
  const auto longer = run_answer(disk_.read("/etc/a.conf", 9, far_deadline()));
  EXPECT_EQ(longer.error().kind, ErrorKind::too_large);
  EXPECT_EQ(longer.error().where, "/etc/a.conf");
  EXPECT_EQ(run_answer(disk_.read("/etc/b.conf", 9, far_deadline())).error().kind, ErrorKind::not_found);
}

TEST_F(Disk, ReadsTheEnd) {
  root_.write("log", "0123456789");
  root_.write("empty", "");
  EXPECT_EQ(run_answer(disk_.read_tail("/log", 4, far_deadline())).value_or(""), "6789");
  EXPECT_EQ(run_answer(disk_.read_tail("/log", 100, far_deadline())).value_or(""), "0123456789");
  EXPECT_EQ(run_answer(disk_.read_tail("/empty", 4, far_deadline())).value_or("x"), "");
}

TEST_F(Disk, RefusesWhatIsNoRegularFile) {
  ASSERT_EQ(::mkfifo((root_.path() + "/pipe").c_str(), 0600), 0);
  std::filesystem::create_directory(root_.path() + "/folder");
  for (const char* name : {"/pipe", "/folder"}) {
    const auto whole = run_answer(disk_.read(name, 10, far_deadline()));
    EXPECT_EQ(whole.error().kind, ErrorKind::unavailable) << name;
    EXPECT_FALSE(run_answer(disk_.read_tail(name, 10, far_deadline())).ok()) << name;
  }
}

TEST_F(Disk, TellsSizeAndPermissions) {
  root_.write("wg0.conf", "key");
  ::chmod((root_.path() + "/wg0.conf").c_str(), 0600);
  const auto file = run_answer(disk_.info("/wg0.conf", far_deadline()));
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->permissions, 0600U);
  EXPECT_EQ(file->size_bytes, 3U);
  EXPECT_FALSE(file->is_directory);
  EXPECT_TRUE(run_answer(disk_.info("/", far_deadline()))->is_directory);
  EXPECT_EQ(run_answer(disk_.info("/none", far_deadline())).error().kind, ErrorKind::not_found);
}

TEST_F(Disk, TellsDeniedFromMissing) {
  root_.write("locked/file", "");
  ::chmod((root_.path() + "/locked").c_str(), 0);
  ::chmod(root_.path().c_str(), 0755);
  const test::AsNobody nobody;
  ASSERT_TRUE(nobody.works());
  EXPECT_EQ(run_answer(disk_.info("/locked/file", far_deadline())).error().kind, ErrorKind::denied);
  EXPECT_EQ(run_answer(disk_.list("/locked", far_deadline())).error().kind, ErrorKind::denied);
  EXPECT_EQ(run_answer(disk_.write("/new", "", far_deadline())).error().kind, ErrorKind::denied);
}

TEST_F(Disk, ListsInOrderAndBounded) {
  const std::vector<std::string> names = {"a", "b", "c"};
  for (const std::string& name : names) root_.write("some/" + name, "");
  EXPECT_EQ(run_answer(disk_.list("/some", far_deadline())).value_or({}), names);
  for (std::size_t i = 0; i <= limits::kListItems; ++i) root_.write("many/" + std::to_string(i), "");
  EXPECT_EQ(run_answer(disk_.list("/many", far_deadline())).error().kind, ErrorKind::too_large);
}

TEST_F(Disk, TellsHowFullItIs) {
  const auto use = run_answer(disk_.use("/", far_deadline()));
  ASSERT_TRUE(use.ok());
  struct statvfs expected {};
  ASSERT_EQ(::statvfs(root_.path().c_str(), &expected), 0);
  EXPECT_EQ(use->total_bytes, expected.f_blocks * expected.f_frsize);
  EXPECT_GE(use->free_bytes, use->available_bytes);
  EXPECT_EQ(use->inodes_total, expected.f_files);
}

TEST_F(Disk, ReplacesAFileWhole) {
  ASSERT_TRUE(run_answer(disk_.write("/state/tcp", "first, longer", far_deadline())).ok());
  ASSERT_TRUE(run_answer(disk_.write("/state/tcp", "second", far_deadline())).ok());
  EXPECT_EQ(run_answer(disk_.read("/state/tcp", 100, far_deadline())).value_or(""), "second");
  const std::vector<std::string> only = {"tcp"};  // nothing is left beside it
  EXPECT_EQ(run_answer(disk_.list("/state", far_deadline())).value_or({}), only);
  EXPECT_EQ(run_answer(disk_.write("/no/such/folder", "", far_deadline())).error().kind, ErrorKind::not_found);
}

TEST_F(Disk, LeavesNothingBesideWhatItCannotReplace) {
  std::filesystem::create_directories(root_.path() + "/state/folder");
  EXPECT_FALSE(run_answer(disk_.write("/state/folder", "text", far_deadline())));
  EXPECT_EQ(run_answer(disk_.list("/state", far_deadline())).value_or({}), std::vector<std::string>{"folder"});
}

TEST_F(Disk, NamesThePathOfATimeout) {
  Workers none(0, 0);
  LinuxDisk disk(none);
  const auto result = run_answer(disk.read("/x", 1, test::passed_deadline()));
  EXPECT_EQ(result.error().kind, ErrorKind::timeout);
  EXPECT_EQ(result.error().where, "/x");
}

}  // namespace
}  // namespace fleetwatch::io
