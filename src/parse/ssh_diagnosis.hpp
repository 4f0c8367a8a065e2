// Why a question over ssh brought no report: from what ssh, sudo and the remote shell said to one closed list of
// reasons. Texts of OpenSSH 7.4 to 9.9 and sudo 1.8 to 1.9 in the C locale.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/snapshot.hpp"
#include "parse/frame.hpp"

namespace fleetwatch::parse {

// How one run of ssh ended.
struct SshEnd {
  std::optional<int> exit_status;   // of ssh; nothing when it was killed
  std::string_view standard_error;  // ssh's own words and those of the remote command, mixed
  bool deadline_passed = false;     // it was killed at the deadline
};

struct SshFailure {
  model::Failure failure;
  bool connection_problem = false;  // asking again may help
};

// For a run whose reply is no object (FrameReader::has_object). A refused login or a wrong host key is never a
// connection problem: trying again could lock an account, and changes nothing.
SshFailure diagnose_ssh(const SshEnd& end, const FrameReader& reply);

}  // namespace fleetwatch::parse
