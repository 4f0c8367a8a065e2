// What all rules know about the fleet, computed once from a snapshot: who answered, who owns which address, what the
// raft members say about each other. Everything here points into the snapshot, which must outlive it.
#pragma once

#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alert/address.hpp"
#include "alert/thresholds.hpp"
#include "model/snapshot.hpp"

namespace fleetwatch::alert {

using NodeIndex = std::size_t;                                                // place in Snapshot::nodes
inline constexpr NodeIndex kCluster = std::numeric_limits<NodeIndex>::max();  // the cluster as a whole

struct MeshPeer {
  const model::WireguardPeer* peer = nullptr;
  std::string address;  // first allowed address that stands for one machine; empty when there is none
};

struct Node {
  NodeIndex index = 0;
  const model::NodeResult* result = nullptr;
  const model::NodeReport* report = nullptr;  // null: not reached
  std::string mesh_address;                   // own wg_ip, or what the others' peers say; empty when unknown
  std::vector<MeshPeer> peers;                // by public key, each key once
  std::vector<std::string> peer_addresses;    // theirs, sorted
  Reach heard;                                // what lies behind those that have ever answered
  std::int64_t uptime_s = 0;                  // of orama-node; 0 when it is not active or unknown
  bool joining = false;                       // orama-node started a moment ago

  const std::string& host() const { return result->node.host; }
  bool reached() const { return report != nullptr; }
};

// A section of the node's report; null when the node was not reached or the section is absent.
template <class T>
const T* section(const Node& node, model::Section<T> model::NodeReport::*member) {
  if (!node.reached() || !(node.report->*member)) return nullptr;
  return &*(node.report->*member);
}

// Known and equal: an absent field is neither true nor false.
inline bool is_true(const std::optional<bool>& field) { return field.value_or(false); }
inline bool is_false(const std::optional<bool>& field) { return !field.value_or(true); }
template <class Number>
bool is_above(const std::optional<Number>& field, Number limit) {
  return field && *field > limit;
}

const model::Rqlite* responsive_rqlite(const Node& node);  // null when rqlite is absent or does not answer
bool mesh_is_down(const Node& node);                       // its own report says that wg0 is down
bool mesh_is_torn(const Node& node, const Node& other);    // `other` lies behind no peer that ever answered `node`
bool is_lost_to(const Node& other, const Node& node);      // lost, or the mesh between the two is torn

struct Voter {
  std::string id;
  std::vector<NodeIndex> nodes;  // see Context::owners
  bool up = false;               // its own report or the leader's member list says so
};

struct Raft {
  bool known = false;              // at least one report has an rqlite section
  bool responsive = false;         // at least one rqlite answers
  bool strong_read = false;        // a strong read worked somewhere
  bool leader_heard = false;       // a reached node is leader, or one names a leader that it heard a moment ago
  std::vector<NodeIndex> leaders;  // reached nodes that say they are
  std::vector<Voter> voters;       // by id
  std::size_t up = 0;              // voters that are up
  // Nodes whose loss may be why there is no leader: voters that are down, cut off or, without a leader, unreached.
  std::vector<NodeIndex> suspects;

  std::size_t quorum() const { return voters.size() / 2 + 1; }
};

struct Context {
  const model::Snapshot* snapshot = nullptr;
  Thresholds limits;
  std::size_t size = 0;     // nodes of the environment, also those not reached or hidden
  std::vector<Node> nodes;  // inventory order
  Raft raft;
  // Address or raft id to its node. More than one node: it belongs to one of them, and all of them are lost, so the
  // difference does not matter.
  std::map<std::string, std::vector<NodeIndex>, std::less<>> owners;
  std::vector<NodeIndex> unplaced;  // lost nodes whose mesh address is not known for sure

  // Who owns an address, "address:port" or raft id; empty when nobody is known to.
  std::vector<NodeIndex> owners_of(std::string_view address) const;
  // "host (address)" when the owner is known, else the address alone; safe for a terminal.
  std::string name_of(std::string_view address) const;
  std::vector<NodeIndex> lost() const;
};

Context make_context(const model::Snapshot& snapshot, const Thresholds& limits);

// Raft's view needs the owners, so it comes second.
Raft make_raft(const Context& context);

// "43ms", "6.17s", "1m2.5s", "0" as milliseconds; nothing for "never" and everything else.
std::optional<double> duration_ms(std::string_view go_duration);

}  // namespace fleetwatch::alert
