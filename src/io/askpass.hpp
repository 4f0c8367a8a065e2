// The password of one node for the ssh that logs in there, by way of ssh's own helper, which is this program again.
//
// The password lies in a pipe that is ssh's standard input (with -n ssh itself never reads it, and it closes every
// other descriptor that it inherits). ssh starts $SSH_ASKPASS, which inherits the pipe, with its question as the one
// argument. The helper answers when the question is for a password and its standard input is the very pipe that the
// environment names, so that the ssh of a jump host, which has another standard input, gets nothing. What was read is
// gone: each password is given once.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "io/descriptor.hpp"
#include "model/inventory.hpp"

namespace fleetwatch::io {

// The path of the running program; empty when it cannot be told.
std::string own_program();

struct PasswordPipe {
  Descriptor read;   // standard input of ssh
  std::string name;  // "device:inode", for the environment
};

// Holds the password, and nobody can write any more. Errors: os_error; input (a password that no pipe or ssh takes).
Result<PasswordPipe> password_pipe(const model::Secret& password);

inline constexpr const char* kAskpassPipeVariable = "FLEETWATCH_ASKPASS";     // name of the pipe
inline constexpr const char* kAskpassKeyVariable = "FLEETWATCH_ASKPASS_KEY";  // private key whose passphrase it may be

// First thing in main: when the environment names a pipe this process is the helper, has answered or refused, and
// leaves with the status given here. Nothing: it is an ordinary program.
std::optional<int> answer_as_askpass(int argc, const char* const* argv);

}  // namespace fleetwatch::io
