// One alert rule, and what it says when it fires. The rules of all subsystems are one visible table.
#pragma once

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

// What a rule found; the judge adds id, node, key and the finished hint.
struct Finding {
  std::string message = {};            // strings from nodes have gone through foreign()
  std::string subject = {};            // last part of the key: unit, peer, port, ...; empty when there is one at most
  std::optional<NodeIndex> node = {};  // of a fleet rule with scope node
  std::optional<model::Severity> severity = {};  // when not the rule's
  std::string unit = {};                         // unit that it is about, when not the rule's
  std::string part = {};                         // subsystem of this node that it complains about
  std::string peer = {};                         // {peer} of the hint
  std::vector<NodeIndex> about = {};  // nodes whose loss would explain it; kCluster: an alert about the cluster
  Explained explained = Explained::by_all;
  std::string_view hint = {};  // when not the rule's
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
  std::string_view summary;  // what it means, one sentence without a full stop
  // What to do next: one to three commands that only read. {on} runs a command on the node ("ssh user@host"),
  // {host}, {unit}, {peer} and {env} are names; see alert/hint.hpp.
  std::string_view hint;
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
