// One line of `ufw status numbered`, as far as a rule needs it: which ports it opens, and to whom.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace fleetwatch::alert {

struct FirewallRule {
  bool allows_in = false;                                      // lets connections to this machine through
  bool every_port = false;                                     // names no port
  std::vector<std::pair<std::uint16_t, std::uint16_t>> ports;  // ranges, both ends included
  bool other_protocol = false;                                 // for another protocol than TCP alone
  bool from_one_machine = false;                               // the source is one address
  bool internal = false;  // limited to the mesh (10.0.0.0/24), this machine, wg0 or lo
};

// "[ 1] 5001/tcp ALLOW IN 10.0.0.0/24 # text"; what cannot be understood allows nothing.
FirewallRule read_firewall_rule(std::string_view line);

bool opens(const FirewallRule& rule, std::uint16_t port);

}  // namespace fleetwatch::alert
