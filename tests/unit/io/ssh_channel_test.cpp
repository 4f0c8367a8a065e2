#include "io/ssh_channel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <variant>

#include "base/limits.hpp"
#include "io/askpass.hpp"
#include "support/orphans.hpp"
#include "support/run_answer.hpp"
#include "support/run_task.hpp"
#include "support/temporary_folder.hpp"

namespace fleetwatch::io {
namespace {

using model::FailureReason;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

// A program in place of ssh: answers -G, keeps its arguments, then does what the test wrote into `behaviour`, where
// $line is the remote line and $t its token.
constexpr const char* kFakeSsh = R"(#!/bin/sh
here=$(dirname "$0")
if [ "$1" = -G ]; then
  cat "$here/settings"
  exit $(cat "$here/settings-status")
fi
for argument; do printf '%s\n' "$argument"; done >> "$here/arguments"
echo "$LC_ALL $SSH_ASKPASS" >> "$here/environment"
env | grep -e ASKPASS -e hunter >> "$here/environ"
for line; do :; done
t=${line#*t=}
t=${t%%;*}
begin() { echo "fw:$t:begin"; }
end() { echo "fw:$t:end:$1"; }
. "$here/behaviour"
)";

class SshChannelTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.write("ssh", kFakeSsh);
    ASSERT_EQ(::chmod(path("ssh").c_str(), 0755), 0);
    folder_.write("settings", "hostname n1\nport 22\nstricthostkeychecking ask\n");
    folder_.write("settings-status", "0");
    options_.ssh_program = path("ssh");
    options_.notice = [this](std::string_view text) { notices_.emplace_back(text); };
  }
  void TearDown() override { EXPECT_TRUE(test::Orphans::all_gone()); }

