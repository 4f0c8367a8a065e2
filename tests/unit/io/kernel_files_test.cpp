#include "io/kernel_files.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/limits.hpp"
#include "support/as_nobody.hpp"
#include "support/temporary_folder.hpp"

namespace fleetwatch::io {
namespace {

using test::TemporaryFolder;

TEST(KernelFiles, ReadsWhatTheKernelMakesUp) {
  LinuxKernelFiles files;
  const auto name = files.read("/proc/self/comm");
  ASSERT_TRUE(name.ok());
  EXPECT_EQ(name->back(), '\n');
  const auto maps = files.read("/proc/self/maps");  // longer than one read
  ASSERT_TRUE(maps.ok());
  EXPECT_GT(maps->size(), 4096U);
  EXPECT_EQ(maps->back(), '\n');
}

TEST(KernelFiles, ReadsBelowItsRoot) {
  const TemporaryFolder root;
  root.write("proc/uptime", "1.00 2.00\n");
  LinuxKernelFiles files(root.path());
  EXPECT_EQ(files.read("/proc/uptime").value_or(""), "1.00 2.00\n");
  EXPECT_EQ(files.read("/proc/stat").error().kind, ErrorKind::not_found);
  EXPECT_EQ(files.read("/proc/stat").error().where, "/proc/stat");
}

TEST(KernelFiles, KeepsEverySizeUpToTheLimit) {
  const TemporaryFolder root;
  LinuxKernelFiles files(root.path());
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{4095}, std::size_t{4096},
                                 std::size_t{4097}, std::size_t{70'000}, limits::kKernelFileBytes}) {
    const std::string content(size, 'x');
    root.write("file", content);
    const auto read = files.read("/file");
    ASSERT_TRUE(read.ok()) << size;
    EXPECT_EQ(read->size(), size);
    EXPECT_TRUE(*read == content) << size;
  }
  root.write("file", std::string(limits::kKernelFileBytes + 1, 'x'));
  EXPECT_EQ(files.read("/file").error().kind, ErrorKind::too_large);
}

TEST(KernelFiles, TellsMissingFromDenied) {
  LinuxKernelFiles files;
  EXPECT_EQ(files.read("/proc/self/nothing").error().kind, ErrorKind::not_found);
  EXPECT_EQ(files.read("/proc/self/comm/below-a-file").error().kind, ErrorKind::not_found);
  EXPECT_EQ(files.list("/proc/4194305/fd").error().kind, ErrorKind::not_found);  // beyond the largest process id
  EXPECT_EQ(files.read("/proc/self").error().kind, ErrorKind::unavailable);      // a folder
  const test::AsNobody nobody;
  ASSERT_TRUE(nobody.works());
  EXPECT_EQ(files.read("/proc/1/environ").error().kind, ErrorKind::denied);
}

TEST(KernelFiles, ListsNamesInOrder) {
  const TemporaryFolder root;
  for (const char* name : {"10", "2", "a", ".hidden"}) root.write(std::string("proc/") + name, "");
  LinuxKernelFiles files(root.path());
  const std::vector<std::string> expected = {".hidden", "10", "2", "a"};
  EXPECT_EQ(files.list("/proc").value_or({}), expected);
  EXPECT_EQ(files.list("/proc/10").error().kind, ErrorKind::not_found);  // not a folder
}

TEST(KernelFiles, GivesTargetsOfLinksAlone) {
  const TemporaryFolder root;
  root.write("fd/plain", "");
  std::filesystem::create_symlink("socket:[4711]", root.path() + "/fd/3");
  std::filesystem::create_symlink("/dev/null", root.path() + "/fd/0");
  LinuxKernelFiles files(root.path());
  auto targets = files.link_targets("/fd").value_or({});
  std::sort(targets.begin(), targets.end());
  const std::vector<std::string> expected = {"/dev/null", "socket:[4711]"};
  EXPECT_EQ(targets, expected);
}

TEST(KernelFiles, SeesOwnOpenDescriptors) {
  const TemporaryFolder root;
  root.write("open", "");
  const std::ifstream held(root.path() + "/open");
  LinuxKernelFiles files;
  const auto targets = files.link_targets("/proc/self/fd").value_or({});
  EXPECT_NE(std::find(targets.begin(), targets.end(), root.path() + "/open"), targets.end());
}

}  // namespace
}  // namespace fleetwatch::io
