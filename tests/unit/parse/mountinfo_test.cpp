#include "parse/mountinfo.hpp"

#include <gtest/gtest.h>

namespace fleetwatch::parse {
namespace {

constexpr std::string_view kText =
    "27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
    "22 27 0:21 / /proc rw - proc proc rw\n"
    "31 27 0:30 / /opt/orama rw master:7 propagate_from:2 - nfs4 server:/x rw\n"
    "33 27 0:31 / /mnt/a\\040b rw - fuse.sshfs me@x: rw\n"
    "34 27 0:32 / /opt/orama rw - xfs /dev/vdb rw\n"
    "no mount\n35 27 0:1 / /x rw -\n";

TEST(Mountinfo, ReadsPointAndType) {
  const std::vector<Mount> expected = {
      {"/", "ext4"}, {"/proc", "proc"}, {"/opt/orama", "nfs4"}, {"/mnt/a b", "fuse.sshfs"}, {"/opt/orama", "xfs"}};
  EXPECT_EQ(mountinfo(kText), expected);
}

TEST(Mountinfo, FindsTheMountOfAPath) {
  const auto mounts = mountinfo(kText);
  EXPECT_EQ(mount_of(mounts, "/")->type, "ext4");
  EXPECT_EQ(mount_of(mounts, "/opt")->type, "ext4");
  EXPECT_EQ(mount_of(mounts, "/opt/orama")->type, "xfs") << "the later mount hides the earlier one";
  EXPECT_EQ(mount_of(mounts, "/opt/orama/data")->type, "xfs");
  EXPECT_EQ(mount_of(mounts, "/opt/oramas")->type, "ext4");
  EXPECT_EQ(mount_of(mounts, "relative"), std::nullopt);
  EXPECT_EQ(mount_of({}, "/"), std::nullopt);
}

TEST(Mountinfo, KnowsWhatMayHang) {
  for (const auto* type : {"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "fuse", "9p", "autofs", "ceph"}) {
    EXPECT_TRUE(may_hang(type)) << type;
  }
  for (const auto* type : {"ext4", "xfs", "btrfs", "overlay", "tmpfs", "zfs", "fuseblk", ""}) {
    EXPECT_FALSE(may_hang(type)) << type;
  }
}

}  // namespace
}  // namespace fleetwatch::parse
