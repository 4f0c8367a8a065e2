#include "view/rqlite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace fleetwatch::view {

namespace {

using model::NodeReport;
using model::Rqlite;
using model::Snapshot;

std::vector<const NodeReport*> responsive_reports(const Snapshot& snapshot) {
  std::vector<const NodeReport*> found;
  for (const auto& node : snapshot.nodes) {
    if (node.report && node.report->rqlite && node.report->rqlite->responsive.value_or(false)) {
      found.push_back(&*node.report);
    }
  }
  return found;
}

// The leader of the highest term: an old one that has not noticed yet does not count.
const NodeReport* leader_report(const std::vector<const NodeReport*>& reports) {
  const NodeReport* leader = nullptr;
  for (const NodeReport* report : reports) {
    if (report->rqlite->raft_state != "Leader") continue;
    if (leader == nullptr || report->rqlite->term.value_or(0) > leader->rqlite->term.value_or(0)) leader = report;
  }
  return leader;
}

std::string_view ip_part(std::string_view address) {
  const auto colon = address.rfind(':');
  return colon == std::string_view::npos ? address : address.substr(0, colon);
}

std::string wireguard_ip(const NodeReport& report) {
  if (report.wireguard_ip && !report.wireguard_ip->empty()) return *report.wireguard_ip;
  return report.wireguard ? report.wireguard->wg_ip.value_or("") : "";
}

std::string most_named_leader(const std::vector<const NodeReport*>& reports) {
  std::map<std::string_view, std::size_t> votes;
  std::string_view first;
  for (const NodeReport* report : reports) {
    if (!report->rqlite->leader_addr || report->rqlite->leader_addr->empty()) continue;
    const auto address = ip_part(*report->rqlite->leader_addr);
    const std::size_t count = ++votes[address];
    if (count > votes[first]) first = address;
  }
  return first.empty() ? "none" : std::string(first);
}

// The leader's member list, else the first that any responsive node gives.
const Rqlite* member_list(const std::vector<const NodeReport*>& reports, const NodeReport* leader) {
  const auto has_list = [](const NodeReport* report) {
    return report->rqlite->nodes && !report->rqlite->nodes->empty();
  };
  if (leader != nullptr && has_list(leader)) return &*leader->rqlite;
  const auto found = std::find_if(reports.begin(), reports.end(), has_list);
  return found == reports.end() ? nullptr : &*(*found)->rqlite;
}

bool votes(const NodeReport* report) { return report->rqlite->voter.value_or(true); }

std::string voters_by_members(const std::vector<const NodeReport*>& reports, const NodeReport* leader,
                              const Rqlite& list) {
  std::size_t up = 0;
  std::size_t all = 0;
  for (const auto& [id, member] : *list.nodes) {
    if (!member.voter.value_or(true)) continue;
    ++all;
    const auto is_member = [&id = id](const NodeReport* report) {
      return report->rqlite->node_id == id || ip_part(id) == wireguard_ip(*report);
    };
    const bool seen_by_leader = leader != nullptr && &list == &*leader->rqlite && member.reachable.value_or(false);
    if (seen_by_leader || std::any_of(reports.begin(), reports.end(), is_member)) ++up;
  }
  return fmt::format("{}/{}", up, all);
}

// Nodes that may be voters for all we know: not reached, or with an rqlite that gives no data.
std::size_t nodes_without_data(const Snapshot& snapshot) {
  const auto without_data = [](const model::NodeResult& node) {
    if (!node.report) return true;
    const auto& rqlite = node.report->rqlite;
    return rqlite.is_crashed() || (rqlite && !rqlite->responsive.value_or(false));
  };
  return static_cast<std::size_t>(std::count_if(snapshot.nodes.begin(), snapshot.nodes.end(), without_data));
}

}  // namespace

std::string rqlite_leader(const Snapshot& snapshot) {
  const auto reports = responsive_reports(snapshot);
  const NodeReport* leader = leader_report(reports);
  if (leader == nullptr) return most_named_leader(reports);
  if (auto ip = wireguard_ip(*leader); !ip.empty()) return ip;
  const auto own = leader->rqlite->leader_addr.value_or("");
  return own.empty() ? most_named_leader(reports) : std::string(ip_part(own));
}

std::string rqlite_voters(const Snapshot& snapshot) {
  const auto reports = responsive_reports(snapshot);
  const NodeReport* leader = leader_report(reports);
  if (const Rqlite* list = member_list(reports, leader)) return voters_by_members(reports, leader, *list);
  const auto up = static_cast<std::size_t>(std::count_if(reports.begin(), reports.end(), votes));
  return fmt::format("{}/{}", up, up + nodes_without_data(snapshot));
}

std::uint64_t rqlite_term(const Snapshot& snapshot) {
  std::uint64_t highest = 0;
  for (const NodeReport* report : responsive_reports(snapshot)) {
    highest = std::max(highest, report->rqlite->term.value_or(0));
  }
  return highest;
}

}  // namespace fleetwatch::view
