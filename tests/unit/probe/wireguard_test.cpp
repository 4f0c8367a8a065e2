#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe/probes.hpp"
#include "support/run_probe.hpp"

namespace fleetwatch::probe {
namespace {

using test::FakeMachine;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

model::NodeReport run(FakeMachine& machine) { return test::run_probe(machine, "wireguard", probe_wireguard); }

outside::FileInfo config_file(unsigned permissions) {
  outside::FileInfo info;
  info.permissions = permissions;
  return info;
}

model::WireguardPeer peer(std::string key, std::int64_t latest_handshake) {
  model::WireguardPeer made;
  made.public_key = std::move(key);
  made.latest_handshake = latest_handshake;
  return made;
}

// A node of the mesh with two peers.
struct Mesh : testing::Test {
  Mesh() {
    machine.units.add("wg-quick@wg0.service");
    (*machine.links.table).links = {{"lo", true, 65536, {"127.0.0.1"}}, {"wg0", true, 1420, {"10.0.0.2", "10.0.0.9"}}};
    machine.disk.infos["/etc/wireguard/wg0.conf"] = config_file(0600);
    outside::WireguardDevice device;
    device.listen_port = 51820;
    device.peers = {peer("a=", machine.clock.unix_ms() / 1000 - 29), peer("b=", 0),
                    peer("c=", machine.clock.unix_ms() / 1000 + 5)};
    machine.wireguard.devices.emplace("wg0", device);
  }
  FakeMachine machine;
};

TEST_F(Mesh, IsReported) {
  const auto report = run(machine);
  const auto& section = *report.wireguard;
  EXPECT_EQ(section.interface_up, true);
  EXPECT_EQ(section.service_active, true);
  EXPECT_EQ(section.wg_ip, "10.0.0.2");
  EXPECT_EQ(section.mtu, 1420);
  EXPECT_EQ(section.listen_port, 51820);
  EXPECT_EQ(section.config_exists, true);
  EXPECT_EQ(section.config_perms, "600");
  EXPECT_EQ(section.peer_count, 3);
  ASSERT_EQ(section.peers->size(), 3U);
  EXPECT_EQ((*section.peers)[0].handshake_age_sec, 29);
  EXPECT_EQ((*section.peers)[1].handshake_age_sec, 0) << "never";
  EXPECT_EQ((*section.peers)[2].handshake_age_sec, 0) << "in the future";
  EXPECT_THAT(report.errors, IsEmpty());
}

TEST_F(Mesh, AnInterfaceThatIsDownIsNotUp) {
  (*machine.links.table).links[1].up = false;
  EXPECT_EQ(run(machine).wireguard->interface_up, false);
}

TEST_F(Mesh, WithoutItsInterfaceHasNoPeersRead) {
  (*machine.links.table).links.pop_back();
  const auto report = run(machine);
  EXPECT_EQ(report.wireguard->interface_up, false);
  EXPECT_EQ(report.wireguard->service_active, true);
  EXPECT_EQ(report.wireguard->config_exists, true);
  EXPECT_EQ(report.wireguard->peers, std::nullopt);
  EXPECT_THAT(report.errors, IsEmpty());
}

TEST_F(Mesh, WithoutRootSaysWhatWasDenied) {
  machine.wireguard.devices.insert_or_assign("wg0", test::denied());
  machine.disk.infos["/etc/wireguard/wg0.conf"] = test::denied();
  const auto report = run(machine);
  EXPECT_EQ(report.wireguard->interface_up, true);
  EXPECT_EQ(report.wireguard->peer_count, std::nullopt);
  EXPECT_EQ(report.wireguard->config_exists, std::nullopt) << "denied is not missing";
  EXPECT_THAT(report.errors, ElementsAre(StartsWith("wireguard.config_exists: denied: /etc/wireguard/wg0.conf"),
                                         StartsWith("wireguard.peers: denied: wg0")));
}

TEST_F(Mesh, KeepsTheRestWhenTheDeviceHangs) {
  machine.wireguard.devices.insert_or_assign("wg0", test::Hang{});
  const auto report = run(machine);
  EXPECT_EQ(report.wireguard->wg_ip, "10.0.0.2");
  EXPECT_THAT(report.errors, ElementsAre(StartsWith("wireguard.peers: timeout: ")));
}

TEST_F(Mesh, DoesNotClaimAnInterfaceThatItCouldNotSee) {
  machine.links.table = test::denied();
  const auto report = run(machine);
  EXPECT_EQ(report.wireguard->interface_up, std::nullopt);
  EXPECT_THAT(report.errors, ElementsAre(StartsWith("wireguard.interface_up: denied: ")));
}

TEST(Wireguard, IsLeftOutWhereNothingOfItExists) {
  FakeMachine machine;
  const auto report = run(machine);
  EXPECT_FALSE(report.wireguard);
  EXPECT_FALSE(report.wireguard.is_crashed());
  EXPECT_THAT(report.errors, IsEmpty());
}

TEST(Wireguard, AnInstanceThatNobodySwitchedOnDoesNotCount) {
  FakeMachine machine;
  auto& unit = machine.units.add("wg-quick@wg0.service");
  unit.active_state = "inactive";
  unit.unit_file_state = "disabled";
  EXPECT_FALSE(run(machine).wireguard);
  machine.units.installed.begin()->second.unit_file_state = "enabled";
  EXPECT_TRUE(run(machine).wireguard);
}

TEST(Wireguard, AConfigurationAloneIsReported) {
  FakeMachine machine;
  machine.disk.infos["/etc/wireguard/wg0.conf"] = config_file(0644);
  const auto report = run(machine);
  EXPECT_EQ(report.wireguard->interface_up, false);
  EXPECT_EQ(report.wireguard->service_active, false);
  EXPECT_EQ(report.wireguard->config_perms, "644");
}

}  // namespace
}  // namespace fleetwatch::probe
