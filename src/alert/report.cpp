// The report itself: what the collector could not read.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "alert/rule.hpp"
#include "alert/wording.hpp"
#include "base/text.hpp"

namespace fleetwatch::alert {

namespace {

using model::NodeReport;
using model::Severity;

// "<section>[.<field>]: <word>: <text>"
struct ReportError {
  std::string_view where;
  std::string_view word;
};

std::optional<ReportError> read_error(std::string_view entry) {
  const auto first = entry.find(": ");
  if (first == std::string_view::npos) return std::nullopt;
  const auto rest = entry.substr(first + 2);
  return ReportError{entry.substr(0, first), rest.substr(0, rest.find(':'))};
}

enum class Presence { absent, crashed, there };

template <class T>
Presence presence(const model::Section<T>& section) {
  if (section.is_crashed()) return Presence::crashed;
  return section ? Presence::there : Presence::absent;
}

std::vector<std::pair<std::string_view, Presence>> sections(const NodeReport& report) {
  return {{"system", presence(report.system)},
          {"services", presence(report.services)},
          {"rqlite", presence(report.rqlite)},
          {"olric", presence(report.olric)},
          {"ipfs", presence(report.ipfs)},
          {"gateway", presence(report.gateway)},
          {"wireguard", presence(report.wireguard)},
          {"dns", presence(report.dns)},
          {"anyone", presence(report.anyone)},
          {"network", presence(report.network)},
          {"processes", presence(report.processes)},
          {"namespaces", presence(report.namespaces)},
          {"vault", presence(report.vault)},
          {"deployments", presence(report.deployments)},
          {"serverless", presence(report.serverless)}};
}

// The word for a section that was given up as a whole; empty when there is none.
std::string_view word_for(const NodeReport& report, std::string_view name) {
  for (const auto& entry : report.errors) {
    const auto error = read_error(entry);
    if (error && error->where == name && (error->word == "timeout" || error->word == "crashed")) return error->word;
  }
  return {};
}

// What the collector adds for a probe that was still at work when the report had to end.
bool cut_at_the_deadline(const NodeReport& report, std::string_view name) {
  const auto entry = fmt::format("{}: timeout: cut at the report's deadline", name);
  return std::find(report.errors.begin(), report.errors.end(), entry) != report.errors.end();
}

void section_failed(const Look& look, Findings& out) {
  const auto& report = *look.node->report;
  for (const auto& [name, presence] : sections(report)) {
    const auto word = word_for(report, name);
    if (presence == Presence::there && !cut_at_the_deadline(report, name)) continue;  // its fields say what is wrong
    if (presence == Presence::absent && word.empty()) continue;
    const std::string_view what = word == "timeout" ? "cut at the deadline" : "its probe crashed";
    out.push_back(
        {.message = fmt::format("{} section {}: {}", presence == Presence::there ? "incomplete" : "no", name, what),
         .subject = std::string(name)});
  }
}

void denied(const Look& look, Findings& out) {
  std::vector<std::string> places;
  for (const auto& entry : look.node->report->errors) {
    const auto error = read_error(entry);
    if (error && error->word == "denied") places.push_back(foreign(error->where, 60));
  }
  if (places.empty()) return;
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  out.push_back({.message = fmt::format("not allowed to read: {}", name_list(places))});
}

constexpr Rule kRules[] = {
    {.id = "report.section_failed",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "A part of the report is missing because its probe crashed or did not end in time.",
     .fires = "a section is null, or was cut at the report's deadline",
     .causes =
         {"Something that the probe asks hangs: the key errors says timeout, and the section's own service is slow.",
          "A bug in the collector: the key errors says crashed."},
     .checks = {{{"the report and its errors", "sudo -n $(command -v fleetwatch-node orama | head -n 1) node report"},
                 {"whether the machine is busy", "uptime"}}},
     .evaluate = section_failed},
    {.id = "report.denied",
     .severity = Severity::info,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The collector lacks the permission to read something; the rules about it are silent.",
     .fires = "an entry of errors says denied",
     .causes = {"It does not run as root: sudo is not used or not allowed.",
                "A hardened system hides it even from root: only single places are denied."},
     .checks = {{{"what sudo allows", "sudo -n -l"}, {"who it runs as", "id"}}},
     .evaluate = denied},
};

}  // namespace

std::span<const Rule> report_rules() { return kRules; }

}  // namespace fleetwatch::alert
