#include "io/user_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/temporary_folder.hpp"

namespace fleetwatch::io {
namespace {

constexpr std::size_t kLimitBytes = 1000;

class UserFile : public testing::Test {
 protected:
  std::string at(const std::string& name) const { return folder_.path() + "/" + name; }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      found.push_back(entry.path().filename().string());
    }
    return found;
  }
  static unsigned mode(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 07777U;
  }

  test::TemporaryFolder folder_;
};

TEST_F(UserFile, IsReplacedAsAWhole) {
  ASSERT_TRUE(write_user_file(at("state"), "first, and longer", Readable::by_owner));
  EXPECT_EQ(mode(at("state")), 0600U);
  ASSERT_TRUE(write_user_file(at("state"), "second", Readable::by_all));
  EXPECT_EQ(mode(at("state")), 0644U);
  EXPECT_EQ(read_user_file(at("state"), kLimitBytes).value_or(""), "second");
  EXPECT_EQ(names(), std::vector<std::string>{"state"});
}

TEST_F(UserFile, IsReplacedWhereALinkLeads) {
  folder_.write("real", "old");
  ASSERT_EQ(::symlink("real", at("link").c_str()), 0);
  ASSERT_TRUE(write_user_file(at("link"), "new", Readable::by_owner));
  EXPECT_TRUE(std::filesystem::is_symlink(at("link")));
  EXPECT_EQ(read_user_file(at("real"), kLimitBytes).value_or(""), "new");
}

TEST_F(UserFile, FailureLeavesNothingBehind) {
  const auto written = write_user_file(at("no-folder/state"), "text", Readable::by_owner);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::output);
  EXPECT_EQ(written.error().where, at("no-folder/state"));
  std::filesystem::create_directory(at("folder"));
  EXPECT_FALSE(write_user_file(at("folder"), "text", Readable::by_owner));
  EXPECT_EQ(names(), std::vector<std::string>{"folder"});
}

}  // namespace
}  // namespace fleetwatch::io
