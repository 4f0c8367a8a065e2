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

void tcp_retrans_high(const Look& look, Findings& out) {
  const auto* network = look.section(&model::NodeReport::network);
  if (network == nullptr || !is_above(network->tcp_retrans_pct, look.limits().tcp_retrans_pct)) return;
  out.push_back({.message = foreign(fmt::format("retransmission {:.1f} %", *network->tcp_retrans_pct))});
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
     .summary = "The firewall is switched off, or the kernel does not have its rules",
     .hint = "{on} 'sudo ufw status verbose'",
     .evaluate = ufw_inactive},
    {.id = "network.internet_unreachable",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "The node cannot reach the internet, or its echoes are dropped",
     .hint = "{on} 'ip route show default; ping -c 3 8.8.8.8'",
     .evaluate = internet_unreachable},
    {.id = "network.tcp_retrans_high",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "Many TCP segments are sent again: loss or congestion on the way",
     .hint = "Which connections lose? {on} 'ss -tin state established | grep -B1 retrans'",
     .evaluate = tcp_retrans_high},
    {.id = "network.internal_port_exposed",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "The firewall lets others than the mesh reach a port that is meant for the mesh",
     .hint = "Which rule it is: {on} 'sudo ufw status numbered'",
     .evaluate = internal_port_exposed},
};

}  // namespace

std::span<const Rule> network_rules() { return kRules; }

}  // namespace fleetwatch::alert