  std::string path(const std::string& name) const { return folder_.path() + "/" + name; }
  std::string content(const std::string& name) const {
    std::ifstream stream(path(name));
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  outside::AskResult ask(const std::string& behaviour, Deadline deadline = test::far_deadline()) {
    folder_.write("behaviour", behaviour);
    SshChannel channel(options_, clock_);
    boost::asio::io_context loop;
    return test::run_task(loop, channel.ask(node_, deadline));
  }

  test::Orphans orphans_;
  test::TemporaryFolder folder_;
  SystemClock clock_;
  SshOptions options_;
  std::vector<std::string> notices_;
  model::InventoryNode node_{"testnet", "ops", "n1", "node", "", {}, 1};
};

struct Answer {
  const char* behaviour;
  const char* json;
};

TEST_F(SshChannelTest, TakesTheReportWhateverIsAroundIt) {
  const Answer cases[] = {
      {"begin; echo '{\"a\":1}'; end 0", "{\"a\":1}"},
      {"echo Welcome; echo '{}'; begin; printf '{\"a\":1}'; end 0; echo bye", "{\"a\":1}"},
      {"begin; echo '{\"a\":1}'; end 3; echo oops >&2; exit 3", "{\"a\":1}"},
      {"echo '{\"a\":1}'", "{\"a\":1}"},                                         // forced command
      {"begin; echo '{\"a\":1}'; end 0; sleep 1000 & sleep 1000", "{\"a\":1}"},  // does not leave
      {"begin; echo '{\"a\":1'; end 0", ""},
  };
  for (const auto& one : cases) {
    const auto answer = ask(one.behaviour);
    const auto* report = std::get_if<outside::RawReport>(&answer);
    EXPECT_EQ(report != nullptr ? report->json : "", one.json) << one.behaviour;
    if (report != nullptr) {
      EXPECT_GT(report->arrived_unix_ms, 0);
    }
  }
}

struct Trouble {
  const char* behaviour;
  FailureReason reason;
  bool again;
};

TEST_F(SshChannelTest, SaysWhyThereIsNoReport) {
  const Trouble cases[] = {
      {"echo 'ssh: connect to host n1 port 22: Connection refused' >&2; exit 255", FailureReason::refused, true},
      {"echo 'ssh: Could not resolve hostname n1: Name or service not known' >&2; exit 255", FailureReason::dns, true},
      {"echo 'Host key verification failed.' >&2; exit 255", FailureReason::host_key, false},
      {"echo 'ops@n1: Permission denied (publickey).' >&2; exit 255", FailureReason::auth, false},
      {"echo 'kex_exchange_identification: read: Connection reset by peer' >&2; exit 255", FailureReason::throttled,
       true},
      {"begin; echo 'sudo: a password is required' >&2; end 1", FailureReason::sudo, false},
      {"begin; end 127; exit 127", FailureReason::no_command, false},
      {"begin; echo '{\"a\":'; exit 0", FailureReason::bad_report, false},
      {"begin; echo '{\"a\":'; kill -9 $$", FailureReason::bad_report, true},
      {"begin; echo '<html>'; end 0", FailureReason::bad_report, false},
      {"echo 'no marks here'", FailureReason::bad_report, false},
      {"begin; head -c 104857600 /dev/zero", FailureReason::too_large, false},
      {"head -c 104857600 /dev/zero", FailureReason::too_large, false},
  };
  for (const auto& one : cases) {
    const auto answer = ask(one.behaviour);
    const auto* failed = std::get_if<outside::AskFailure>(&answer);
    ASSERT_NE(failed, nullptr) << one.behaviour;
    EXPECT_EQ(name_of(failed->failure.reason), name_of(one.reason)) << one.behaviour << failed->failure.text;
    EXPECT_EQ(failed->connection_problem, one.again) << one.behaviour;
  }
}

TEST_F(SshChannelTest, EndsAtTheDeadline) {
  const auto silent = ask("sleep 1000 & sleep 1000", Steady::now() + milliseconds(100));
  EXPECT_EQ(std::get<outside::AskFailure>(silent).failure.reason, FailureReason::timeout);
  // On a busy machine even this login may take longer than the first try.
  auto reason = FailureReason::timeout;
  for (milliseconds patience(200); reason == FailureReason::timeout && patience.count() < 20'000; patience *= 2) {
    const auto hanging = ask("begin; echo '{'; exec sleep 1000", Steady::now() + patience);
    reason = std::get<outside::AskFailure>(hanging).failure.reason;
  }
  EXPECT_EQ(reason, FailureReason::node_timeout);
}

TEST_F(SshChannelTest, GivesSshItsArgumentsApart) {
  options_.settings = {"ConnectTimeout=3", "Port=2200"};
  node_.key_path = "/keys/of node";
  ask("begin; echo '{}'; end 0");
  const auto arguments = content("arguments");
  EXPECT_THAT(arguments, HasSubstr("-T\n-n\n-o\nBatchMode=yes\n-o\nConnectTimeout=3\n-o\nPort=2200\n"));
  EXPECT_THAT(arguments,
              HasSubstr("-i\n/keys/of node\n-o\nIdentitiesOnly=yes\n-l\nops\n-o\nConnectTimeout=10\n--\nn1\nsh -c "));
  EXPECT_EQ(content("environment"), "C \n");
}

TEST_F(SshChannelTest, AcceptsNewHostKeysOnlyInsteadOfAsking) {
  ask("begin; echo '{}'; end 0");
  EXPECT_THAT(content("arguments"), HasSubstr("StrictHostKeyChecking=accept-new\n"));
  EXPECT_THAT(notices_, SizeIs(1));
  for (const auto* value : {"true", "false", "accept-new"}) {
    notices_.clear();
    folder_.write("arguments", "");
    folder_.write("settings", std::string("hostname n1\nport 22\nstricthostkeychecking ") + value + "\n");
    ask("begin; echo '{}'; end 0");
    EXPECT_THAT(content("arguments"), Not(HasSubstr("StrictHostKeyChecking"))) << value;
    EXPECT_THAT(notices_, SizeIs(0)) << value;
  }
}

TEST_F(SshChannelTest, DoesNotAskWithSettingsThatSshRefuses) {
  folder_.write("settings-status", "255");
  const auto answer = ask("begin; echo '{}'; end 0");
  EXPECT_TRUE(std::holds_alternative<outside::AskFailure>(answer));
  EXPECT_EQ(content("arguments"), "");
}

TEST_F(SshChannelTest, SaysThatThereIsNoSsh) {
  options_.ssh_program = path("no-ssh");
  const auto answer = ask("");
  EXPECT_THAT(std::get<outside::AskFailure>(answer).failure.text, HasSubstr("no-ssh"));
}

struct PasswordTest : SshChannelTest {
  void SetUp() override {
    SshChannelTest::SetUp();
    options_.askpass_program = FLEETWATCH_TEST_ASKPASS;
    node_.password = model::Secret("hunter2 $x");
  }
  // What the helper says to each of these questions, and its status.
  std::string answers(const std::string& questions) {
    folder_.write("said", "");
    const auto answer = ask("begin; for question in " + questions +
                            R"(; do "$SSH_ASKPASS" "$question" >> "$here/said"; echo "=$?" >> "$here/said"; done
                            echo '{}'; end 0)");
    EXPECT_TRUE(std::holds_alternative<outside::RawReport>(answer));
    return content("said");
  }
};

TEST_F(PasswordTest, IsGivenToOneQuestion) {
  EXPECT_EQ(answers("\"ops@n1's password: \""), "hunter2 $x\n=0\n");
  EXPECT_EQ(answers("'(ops@n1) Password: ' \"ops@n1's password: \""), "hunter2 $x\n=0\n=1\n") << "only once";
  const auto arguments = content("arguments");
  EXPECT_THAT(arguments, HasSubstr("-n\n-o\nBatchMode=no\n-o\nNumberOfPasswordPrompts=1\n"));
  const auto environment = content("environ");
  EXPECT_THAT(environment, HasSubstr("SSH_ASKPASS_REQUIRE=force\n"));
  EXPECT_THAT(arguments + environment, Not(HasSubstr("hunter2")));
}

TEST_F(PasswordTest, IsNotGivenToOtherQuestions) {
  EXPECT_EQ(answers("'Are you sure you want to continue connecting (yes/no/[fingerprint])? ' '(ops@n1) Code: ' "
                    "\"Enter passphrase for key '/home/me/.ssh/id_rsa': \" '' \"ops@n1's password: \""),
            "=1\n=1\n=1\n=1\nhunter2 $x\n=0\n");
}

TEST_F(PasswordTest, OpensTheKeyOfTheInventoryOnly) {
  node_.key_path = "/keys/n1";
  EXPECT_EQ(answers("\"Enter passphrase for key '/home/me/.ssh/id_rsa': \" \"Enter passphrase for key '/keys/n1': \""),
            "=1\nhunter2 $x\n=0\n");
  node_.key_path = "/keys/" + std::string(200, 'x');  // ssh cuts it
  EXPECT_EQ(answers("\"Enter passphrase for key '/keys/" + std::string(94, 'x') + "': \""), "hunter2 $x\n=0\n");
}

TEST_F(PasswordTest, IsNotForTheSshOfAJumpHost) {
  const auto answer = ask(R"(begin; echo hunter3 | "$SSH_ASKPASS" "ops@jump's password: " > "$here/said" 2>&1
                             "$SSH_ASKPASS" "ops@jump's password: " < /dev/null >> "$here/said" 2>&1
                             echo '{}'; end 0)");
  EXPECT_TRUE(std::holds_alternative<outside::RawReport>(answer));
  EXPECT_THAT(content("said"), HasSubstr("standard input is not the pipe"));
  EXPECT_THAT(content("said"), Not(HasSubstr("hunter")));
}

TEST_F(PasswordTest, AsTheOnlyArgumentIsNoQuestion) {
  const auto answer = ask(R"(begin; "$SSH_ASKPASS" > "$here/said"; "$SSH_ASKPASS" monitor cluster >> "$here/said"
                             echo '{}'; end 0)");
  EXPECT_TRUE(std::holds_alternative<outside::RawReport>(answer));
  EXPECT_EQ(content("said"), "");
}

TEST_F(PasswordTest, IsUnusableWhenItIsTooLong) {
  node_.password = model::Secret(std::string(1001, 'x'));
  const auto answer = ask("begin; echo '{}'; end 0");
  EXPECT_EQ(std::get<outside::AskFailure>(answer).failure.reason, FailureReason::auth);
  EXPECT_EQ(content("arguments"), "");
}

TEST_F(PasswordTest, IsIgnoredWithoutAHelper) {
  options_.askpass_program.clear();
  EXPECT_TRUE(std::holds_alternative<outside::RawReport>(ask("begin; echo '{}'; end 0")));
  EXPECT_THAT(content("arguments"), HasSubstr("BatchMode=yes\n"));
}

TEST(Askpass, WithoutItsVariableThisIsAnOrdinaryProgram) {
  EXPECT_NE(std::system(FLEETWATCH_TEST_ASKPASS " \"ops@n1's password: \""), 0);
  EXPECT_EQ(own_program(), std::filesystem::read_symlink("/proc/self/exe").string());
}

// One login per target at a time, but questions of any length: the first ends only when the second has logged in.
TEST_F(SshChannelTest, HoldsAPlaceOnlyUntilTheLogin) {
  ASSERT_EQ(::mkfifo(path("meet").c_str(), 0600), 0);
  folder_.write("behaviour", R"(
    if mkdir "$here/first" 2>/dev/null; then begin; read met < "$here/meet"; else begin; echo met > "$here/meet"; fi
    echo '{}'; end 0)");
  SshChannel channel(options_, clock_);
  boost::asio::io_context loop;
  int answered = 0;
  for (int i = 0; i < 2; ++i) {
    boost::asio::co_spawn(loop, channel.ask(node_, test::far_deadline()),
                          [&](const std::exception_ptr&, const outside::AskResult& answer) {
                            if (std::holds_alternative<outside::RawReport>(answer)) ++answered;
                          });
  }
  loop.run();
  EXPECT_EQ(answered, 2);
  EXPECT_THAT(notices_, SizeIs(1));
}

// The line as it is, run by the shells that are here, with programs of the test's own in its PATH.
TEST_F(SshChannelTest, RunsItsLineInAnyLoginShell) {
  folder_.write("bin/sudo", "#!/bin/sh\ntest \"$1\" = -n && shift && exec \"$@\"\n");
  folder_.write("bin/orama", "#!/bin/sh\necho \"{\\\"ran\\\":\\\"${0##*/} $*\\\"}\"; cat\n");
  for (const auto* program : {"bin/sudo", "bin/orama"}) ASSERT_EQ(::chmod(path(program).c_str(), 0755), 0);
  for (const std::string shell : {"sh", "bash", "dash", "zsh", "fish", "csh"}) {
    if (std::system(("command -v " + shell + " >/dev/null").c_str()) != 0) continue;
    const auto behaviour = "echo 'hello from the start file'; PATH=$here/bin:$PATH exec " + shell + " -c \"$line\"";
    options_.report_command.clear();
    const auto answer = ask(behaviour);
    ASSERT_TRUE(std::holds_alternative<outside::RawReport>(answer)) << shell;
    EXPECT_EQ(std::get<outside::RawReport>(answer).json, R"({"ran":"orama node report --json"})") << shell;
    options_.report_command = R"(printf '{"own":"%s"}' 'a\b !c $d'; cat; exit 5)";
    const auto own = ask(behaviour);
    ASSERT_TRUE(std::holds_alternative<outside::RawReport>(own)) << shell;
    EXPECT_EQ(std::get<outside::RawReport>(own).json, R"({"own":"a\b !c $d"})") << shell;
  }
}

}  // namespace
}  // namespace fleetwatch::io
