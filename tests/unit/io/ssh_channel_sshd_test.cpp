// The real ssh against a real sshd, which each connection starts for itself behind a ProxyCommand: no port is needed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdlib>
#include <filesystem>
#include <variant>

#include "io/ssh_channel.hpp"
#include "support/run_answer.hpp"
#include "support/run_task.hpp"
#include "support/temporary_folder.hpp"

namespace fleetwatch::io {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* kSshd = "/usr/sbin/sshd";

bool run(const std::string& line) { return std::system(("{ " + line + "; } >/dev/null 2>&1").c_str()) == 0; }

class RealSsh : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::access(kSshd, X_OK) != 0 || !run("command -v ssh && command -v ssh-keygen")) {
      GTEST_SKIP() << "needs ssh, ssh-keygen and " << kSshd;
    }
    // Where systemd does not start sshd, its empty folder is missing; without root none is wanted.
    if (::geteuid() == 0) ::mkdir("/run/sshd", 0755);
    for (const auto* key : {"host_key", "other_host_key", "login_key", "other_login_key"}) make_key(key);
    std::filesystem::copy_file(path("login_key.pub"), path("authorized_keys"));
    folder_.write("sshd_config", "HostKey " + path("host_key") + "\nAuthorizedKeysFile " + path("authorized_keys") +
                                     "\nUsePAM no\nStrictModes no\nPidFile none\nPasswordAuthentication no\n" +
                                     "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n");
    // Neither the user's configuration nor the machine's may change what a test sees.
    folder_.write("ssh", "#!/bin/sh\nexec ssh -F none \"$@\"\n");
    ASSERT_EQ(::chmod(path("ssh").c_str(), 0755), 0);
    options_.ssh_program = path("ssh");
    options_.key_path = path("login_key");
    options_.report_command = "echo '{\"a\":1}'";
    options_.settings = {"UserKnownHostsFile=" + path("known_hosts"), "GlobalKnownHostsFile=/dev/null",
                         "ProxyCommand=" + std::string(kSshd) + " -i -f " + path("sshd_config") + " -E " + path("log")};
    options_.notice = [this](std::string_view text) { notices_.emplace_back(text); };
    node_.user = ::getpwuid(::geteuid())->pw_name;
  }

  std::string path(const std::string& name) const { return folder_.path() + "/" + name; }
  void make_key(const std::string& name) const { ASSERT_TRUE(run("ssh-keygen -q -t ed25519 -N '' -f " + path(name))); }
  outside::AskResult ask() {
    SshChannel channel(options_, clock_);
    boost::asio::io_context loop;
    return test::run_task(loop, channel.ask(node_, test::far_deadline()));
  }
  static std::string reason_of(const outside::AskResult& answer) {
    const auto* failed = std::get_if<outside::AskFailure>(&answer);
    return failed == nullptr ? "none" : std::string(name_of(failed->failure.reason));
  }

  test::TemporaryFolder folder_;
  SystemClock clock_;
  SshOptions options_;
  std::vector<std::string> notices_;
  model::InventoryNode node_{"testnet", "", "node1", "node", "", {}, 1};
};

TEST_F(RealSsh, BringsAReportOfAHostSeenForTheFirstTimeAndThenAgain) {
  for (int i = 0; i < 2; ++i) {
    const auto answer = ask();
    ASSERT_EQ(reason_of(answer), "none") << std::get<outside::AskFailure>(answer).failure.text;
    EXPECT_EQ(std::get<outside::RawReport>(answer).json, "{\"a\":1}");
  }
  EXPECT_THAT(notices_, SizeIs(2));  // once per channel
  EXPECT_TRUE(std::filesystem::exists(path("known_hosts")));
}

TEST_F(RealSsh, RefusesAChangedHostKey) {
  ASSERT_EQ(reason_of(ask()), "none");
  std::filesystem::rename(path("other_host_key"), path("host_key"));
  const auto answer = ask();
  EXPECT_EQ(reason_of(answer), "host_key");
  EXPECT_THAT(std::get<outside::AskFailure>(answer).failure.text, HasSubstr("has changed"));
}

TEST_F(RealSsh, KeepsStrictChecking) {
  options_.settings.emplace_back("StrictHostKeyChecking=yes");
  EXPECT_EQ(reason_of(ask()), "host_key");
  EXPECT_THAT(notices_, SizeIs(0));
}

TEST_F(RealSsh, SaysThatALoginIsRefused) {
  options_.key_path = path("other_login_key");
  const auto answer = ask();
  EXPECT_EQ(reason_of(answer), "auth");
  EXPECT_FALSE(std::get<outside::AskFailure>(answer).connection_problem);
}

TEST_F(RealSsh, SaysThatAKeyIsNotThere) {
  options_.key_path = path("no_such_key");
  EXPECT_EQ(reason_of(ask()), "auth");
}

TEST_F(RealSsh, SaysThatNothingListens) {
  boost::asio::io_context loop;
  using boost::asio::ip::tcp;
  tcp::acceptor bound(loop);  // bound, so that nobody else takes the port, but not listening
  bound.open(tcp::v4());
  bound.bind({boost::asio::ip::address_v4::loopback(), 0});
  options_.settings.back() = "Port=" + std::to_string(bound.local_endpoint().port());
  node_.host = "127.0.0.1";
  const auto answer = ask();
  EXPECT_EQ(reason_of(answer), "refused");
  EXPECT_TRUE(std::get<outside::AskFailure>(answer).connection_problem);
}

TEST_F(RealSsh, SaysThatItsSettingsAreWrong) {
  options_.settings.emplace_back("NoSuchSetting=1");
  EXPECT_EQ(reason_of(ask()), "auth");
}

}  // namespace
}  // namespace fleetwatch::io
