#include "parse/ssh_diagnosis.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace fleetwatch::parse {
namespace {

using model::FailureReason;
using ::testing::HasSubstr;
using ::testing::Not;

FrameReader reply_of(const std::string& bytes, std::size_t limit = 1000) {
  FrameReader reader("ab12", limit);
  reader.feed(bytes);
  return reader;
}

std::string framed(const std::string& body, int status) {
  return "fw:ab12:begin\n" + body + "\nfw:ab12:end:" + std::to_string(status) + "\n";
}

struct Login {
  const char* standard_error;
  FailureReason reason;
  bool again;
};

// Texts as OpenSSH 9.2 wrote them.
TEST(SshDiagnosis, NamesWhyALoginFailed) {
  const Login cases[] = {
      {"Host key verification failed.\r\n", FailureReason::host_key, false},
      {"@@@@@@@@\r\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\nSomeone could be eavesdropping on "
       "you right now!\r\nHost key for [127.0.0.1]:22822 has changed and you have requested strict checking.\r\nHost "
       "key verification failed.\r\n",
       FailureReason::host_key, false},
      {"No ED25519 host key is known for n1 and you have requested strict checking.\r\nHost key verification "
       "failed.\r\n",
       FailureReason::host_key, false},
      {"ssh: Could not resolve hostname nosuch.invalid: Name or service not known\r\n", FailureReason::dns, true},
      {"ssh: Could not resolve hostname j.invalid: Name or service not known\r\nkex_exchange_identification: "
       "Connection closed by remote host\r\nConnection closed by UNKNOWN port 65535\r\n",
       FailureReason::dns, true},
      {"ssh: connect to host 127.0.0.1 port 22823: Connection refused\r\n", FailureReason::refused, true},
      {"channel 0: open failed: connect failed: Connection refused\r\nstdio forwarding failed\r\nConnection closed by "
       "UNKNOWN port 65535\r\n",
       FailureReason::refused, true},
      {"/bin/bash: line 1: exec: nonexist: not found\nkex_exchange_identification: Connection closed by remote "
       "host\r\nConnection closed by UNKNOWN port 65535\r\n",
       FailureReason::refused, true},
      {"ssh: connect to host 203.0.113.1 port 22: Connection timed out\r\n", FailureReason::timeout, true},
      {"Connection timed out during banner exchange\r\nConnection to 127.0.0.1 port 22824 timed out\r\n",
       FailureReason::timeout, true},
      {"ssh: connect to host 203.0.113.1 port 22: No route to host\r\n", FailureReason::timeout, true},
      {"ssh: connect to host 2001:db8::1 port 22: Network is unreachable\r\n", FailureReason::timeout, true},
      {"root@127.0.0.1: Permission denied (publickey).\r\n", FailureReason::auth, false},
      {"Permissions 0644 for 'id' are too open.\r\nLoad key \"id\": bad permissions\r\nroot@127.0.0.1: Permission "
       "denied (publickey).\r\n",
       FailureReason::auth, false},
      {"Warning: Identity file /nonexist not accessible: No such file or directory.\nroot@127.0.0.1: Permission denied "
       "(publickey).\r\n",
       FailureReason::auth, false},
      {"Received disconnect from 127.0.0.1 port 22:2: Too many authentication failures\r\nDisconnected from 127.0.0.1 "
       "port 22\r\n",
       FailureReason::auth, false},
      {"command-line: line 0: Bad configuration option: bogusopt\r\n", FailureReason::auth, false},
      {"kex_exchange_identification: read: Connection reset by peer\r\nConnection reset by 127.0.0.1 port 22822\r\n",
       FailureReason::throttled, true},
      {"kex_exchange_identification: Connection closed by remote host\r\nConnection closed by 127.0.0.1 port 22\r\n",
       FailureReason::throttled, true},
      {"ssh_exchange_identification: read: Connection reset by peer\r\n", FailureReason::throttled, true},
      {"Connection closed by 127.0.0.1 port 22\r\n", FailureReason::throttled, true},
      {"Unable to negotiate with 127.0.0.1 port 22: no matching host key type found. Their offer: ssh-dss\r\n",
       FailureReason::refused, false},
      {"something new\r\n", FailureReason::throttled, true},
      {"", FailureReason::throttled, true},
  };
  for (const auto& one : cases) {
    const auto found = diagnose_ssh({255, one.standard_error, false}, reply_of(""));
    EXPECT_EQ(name_of(found.failure.reason), name_of(one.reason)) << one.standard_error;
    EXPECT_EQ(found.connection_problem, one.again) << one.standard_error;
    EXPECT_THAT(found.failure.text, HasSubstr("exit code 255")) << one.standard_error;
    EXPECT_THAT(found.failure.text, Not(HasSubstr("\\x0"))) << "one line, without escapes";
  }
}

TEST(SshDiagnosis, QuotesTheLineThatDecided) {
  const auto found = diagnose_ssh(
      {255, "Authorized use only\nssh: connect to host 10.0.0.1 port 22: Connection refused\n", false}, reply_of(""));
  EXPECT_EQ(found.failure.text,
            "the connection was refused (SSH failed, exit code 255): ssh: connect to host 10.0.0.1 port 22: "
            "Connection refused");
}

struct Remote {
  const char* standard_error;
  int remote_status;
  FailureReason reason;
};

// Texts of sudo 1.9.13 and of dash, bash and zsh.
TEST(SshDiagnosis, NamesWhyTheCollectorDidNotRun) {
  const Remote cases[] = {
      {"sudo: a password is required\n", 1, FailureReason::sudo},
      {"sudo: a terminal is required to read the password; either use the -S option to read from standard input or "
       "configure an askpass helper\nsudo: a password is required\n",
       1, FailureReason::sudo},
      {"sudo: sorry, you must have a tty to run sudo\n", 1, FailureReason::sudo},
      {"ops is not in the sudoers file.  This incident will be reported.\n", 1, FailureReason::sudo},
      {"Sorry, user ops may not run sudo on n1.\n", 1, FailureReason::sudo},
      {"Sorry, user ops is not allowed to execute '/usr/local/bin/orama node report --json' as root on n1.\n", 1,
       FailureReason::sudo},
      {"sudo: The \"no new privileges\" flag is set, which prevents sudo from running as root.\n", 1,
       FailureReason::sudo},
      {"sh: 1: sudo: not found\n", 127, FailureReason::sudo},
      {"bash: line 1: sudo: command not found\n", 127, FailureReason::sudo},
      {"zsh:1: command not found: sudo\n", 127, FailureReason::sudo},
      {"sudo: unable to resolve host n1: Name or service not known\nsudo: orama: command not found\n", 1,
       FailureReason::no_command},
      {"sudo: a password is required\nfleetwatch-node, orama: command not found in /usr/bin\n", 1,
       FailureReason::no_command},
      {"sh: 1: orama: not found\n", 127, FailureReason::no_command},
      {"Error: unknown command \"node\" for \"orama\"\n", 1, FailureReason::no_command},
      {"sudo: unable to execute /usr/local/bin/orama: Permission denied\n", 1, FailureReason::no_permission},
      {"bash: line 1: /opt/collect: Permission denied\n", 126, FailureReason::no_permission},
      {"", 126, FailureReason::no_permission},
      {"", 127, FailureReason::no_command},
      {"panic: boom\n", 2, FailureReason::bad_report},
      {"", 0, FailureReason::bad_report},
  };
  for (const auto& one : cases) {
    const auto found = diagnose_ssh({0, one.standard_error, false}, reply_of(framed("", one.remote_status)));
    EXPECT_EQ(name_of(found.failure.reason), name_of(one.reason)) << one.standard_error;
    EXPECT_FALSE(found.connection_problem) << one.standard_error;
  }
}

struct Cut {
  const char* name;
  SshEnd end;
  std::string reply;
  FailureReason reason;
  bool again;
};

TEST(SshDiagnosis, KnowsHowFarTheQuestionCame) {
  const Cut cases[] = {
      {"no login in time", {std::nullopt, "", true}, "", FailureReason::timeout, false},
      {"no report in time", {std::nullopt, "", true}, "fw:ab12:begin\n{", FailureReason::node_timeout, false},
      {"lost",
       {255, "Connection to n1 closed by remote host.\r\n", false},
       "fw:ab12:begin\n{",
       FailureReason::bad_report,
       true},
      {"ended early", {0, "", false}, "fw:ab12:begin\n{", FailureReason::bad_report, false},
      {"no object", {0, "", false}, framed("<html>", 0), FailureReason::bad_report, false},
      {"no marks", {0, "", false}, "Hello, this is a forced command", FailureReason::bad_report, false},
      {"no shell", {1, "", false}, "This account is currently not available.\n", FailureReason::auth, false},
      {"login shell lacks sh", {127, "fish: Unknown command: sh\n", false}, "", FailureReason::no_command, false},
      {"too large", {0, "", false}, std::string(2000, ' '), FailureReason::too_large, false},
  };
  for (const auto& one : cases) {
    const auto found = diagnose_ssh(one.end, reply_of(one.reply));
    EXPECT_EQ(name_of(found.failure.reason), name_of(one.reason)) << one.name;
    EXPECT_EQ(found.connection_problem, one.again) << one.name;
  }
}

}  // namespace
}  // namespace fleetwatch::parse
