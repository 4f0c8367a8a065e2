#include "probe/shared.hpp"

namespace fleetwatch::probe {

std::vector<CoreUnit> core_units() {
  return {
      {"orama-node", ""},
      {"orama-gateway", ""},
      {"orama-olric", "orama-namespace-olric@index"},
      {"orama-ipfs", "orama-namespace-ipfs@index"},
      {"orama-ipfs-cluster", "orama-namespace-ipfs-cluster@index"},
      {"orama-anyone-relay", ""},
      {"orama-anyone-client", "orama-namespace-anyone-client@index"},
      {"coredns", "orama-namespace-coredns@nameserver"},
      {"caddy", "orama-namespace-caddy@index"},
      {"wg-quick@wg0", "orama-namespace-wireguard@index"},
  };
}

}  // namespace fleetwatch::probe
