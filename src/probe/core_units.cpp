#include "probe/shared.hpp"

namespace fleetwatch::probe {

std::vector<CoreUnit> core_units() {
  constexpr bool kEveryNode = true;
  constexpr bool kSomeNodes = false;
  return {
      {"orama-node", "", kEveryNode},
      {"orama-gateway", "", kEveryNode},
      {"orama-olric", "orama-namespace-olric@index", kEveryNode},
      {"orama-ipfs", "orama-namespace-ipfs@index", kEveryNode},
      {"orama-ipfs-cluster", "orama-namespace-ipfs-cluster@index", kEveryNode},
      {"orama-anyone-relay", "", kSomeNodes},
      {"orama-anyone-client", "orama-namespace-anyone-client@index", kSomeNodes},
      {"coredns", "orama-namespace-coredns@nameserver", kSomeNodes},
      {"caddy", "orama-namespace-caddy@index", kSomeNodes},
      {"wg-quick@wg0", "orama-namespace-wireguard@index", kEveryNode},
  };
}

}  // namespace fleetwatch::probe
