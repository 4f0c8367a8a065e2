// Between which nodes the mesh is torn: also where one peer stands for many addresses.
#include <gtest/gtest.h>

#include "alert/context.hpp"
#include "builders.hpp"

namespace fleetwatch::alert::testing {
namespace {

TEST(Reach, CoversSingleAddressesAndNetworks) {
  const Reach reach({"10.0.0.2/32, 10.0.0.7", "fd00::3/128", "10.1.0.0/16,fd01::/64", "nonsense/99,,"});
  for (const auto* address : {"10.0.0.2", "10.0.0.7", "fd00::3", "10.1.0.0", "10.1.255.255"}) {
    EXPECT_TRUE(reach.covers(address)) << address;
  }
  for (const auto* address : {"10.0.0.3", "10.2.0.1", "fd00::4", "", "nonsense"}) {
    EXPECT_FALSE(reach.covers(address)) << address;
  }
  EXPECT_FALSE(Reach().covers("10.0.0.2"));
}

struct Torn {
  std::string_view name;
  std::function<void(std::vector<model::WireguardPeer>&)> change;  // the peers of node 0: nodes 1 and 2
  bool expected;                                                   // torn between nodes 0 and 2
};

TEST(Mesh, IsTornWhereNoPeerThatAnsweredLeadsToTheOther) {
  const std::vector<Torn> cases = {
      {"full mesh", [](auto&) {}, false},
      {"never answered", [](auto& peers) { peers[1].latest_handshake = 0; }, true},
      {"peer removed", [](auto& peers) { peers.pop_back(); }, true},
      {"no peers", [](auto& peers) { peers.clear(); }, true},
      {"second address of a peer",
       [](auto& peers) {
         peers[0].allowed_ips = mesh(1) + "/32," + mesh(2) + "/32";
         peers.pop_back();
       },
       false},
      {"network behind a hub",
       [](auto& peers) {
         peers[0].allowed_ips = "10.0.0.0/24";
         peers.pop_back();
       },
       false},
      {"another network behind a hub",
       [](auto& peers) {
         peers[0].allowed_ips = "10.9.0.0/24";
         peers.pop_back();
       },
       true},
      {"network behind a hub that never answered",
       [](auto& peers) {
         peers[0].allowed_ips = "10.0.0.0/24";
         peers[0].latest_handshake = 0;
         peers.pop_back();
       },
       true},
  };
  for (const auto& one : cases) {
    auto snapshot = healthy_fleet(3);
    one.change(*report(snapshot, 0).wireguard->peers);
    const auto context = make_context(snapshot, {});
    EXPECT_EQ(mesh_is_torn(context.nodes[0], context.nodes[2]), one.expected) << one.name;
    EXPECT_FALSE(mesh_is_torn(context.nodes[2], context.nodes[0])) << one.name;
  }
}

}  // namespace
}  // namespace fleetwatch::alert::testing
