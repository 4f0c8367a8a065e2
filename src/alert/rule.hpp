// One alert rule, and what it says when it fires. The rules of all subsystems are one visible table.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alert/context.hpp"
#include "model/alert.hpp"

namespace fleetwatch::alert {

enum class Scope { cluster, node };  // what the alert's `node` names

// What a rule is asked about. With --node, fleet rules are asked only when one node is enough for them.
enum class Asks {
  unreached,          // each node without a report
  fleet,              // once, all nodes
  fleet_or_one_node,  // the same, and it makes sense with all other nodes hidden
  node,               // each node with a report
};

// When an alert about several other nodes is explained by their own alerts.
enum class Explained { by_all, by_any };

// The next thing to look at. Commands only read: a test holds every one to a list of programs and their verbs.
enum class Where { node, here };  // on the node that the alert is about, or on the operator's machine
struct Check {
  std::string_view shows;    // a few words: what one learns from it
  std::string_view command;  // without single quotes; {host}, {unit}, {peer}, {env} are names, see alert/hint.hpp
  Where where = Where::node;
};

// One to three, and one to four; empty ones at the end do not count.
using Checks = std::array<Check, 3>;
using Causes = std::array<std::string_view, 4>;

// For a rule about a unit.
inline constexpr Checks kUnitChecks = {{{"the unit's state", "systemctl status {unit} --no-pager"},
                                        {"its last lines", "sudo journalctl -u {unit} -n 50 --no-pager"}}};

// What a rule found; the judge adds id, node, key, hint and commands.
struct Finding {
  std::string message = {};            // strings from nodes have gone through foreign()
  std::string subject = {};            // last part of the key: unit, peer, port, ...; empty when there is one at most
  std::optional<NodeIndex> node = {};  // of a fleet rule with scope node
  std::optional<model::Severity> severity = {};  // when not the rule's
  std::string unit = {};                         // unit that it is about, when not the rule's
  std::string part = {};                         // what a gateway calls the thing that it complains about
  std::string peer = {};                         // {peer} of the commands
  std::vector<NodeIndex> about = {};  // nodes whose loss would explain it; kCluster: an alert about the cluster
  Explained explained = Explained::by_all;
  const Checks* checks = nullptr;   // when not the rule's
  std::vector<NodeIndex> ask = {};  // where the commands run, when not on the alert's node
};
using Findings = std::vector<Finding>;

struct Look {
  const Context& fleet;
  const Node* node;  // null for fleet rules

  const Thresholds& limits() const { return fleet.limits; }
  template <class T>
  const T* section(model::Section<T> model::NodeReport::*member) const {
    return alert::section(*node, member);
  }
};

struct Rule {
  std::string_view id;  // "subsystem.name"
  model::Severity severity;
  Scope scope;
  Asks asks;
  std::string_view meaning;      // for somebody who sees it the first time
  std::string_view fires;        // the condition; {disk_pct} and the like are thresholds, see alert/explain.cpp
  std::string_view unless = {};  // when it is not evaluated, beside what its `asks` implies; separated by "; "
  Causes causes;                 // likely ones, each with what tells it apart
  Checks checks;
  void (*evaluate)(const Look&, Findings&);
  std::string_view unit = {};           // unit whose failure is reason enough for this alert
  std::string_view also_known_as = {};  // second id of the same fact

  std::string_view subsystem() const { return id.substr(0, id.find('.')); }
};

// In the order of evaluation: unreached nodes, fleet, then one node.
std::span<const Rule> rules();

// One per file.
std::span<const Rule> ssh_rules();
std::span<const Rule> raft_rules();    // rqlite, compared over nodes
std::span<const Rule> rqlite_rules();  // rqlite of one node
std::span<const Rule> wireguard_rules();
std::span<const Rule> system_rules();
std::span<const Rule> service_rules();
std::span<const Rule> dns_rules();
std::span<const Rule> anyone_rules();
std::span<const Rule> process_rules();
std::span<const Rule> namespace_rules();
std::span<const Rule> network_rules();
std::span<const Rule> olric_rules();
std::span<const Rule> ipfs_rules();
std::span<const Rule> vault_rules();
std::span<const Rule> gateway_rules();
std::span<const Rule> report_rules();

}  // namespace fleetwatch::alert
