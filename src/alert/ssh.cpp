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
constexpr std::array<std::pair<FailureReason, std::string_view>, 12> kHints = {{
    {FailureReason::dns, "Check the name in the inventory: getent hosts {host}"},
    {FailureReason::refused, "sshd does not listen there; does the node answer at all? ping -c 3 {host}"},
    {FailureReason::timeout, "Is the node up and reachable? ping -c 3 {host} and: {on} true"},
    {FailureReason::host_key, "The host key is not the known one; compare before you trust it: ssh-keygen -F {host}"},
    {FailureReason::auth, "The login was refused; see which keys are offered: ssh-add -l and: {on} true"},
    {FailureReason::throttled, "sshd drops new logins (MaxStartups); wait a minute, then: {on} true"},
    {FailureReason::no_command, "The collector is not installed there: {on} 'command -v fleetwatch-node orama'"},
    {FailureReason::sudo, "sudo must allow the collector without a password: {on} 'sudo -n -l'"},
    {FailureReason::no_permission,
     "The collector may not be run: {on} 'ls -l /usr/local/bin/orama /usr/bin/fleetwatch-node'"},
    {FailureReason::node_timeout,
     "Logged in, but the report did not end; run it by hand: {on} 'sudo -n $(command -v fleetwatch-node orama | head "
     "-n 1) node report --json | tail -c 300'"},
    {FailureReason::bad_report,
     "Look at what the collector prints: {on} 'sudo -n $(command -v fleetwatch-node orama | head -n 1) node report "
     "--json | head -c 300'"},
    {FailureReason::too_large,
     "The report is beyond every size that makes sense: {on} 'sudo -n $(command -v fleetwatch-node orama | head -n 1) "
     "node report --json | wc -c'"},
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
  for (const auto& [reason, hint] : kHints) {
    if (reason == failure->reason) finding.hint = hint;
  }
  out.push_back(std::move(finding));
}

constexpr Rule kRules[] = {
    {.id = "ssh.collect_failed",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::unreached,
     .summary = "The node gave no report, so nothing is known about it",
     .hint = "Is the node up and reachable? ping -c 3 {host} and: {on} true",
     .evaluate = collect_failed},
};

}  // namespace

std::span<const Rule> ssh_rules() { return kRules; }

}  // namespace fleetwatch::alert
