// The anonymity network's relay or client.
#include <fmt/format.h>

#include "alert/rule.hpp"
#include "alert/units.hpp"

namespace fleetwatch::alert {

namespace {

using model::Severity;

void not_bootstrapped(const Look& look, Findings& out) {
  const auto* anyone = look.section(&model::NodeReport::anyone);
  if (anyone == nullptr || !is_false(anyone->bootstrapped)) return;
  const bool relay = is_true(anyone->relay_active);
  if (!relay && !is_true(anyone->client_active)) return;
  const auto unit = relay ? kRelayUnit : kClientUnit;
  std::string message = "bootstrap not finished";
  if (anyone->bootstrap_pct) message = fmt::format("bootstrap at {} %", *anyone->bootstrap_pct);
  out.push_back({.message = std::move(message), .unit = std::string(unit)});
}

constexpr Rule kRules[] = {
    {.id = "anyone.not_bootstrapped",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The relay or client runs, but has not joined its network.",
     .fires = "the last bootstrap line is below 100 %",
     .unless = "neither relay nor client is active",
     .causes = {"It has just started: the percentage grows.", "No way out: network.internet_unreachable fires too.",
                "Its log has rotated: the unit runs for long, and the file has no such line."},
     .checks = {{{"how far it came", "sudo tail -n 20 /var/log/anon/notices.log"},
                 {"the unit's state", "systemctl status {unit} --no-pager"}}},
     .evaluate = not_bootstrapped},
};

}  // namespace

std::span<const Rule> anyone_rules() { return kRules; }

}  // namespace fleetwatch::alert
