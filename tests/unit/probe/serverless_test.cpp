#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe/probes.hpp"
#include "probe/together.hpp"
#include "support/run_probe.hpp"

namespace fleetwatch::probe {
namespace {

using outside::Transport;
using test::FakeMachine;
using test::Hang;
using testing::ElementsAre;
using testing::IsEmpty;

model::NodeReport run(FakeMachine& machine) { return test::run_probe(machine, "serverless", probe_serverless); }

TEST(ServerlessProbe, SaysWhatTheGatewaySays) {
  struct Answer {
    int status;
    const char* body;
    const char* expected;
  };
  for (const auto& answer : {Answer{200, "{}", "healthy"}, Answer{200, "not JSON", "healthy"},
                             Answer{503, R"({"status":"degraded"})", "unhealthy (HTTP 503)"}}) {
    FakeMachine machine;
    machine.sockets.add(Transport::tcp, "0.0.0.0", 6001);
    machine.http.on_get(6001, "/v1/health", answer.body, answer.status);
    const auto report = run(machine);
    EXPECT_THAT(report.errors, IsEmpty());
    EXPECT_EQ(report.serverless->engine_status, answer.expected);
    EXPECT_EQ(report.serverless->function_count, std::nullopt);
  }
}

TEST(ServerlessProbe, IsAbsentWhereTheGatewayIs) {
  FakeMachine machine;
  const auto report = run(machine);
  EXPECT_FALSE(report.serverless.has_value());
  EXPECT_THAT(report.errors, IsEmpty());
}

TEST(ServerlessProbe, IsUnreachableWhereNothingAnswers) {
  FakeMachine machine;
  machine.units.add("orama-node.service");
  auto report = run(machine);
  EXPECT_EQ(report.serverless->engine_status, "unreachable");
  EXPECT_THAT(report.errors, ElementsAre("serverless.engine_status: unavailable: /v1/health: connection refused"));
  machine.http.on("GET", 6001, "/v1/health", Hang{});
  report = run(machine);
  EXPECT_EQ(report.serverless->engine_status, "unreachable");
  EXPECT_THAT(report.errors,
              ElementsAre("serverless.engine_status: timeout: /v1/health: no answer before the deadline"));
}

TEST(ServerlessProbe, WhatCouldNotBeAskedIsAbsent) {
  FakeMachine machine;
  machine.units.add("orama-node.service");
  machine.http.on("GET", 6001, "/v1/health", test::denied());
  const auto report = run(machine);
  EXPECT_EQ(report.serverless->engine_status, std::nullopt);
  EXPECT_THAT(report.errors, ElementsAre("serverless.engine_status: denied: /v1/health: permission denied"));
}

TEST(ServerlessProbe, AsksTheGatewayNoSecondTime) {
  FakeMachine machine;
  machine.sockets.add(Transport::tcp, "0.0.0.0", 6001);
  machine.http.on_get(6001, "/v1/health", "{}");
  boost::asio::io_context loop;
  auto outside = machine.outside();
  const auto deadline = machine.clock.monotonic() + milliseconds{2000};
  Shared shared(outside, deadline);
  const Options options;
  model::NodeReport report;
  Context gateway{"gateway", outside, shared, options, deadline, report};
  Context serverless{"serverless", outside, shared, options, deadline, report};
  auto both = together(probe_gateway(gateway), probe_serverless(serverless));
  test::run_to_end(loop, machine, std::move(both));
  EXPECT_EQ(report.gateway->responsive, true);
  EXPECT_EQ(report.serverless->engine_status, "healthy");
  EXPECT_THAT(machine.http.asked_keys(), ElementsAre("GET 6001 /v1/health"));
}

}  // namespace
}  // namespace fleetwatch::probe
