#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe/probes.hpp"
#include "support/run_probe.hpp"

namespace fleetwatch::probe {
namespace {

using outside::Transport;
using test::FakeMachine;
using test::Hang;
using testing::ElementsAre;
using testing::IsEmpty;

model::NodeReport run(FakeMachine& machine) { return test::run_probe(machine, "gateway", probe_gateway); }

TEST(GatewayProbe, FillsAHealthyNode) {
  FakeMachine machine;
  machine.sockets.add(Transport::tcp, "0.0.0.0", 6001);
  machine.http.on_get(6001, "/v1/health",
                      R"({"status":"ok","version":"0.107.0","subsystems":{"rqlite":{"status":"ok","latency":"2ms"}}})");
  const auto report = run(machine);
  EXPECT_THAT(report.errors, IsEmpty());
  EXPECT_EQ(report.gateway->responsive, true);
  EXPECT_EQ(report.gateway->http_status, 200);
  EXPECT_EQ(report.gateway->version, "0.107.0");
  EXPECT_EQ(report.gateway->subsystems->at("rqlite").latency, "2ms");
}

TEST(GatewayProbe, IsAbsentWhereNeitherItNorTheNodeIsInstalled) {
  FakeMachine machine;
  const auto report = run(machine);
  EXPECT_FALSE(report.gateway.has_value());
  EXPECT_THAT(report.errors, IsEmpty());
}

TEST(GatewayProbe, IsDownWhereTheNodeIsInstalled) {
  FakeMachine machine;
  machine.units.add("orama-node.service");
  const auto report = run(machine);
  EXPECT_EQ(report.gateway->responsive, false);
  EXPECT_THAT(report.errors, ElementsAre("gateway: unavailable: /v1/health: connection refused"));
}

TEST(GatewayProbe, SilenceIsNoAnswer) {
  FakeMachine machine;
  machine.units.add("orama-gateway.service");
  machine.http.on("GET", 6001, "/v1/health", Hang{});
  const auto report = run(machine);
  EXPECT_EQ(report.gateway->responsive, false);
  EXPECT_EQ(report.gateway->http_status, std::nullopt);
  EXPECT_THAT(report.errors, ElementsAre("gateway: timeout: /v1/health: no answer before the deadline"));
}

TEST(GatewayProbe, AnyAnswerIsOne) {
  FakeMachine machine;
  machine.sockets.add(Transport::tcp, "0.0.0.0", 6001);
  machine.http.on_get(6001, "/v1/health", "Bad Gateway", 502);
  const auto report = run(machine);
  EXPECT_EQ(report.gateway->responsive, true);
  EXPECT_EQ(report.gateway->http_status, 502);
  EXPECT_EQ(report.gateway->subsystems, std::nullopt);
  EXPECT_THAT(report.errors, ElementsAre("gateway.subsystems: malformed: /v1/health, HTTP 502: not JSON"));
}

TEST(GatewayProbe, ADegradedOneTellsItsSubsystems) {
  FakeMachine machine;
  machine.sockets.add(Transport::tcp, "0.0.0.0", 6001);
  machine.http.on_get(6001, "/v1/health", R"({"subsystems":{"olric":{"status":"error","error":"down"}}})", 503);
  const auto report = run(machine);
  EXPECT_THAT(report.errors, IsEmpty());
  EXPECT_EQ(report.gateway->http_status, 503);
  EXPECT_EQ(report.gateway->subsystems->at("olric").error, "down");
}

}  // namespace
}  // namespace fleetwatch::probe
