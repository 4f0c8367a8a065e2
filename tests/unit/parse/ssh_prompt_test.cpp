#include "parse/ssh_prompt.hpp"

#include <gtest/gtest.h>

namespace fleetwatch::parse {
namespace {

using Kind = SshPrompt::Kind;

TEST(SshPrompt, KnowsThePasswordOfAnAccount) {
  for (const auto* prompt : {"ops@203.0.113.10's password: ", "ops@n1's password:", "(ops@n1) Password: ",
                             "(ops@n1) ops@n1's password: ", "Password: ", "(ops@n1) Password for ops@n1:"}) {
    EXPECT_EQ(parse_ssh_prompt(prompt).kind, Kind::password) << prompt;
  }
}

TEST(SshPrompt, KnowsThePassphraseOfAKey) {
  const auto prompt = parse_ssh_prompt("Enter passphrase for key '/home/o'neill/key': ");
  EXPECT_EQ(prompt.kind, Kind::passphrase);
  EXPECT_EQ(prompt.key_path, "/home/o'neill/key");
}

TEST(SshPrompt, NothingElseIsAPassword) {
  for (const auto* prompt :
       {"The authenticity of host 'password: (203.0.113.10)' can't be established.\nED25519 key fingerprint is "
        "SHA256:x.\nThis key is not known by any other names.\nAre you sure you want to continue connecting "
        "(yes/no/[fingerprint])? ",
        "Please type 'yes', 'no' or the fingerprint: ", "(ops@n1) Verification code: ", "(ops@n1) New password: ",
        "(ops@n1) Retype new password: ", "(current) UNIX password: ", "Old Password: ", "Enter PIN for key x: ",
        "Enter passphrase for key '", "Enter passphrase for key ':", "line\nPassword: ", "password", "", ":"}) {
    EXPECT_EQ(parse_ssh_prompt(prompt).kind, Kind::other) << prompt;
  }
}

}  // namespace
}  // namespace fleetwatch::parse
