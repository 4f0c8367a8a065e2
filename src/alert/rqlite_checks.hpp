// What one asks rqlite when something is wrong with it.
#pragma once

#include "alert/rule.hpp"

namespace fleetwatch::alert {

inline constexpr Check kStatus = {"its own view of the cluster",
                                  "curl -s --max-time 3 \"http://localhost:5001/status?pretty\""};
inline constexpr Check kMembers = {"which members it reaches",
                                   "curl -s --max-time 5 \"http://localhost:5001/nodes?nonvoters&ver=2&timeout=2s\""};
inline constexpr Check kReadyz = {"what it says about its leader", "curl -s --max-time 3 http://localhost:5001/readyz"};
inline constexpr Check kNodeLog = {"the last lines of the unit that runs it",
                                   "sudo journalctl -u orama-node -n 100 --no-pager"};
inline constexpr Check kGrows = {"whether the number still grows",
                                 "curl -s --max-time 3 http://localhost:5001/debug/vars"};
inline constexpr Check kPressure = {"whether the disk is the brake", "cat /proc/pressure/io"};

}  // namespace fleetwatch::alert
