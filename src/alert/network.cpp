// Reachability, TCP, firewall.
#include <fmt/format.h>

#include <array>

#include "alert/firewall_rule.hpp"
#include "alert/rule.hpp"
#include "alert/wording.hpp"
#include "base/text.hpp"

namespace fleetwatch::alert {

namespace {

using model::Severity;

constexpr std::array<std::uint16_t, 4> kInternalPorts = {3320, 4501, 5001, 6001};

void ufw_inactive(const Look& look, Findings& out) {
  const auto* network = look.section(&model::NodeReport::network);
  if (network != nullptr && is_false(network->ufw_active)) out.push_back({.message = "firewall inactive"});
}

void internet_unreachable(const Look& look, Findings& out) {
  const auto* network = look.section(&model::NodeReport::network);
  if (network == nullptr || !is_false(network->internet_reachable)) return;
  out.push_back({.message = "internet not reachable (ping 8.8.8.8)"});
}

// Nodes that take no packet of this one any more; one that refuses a login still does.
std::vector<NodeIndex> gone_others(const Context& fleet, NodeIndex self) {
  std::vector<NodeIndex> gone;
  for (const auto& node : fleet.nodes) {
    const bool silent = node.result->failure && node.result->failure->reason == model::FailureReason::timeout;
    const bool torn = mesh_is_down(node) || mesh_is_torn(fleet.nodes[self], node);
    if (node.index != self && (silent || torn)) gone.push_back(node.index);
  }
  return gone;
}

void tcp_retrans_high(const Look& look, Findings& out) {
  const auto* network = look.section(&model::NodeReport::network);
  if (network == nullptr || !is_above(network->tcp_retrans_pct, look.limits().tcp_retrans_pct)) return;
  // On a quiet node, what it sends again and again to one that is gone is a good part of all it sends.
  out.push_back({.message = foreign(fmt::format("retransmission {:.1f} %", *network->tcp_retrans_pct)),
                 .about = gone_others(look.fleet, look.node->index),
                 .explained = Explained::by_any});
}

// "[ 3] 5001/tcp" -> "5001/tcp": the number changes whenever another rule is added.
std::string_view without_number(std::string_view rule) {
  if (!rule.starts_with('[')) return trim(rule);
  const auto end = rule.find(']');
  return end == std::string_view::npos ? trim(rule) : trim(rule.substr(end + 1));
}

void internal_port_exposed(const Look& look, Findings& out) {
  const auto* network = look.section(&model::NodeReport::network);
  if (network == nullptr || !network->ufw_rules) return;
  for (const auto& line : *network->ufw_rules) {
    const auto rule = read_firewall_rule(line);
    for (const auto port : kInternalPorts) {
      if (!opens(rule, port)) continue;
      std::string text;
      for (const auto word : words(without_number(line))) text += fmt::format("{}{}", text.empty() ? "" : " ", word);
      out.push_back({.message = fmt::format("port {} open: {}", port, foreign(text)),
                     .subject = fmt::format("{}/{}", port, text)});
    }
  }
}

constexpr Rule kRules[] = {
    {.id = "network.ufw_inactive",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The firewall is switched off, or the kernel does not have its rules: every listening port is open.",
     .fires = "ufw is not enabled, or its hooks are not in the kernel",
     .causes = {"Somebody disabled it: the status says inactive.", "It was never set up: ufw is not installed.",
                "Its rules were flushed: ufw says active, the kernel has no rules."},
     .checks = {{{"what ufw says", "sudo ufw status verbose"},
                 {"what the kernel has", "sudo nft list ruleset | head -n 40"}}},
     .evaluate = ufw_inactive},
    {.id = "network.internet_unreachable",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The node cannot reach the internet, or its echoes are dropped.",
     .fires = "no echo from the target (8.8.8.8) came back",
     .causes = {"No default route: the list of routes is empty.",
                "The provider or a firewall drops ICMP: other traffic works.",
                "The uplink is down: no address answers."},
     .checks = {{{"the default route", "ip route show default"}, {"whether echoes come back", "ping -c 3 8.8.8.8"}}},
     .evaluate = internet_unreachable},
    {.id = "network.tcp_retrans_high",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "Many TCP segments are sent again: loss or congestion on the way.",
     .fires = "more than {tcp_retrans_pct} % of the segments were sent again",
     .causes = {"One peer is far or lossy: its connections alone have retrans.",
                "The uplink is full: all connections have some.",
                "A node is down: its peers keep sending to it for a while."},
     .checks = {{{"which connections lose", "ss -tin state established | grep -B1 retrans"},
                 {"losses of the devices", "ip -s link show"}}},
     .evaluate = tcp_retrans_high},
    {.id = "network.internal_port_exposed",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The firewall lets others than the mesh reach a port that is meant for the mesh.",
     .fires = "an ALLOW rule for 3320, 4501, 5001 or 6001 is not limited to 10.0.0.0/24",
     .causes = {"A rule was added for a test and forgotten.", "The rule lacks its source: it says Anywhere."},
     .checks = {{{"the rules and their numbers", "sudo ufw status numbered"}}},
     .evaluate = internal_port_exposed},
};

}  // namespace

std::span<const Rule> network_rules() { return kRules; }

}  // namespace fleetwatch::alert
