#include "view/wireguard.hpp"

#include <gtest/gtest.h>

#include "unit/view/sample.hpp"

namespace fleetwatch::view {
namespace {

using test::healthy_snapshot;
using test::make_unreachable;

model::WireguardPeer& peer(model::Snapshot& snapshot, std::size_t node, std::size_t index) {
  return snapshot.nodes[node].report->wireguard->peers->at(index);
}

TEST(MeshStatus, AllConnected) {
  EXPECT_EQ(mesh_status(healthy_snapshot(3)), "all connected");
  EXPECT_EQ(mesh_status(healthy_snapshot(1)), "all connected");
}

TEST(MeshStatus, CountsStaleAndMissingLinks) {
  auto snapshot = healthy_snapshot(3);
  peer(snapshot, 0, 0).handshake_age_sec = 180;
  EXPECT_EQ(mesh_status(snapshot), "all connected");
  peer(snapshot, 0, 0).handshake_age_sec = 181;
  EXPECT_EQ(mesh_status(snapshot), "degraded: 1 of 6 links stale or missing");
  peer(snapshot, 1, 0).latest_handshake = 0;
  peer(snapshot, 1, 0).handshake_age_sec = 0;
  EXPECT_EQ(mesh_status(snapshot), "degraded: 2 of 6 links stale or missing");
  make_unreachable(snapshot.nodes[2]);
  EXPECT_EQ(mesh_status(snapshot), "degraded: 4 of 6 links stale or missing");
}

TEST(MeshStatus, APeerInTheListTwiceIsOneLink) {
  auto snapshot = healthy_snapshot(3);
  peer(snapshot, 0, 1) = peer(snapshot, 0, 0);
  EXPECT_EQ(mesh_status(snapshot), "degraded: 1 of 6 links stale or missing");
}

TEST(MeshStatus, AnUnknownPeerMakesUpForNoOther) {
  auto snapshot = healthy_snapshot(2);
  snapshot.nodes[0].report->wireguard->peers->push_back(test::healthy_peer(9));
  peer(snapshot, 1, 0).latest_handshake = 0;
  EXPECT_EQ(mesh_status(snapshot), "degraded: 1 of 2 links stale or missing");
}

TEST(MeshStatus, AnIdleLinkWithoutKeepaliveIsIdle) {
  auto snapshot = healthy_snapshot(2);
  for (std::size_t node = 0; node < 2; ++node) {
    peer(snapshot, node, 0).keepalive.reset();
    peer(snapshot, node, 0).handshake_age_sec = 9'000;
  }
  EXPECT_EQ(mesh_status(snapshot), "all connected");
  peer(snapshot, 1, 0).keepalive = 25;  // one end is enough to expect handshakes on both
  EXPECT_EQ(mesh_status(snapshot), "degraded: 2 of 2 links stale or missing");
}

TEST(MeshStatus, DownOnlyWhenNoInterfaceIsUp) {
  auto snapshot = healthy_snapshot(2);
  snapshot.nodes[0].report->wireguard->interface_up = false;
  EXPECT_EQ(mesh_status(snapshot), "degraded: 1 of 2 links stale or missing");
  snapshot.nodes[1].report->wireguard->interface_up = false;
  EXPECT_EQ(mesh_status(snapshot), "down");
}

TEST(MeshStatus, WhatMayNotBeLookedAtIsUnknown) {
  auto snapshot = healthy_snapshot(2);
  snapshot.nodes[0].report->wireguard->peers.reset();
  EXPECT_EQ(mesh_status(snapshot), "all connected") << "as far as anybody could look";
  snapshot.nodes[1].report->wireguard->peers.reset();
  EXPECT_EQ(mesh_status(snapshot), "unknown");
  snapshot.nodes[0].report->wireguard = {};
  make_unreachable(snapshot.nodes[1]);
  EXPECT_EQ(mesh_status(snapshot), "unknown");
  EXPECT_EQ(mesh_status({}), "unknown");
}

TEST(MeshStatus, WithOneNodeShownItsOwnLinksCount) {
  auto snapshot = healthy_snapshot(3);
  snapshot.nodes.resize(1);
  snapshot.filtered = true;
  EXPECT_EQ(mesh_status(snapshot), "all connected");
  peer(snapshot, 0, 1).handshake_age_sec = 400;
  EXPECT_EQ(mesh_status(snapshot), "degraded: 1 of 2 links stale or missing");
}

TEST(ExpectedPeers, AreAllOtherNodesOfTheEnvironment) {
  auto snapshot = healthy_snapshot(5);
  EXPECT_EQ(expected_peers(snapshot), 4U);
  snapshot.nodes.resize(1);
  EXPECT_EQ(expected_peers(snapshot), 4U);
  EXPECT_EQ(expected_peers({}), 0U);
}

}  // namespace
}  // namespace fleetwatch::view
