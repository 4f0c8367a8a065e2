// The files of ufw, the firewall's front end, and the lines that `ufw status numbered` makes of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fleetwatch::parse {

struct UfwRule {
  std::string action;  // allow, deny, reject, limit
  std::string log;     // empty, log, log-all
  bool forward = false;
  bool out = false;
  bool v6 = false;
  std::string protocol;  // "any", "tcp", ...
  std::string to_port;   // "any", "22", "80,443", "6000:6007"
  std::string to = {};   // network; 0.0.0.0/0 or ::/0 for anywhere
  std::string from_port = {};
  std::string from = {};
  std::string to_app = {};  // application profile; empty: none
  std::string from_app = {};
  std::string interface_in = {};
  std::string interface_out = {};
  std::string comment = {};  // one line, safe for a terminal
};

// ENABLED of /etc/ufw/ufw.conf.
bool ufw_enabled(std::string_view ufw_conf);

// IPV6 of /etc/default/ufw: without it ufw neither loads nor shows the rules of user6.rules.
bool ufw_uses_ipv6(std::string_view default_ufw);

// The "### tuple ###" lines of user.rules, or with `v6` of user6.rules; what is no rule is left out, as ufw does.
std::vector<UfwRule> ufw_rules(std::string_view text, bool v6);

// "[ 1] 22/tcp                     ALLOW IN    Anywhere", without blanks at the end. The rules of one application
// profile are one line.
std::vector<std::string> ufw_status_lines(const std::vector<UfwRule>& rules);

}  // namespace fleetwatch::parse
