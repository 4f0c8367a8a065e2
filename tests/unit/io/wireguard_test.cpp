#include "io/wireguard.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "support/as_nobody.hpp"
#include "support/loopback_server.hpp"
#include "support/run_answer.hpp"
#include "support/temporary_folder.hpp"

namespace fleetwatch::io {
namespace {

using test::far_deadline;
using test::LocalServer;
using test::run_answer;

// No interface of the machine has this name, so the kernel's own WireGuard never answers for it.
constexpr const char* kInterface = "fwtest0";

std::string key(char digit) { return std::string(64, digit); }

class Wireguard : public testing::Test {
 protected:
  std::string path() const { return folder_.path() + '/' + kInterface + ".sock"; }
  Result<outside::WireguardDevice> ask(const std::string& interface = kInterface, Deadline deadline = far_deadline()) {
    LinuxWireguard wireguard(folder_.path());
    return run_answer(wireguard.device(interface, deadline));
  }

  test::TemporaryFolder folder_;
};

TEST_F(Wireguard, ReadsAUserspaceDevice) {
  LocalServer server(path(), {.pieces = {"private_key=" + key('c') + "\nlisten_port=51820\n", "public_key=" + key('2'),
                                         "\nallowed_ip=10.0.0.3/32\npublic_key=" + key('1') +
                                             "\nendpoint=198.18.7.2:51820\nallowed_ip=10.0.0.2/32\nerrno=0\n",
                                         "\n"},
                              .request_end = "get=1\n\n",
                              .stays_open = true});
  const auto device = ask();
  ASSERT_TRUE(device.ok()) << to_string(device.error());
  EXPECT_EQ(server.received(), "get=1\n\n");
  EXPECT_EQ(device->listen_port, 51820);
  ASSERT_EQ(device->peers.size(), 2U);
  EXPECT_EQ(device->peers[0].endpoint, "198.18.7.2:51820");
  EXPECT_EQ(device->peers[0].allowed_ips, "10.0.0.2/32");
  EXPECT_EQ(device->peers[1].endpoint, "(none)");
}

TEST_F(Wireguard, TellsHowAReplyIsWrong) {
  struct Case {
    const char* name;
    std::string reply;
    ErrorKind kind;
  };
  for (const auto& one :
       {Case{"closed without errno", "private_key=" + key('c') + "\n", ErrorKind::malformed},
        Case{"closed at once", "", ErrorKind::malformed}, Case{"refused", "errno=-22\n\n", ErrorKind::unavailable},
        Case{"another protocol", "HTTP/1.1 400 Bad Request\n\n", ErrorKind::malformed}}) {
    std::filesystem::remove(path());
    LocalServer server(path(), {.pieces = {one.reply}, .request_end = "get=1\n\n", .stays_open = false});
    const auto device = ask();
    ASSERT_FALSE(device.ok()) << one.name;
    EXPECT_EQ(device.error().kind, one.kind) << one.name << ": " << to_string(device.error());
    EXPECT_EQ(to_string(device.error()).find(key('c')), std::string::npos) << one.name;
  }
}

TEST_F(Wireguard, ASilentProgramIsATimeout) {
  LocalServer server(path(), {.pieces = {}, .request_end = "get=1\n\n", .stays_open = true});
  const auto device = ask(kInterface, Steady::now() + milliseconds(50));
  ASSERT_FALSE(device.ok());
  EXPECT_EQ(device.error().kind, ErrorKind::timeout);
}

TEST_F(Wireguard, ASocketThatItsProgramLeftBehindIsUnavailable) {
  { const LocalServer gone(path(), {.pieces = {}, .request_end = "", .stays_open = false}); }
  ASSERT_TRUE(std::filesystem::exists(path()));
  EXPECT_EQ(ask().error().kind, ErrorKind::unavailable);
}

TEST_F(Wireguard, TellsThatThereIsNoDevice) {
  if (::geteuid() != 0) GTEST_SKIP() << "without root the kernel tells nobody whether it has the device";
  EXPECT_EQ(ask().error().kind, ErrorKind::not_found);
}

TEST_F(Wireguard, NamesAreNoPaths) {
  for (const char* name : {"", ".", "..", "../wg0", "a/b", "a-name-much-too-long-for-the-kernel"}) {
    const auto device = ask(name);
    ASSERT_FALSE(device.ok()) << name;
    EXPECT_EQ(device.error().kind, ErrorKind::not_found) << name;
  }
}

TEST_F(Wireguard, WithoutRightsItIsDenied) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become nobody";
  LocalServer server(path(), {.pieces = {}, .request_end = "", .stays_open = false});
  std::filesystem::permissions(folder_.path(), std::filesystem::perms::owner_all);
  const test::AsNobody nobody;
  ASSERT_TRUE(nobody.works());
  EXPECT_EQ(ask().error().kind, ErrorKind::denied);
}

}  // namespace
}  // namespace fleetwatch::io
