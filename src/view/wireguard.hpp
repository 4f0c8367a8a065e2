// The WireGuard mesh, put together from all nodes' reports.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "model/snapshot.hpp"

namespace fleetwatch::view {

// First allowed address without its prefix length: the peer's own address in the mesh.
std::string_view peer_ip(const model::WireguardPeer& peer);

enum class Link {
  fresh,    // shook hands lately
  idle,     // has not, and without a keepalive on either end has no reason to
  stale,    // should have
  never,    // never did
  unknown,  // the collector does not say
};

// What one end of a link says depends on the other end too.
class Mesh {
 public:
  explicit Mesh(const model::Snapshot& snapshot);  // keeps pointers into it

  Link link(const model::Wireguard& own, const model::WireguardPeer& peer) const;

 private:
  bool other_end_keeps_alive(const model::Wireguard& own, const model::WireguardPeer& peer) const;

  std::map<std::string_view, const model::Wireguard*> by_ip_;
};

// Peers that every node should have: all other nodes of the environment, also those not reached or hidden by --node.
std::size_t expected_peers(const model::Snapshot& snapshot);

// "all connected", "degraded: <n> of <m> links stale or missing", "down" (no interface is up) or "unknown". A link is
// a node and one of its peers.
std::string mesh_status(const model::Snapshot& snapshot);

}  // namespace fleetwatch::view
