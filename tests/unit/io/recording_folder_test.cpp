#include "io/recording_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "support/temporary_folder.hpp"

namespace fleetwatch::io {
namespace {

namespace fs = std::filesystem;

const RecordingFiles kFiles = {
    {"answers.jsonl", "a\n"}, {"recording.json", "b\n"}, {"texts/c", std::string("\xff\0", 2)}};

TEST(RecordingFolder, IsReadAsItWasWritten) {
  const test::TemporaryFolder root;
  const auto path = root.path() + "/new";
  ASSERT_TRUE(write_recording_folder(path + "/", kFiles));
  const auto read = read_recording_folder(path);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, kFiles);
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(path + "/texts/c").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(std::distance(fs::directory_iterator(root.path()), {}), 1) << "nothing is left beside it";
}

TEST(RecordingFolder, RefusesWhatIsThere) {
  const test::TemporaryFolder root;
  root.write("full/file", "kept");
  root.write("file", "kept");
  fs::create_directory(root.path() + "/empty");
  fs::create_symlink(root.path() + "/empty", root.path() + "/link");
  for (const auto* name : {"/full", "/file", "/link", "/no/such/parent"}) {
    const auto done = write_recording_folder(root.path() + name, kFiles);
    ASSERT_FALSE(done) << name;
    EXPECT_EQ(done.error().kind, ErrorKind::output) << name;
    EXPECT_EQ(done.error().where, root.path() + name);
  }
  EXPECT_TRUE(write_recording_folder(root.path() + "/empty", kFiles));
  EXPECT_EQ(std::distance(fs::directory_iterator(root.path()), {}), 4) << "nothing is left beside them";
}

TEST(RecordingFolder, ReadsOnlyRegularFiles) {
  const test::TemporaryFolder root;
  EXPECT_EQ(read_recording_folder(root.path() + "/none").error().kind, ErrorKind::not_found);
  root.write("pipe/answers.jsonl.d", "");
  ASSERT_EQ(::mkfifo((root.path() + "/pipe/answers.jsonl").c_str(), 0600), 0);
  EXPECT_EQ(read_recording_folder(root.path() + "/pipe").error().kind, ErrorKind::malformed);
  fs::create_directory(root.path() + "/linked");
  fs::create_symlink("/etc/passwd", root.path() + "/linked/answers.jsonl");
  const auto linked = read_recording_folder(root.path() + "/linked");
  ASSERT_FALSE(linked);
  EXPECT_EQ(linked.error().kind, ErrorKind::malformed);
  EXPECT_EQ(to_string(linked.error()), root.path() + "/linked/answers.jsonl: is no regular file");
  // Whatever else keeps a file from being read: never as if a service did not answer.
  const std::string long_name(300, 'x');
  EXPECT_EQ(read_recording_folder(root.path() + "/" + long_name).error().kind, ErrorKind::denied);
}

}  // namespace
}  // namespace fleetwatch::io
