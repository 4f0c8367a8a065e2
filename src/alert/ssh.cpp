// Nodes that gave no report.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "alert/rule.hpp"
#include "alert/wording.hpp"

namespace fleetwatch::alert {

namespace {

using model::FailureReason;
using model::Severity;

// What to look at depends on how far the question came.
constexpr Check kPing = {"does the machine answer", "ping -c 3 {host}", Where::here};
constexpr Check kLogin = {"does a login work", "uptime"};
constexpr Check kFind = {"is a collector there", "command -v fleetwatch-node orama"};
constexpr std::array<std::pair<FailureReason, Checks>, 12> kChecks = {{
    {FailureReason::dns, {{{"what the name resolves to", "getent hosts {host}", Where::here}}}},
    {FailureReason::refused,
     {{kPing, {"is sshd configured for another port", "ssh -G {host} | grep -E \"^(hostname|port) \"", Where::here}}}},
    {FailureReason::timeout, {{kPing, kLogin}}},
    {FailureReason::host_key,
     {{{"the known key, to compare before you trust the new one", "ssh-keygen -l -F {host}", Where::here}}}},
    {FailureReason::auth, {{{"which keys are offered", "ssh-add -l", Where::here}, kLogin}}},
    {FailureReason::throttled, {{{"does sshd take logins again after a minute (MaxStartups)", "uptime"}}}},
    {FailureReason::no_command, {{kFind}}},
    {FailureReason::sudo, {{{"does sudo allow the collector without a password", "sudo -n -l"}, kFind}}},
    {FailureReason::no_permission, {{kFind, {"may it be run", "ls -l /usr/local/bin/orama /usr/bin/fleetwatch-node"}}}},
    {FailureReason::node_timeout,
     {{{"where the report stops",
        "sudo -n $(command -v fleetwatch-node orama | head -n 1) node report --json | tail -c 300"},
       {"is the machine busy", "uptime"}}}},
    {FailureReason::bad_report,
     {{{"what the collector prints",
        "sudo -n $(command -v fleetwatch-node orama | head -n 1) node report --json | head -c 300"}}}},
    {FailureReason::too_large,
     {{{"how large the report is",
        "sudo -n $(command -v fleetwatch-node orama | head -n 1) node report --json | wc -c"}}}},
}};

void collect_failed(const Look& look, Findings& out) {
  const auto& failure = look.node->result->failure;
  if (!failure) {
    out.push_back({.message = "collection failed: no report"});
    return;
  }
  Finding finding;
  finding.message = fmt::format("collection failed: {}", model::name_of(failure->reason));
  if (!failure->text.empty()) finding.message += fmt::format(" ({})", foreign(failure->text));
  for (const auto& [reason, checks] : kChecks) {
    if (reason == failure->reason) finding.checks = &checks;
  }
  out.push_back(std::move(finding));
}

constexpr Rule kRules[] = {
    {.id = "ssh.collect_failed",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::unreached,
     .meaning =
         "The node gave no report, so nothing is known about it: it may be down, or only out of reach from here.",
     .fires = "a node of the inventory gave no complete report; the message names one of: dns, refused, timeout, "
              "host_key, auth, throttled, no_command, sudo, no_permission, node_timeout, bad_report, too_large",
     .causes = {"The machine or its network is down: timeout, and other nodes miss it too.",
                "Only the way from here is broken: timeout or refused, while other nodes still list it as a reachable "
                "member.",
                "The login or sudo does not work: auth, host_key, sudo or no_permission.",
                "The collector is missing or stuck: no_command, node_timeout or bad_report."},
     .checks = {{{"does the machine answer", "ping -c 3 {host}", Where::here}, {"does a login work", "uptime"}}},
     .evaluate = collect_failed},
};

}  // namespace

std::span<const Rule> ssh_rules() { return kRules; }

}  // namespace fleetwatch::alert
