#include "parse/gateway_health.hpp"

#include <gtest/gtest.h>

namespace fleetwatch::parse {
namespace {

TEST(GatewayHealth, ReadsVersionAndSubsystems) {
  const auto section = parse_gateway_health(
      R"({"status":"degraded","version":"0.107.0","subsystems":{
          "rqlite":{"status":"ok","latency":"2ms"},"olric":{"status":"error","error":"no members"},"odd":7}})");
  ASSERT_TRUE(section.ok());
  model::Gateway expected;
  expected.version = "0.107.0";
  auto& subsystems = expected.subsystems.emplace();
  subsystems["rqlite"].status = "ok";
  subsystems["rqlite"].latency = "2ms";
  subsystems["olric"].status = "error";
  subsystems["olric"].error = "no members";
  EXPECT_EQ(section.value(), expected);
}

TEST(GatewayHealth, WrongTypesAreAbsent) {
  for (const auto* body : {"{}", R"({"version":1,"subsystems":[]})", R"({"subsystems":null})"}) {
    const auto section = parse_gateway_health(body);
    ASSERT_TRUE(section.ok()) << body;
    EXPECT_EQ(section.value(), model::Gateway()) << body;
  }
}

TEST(GatewayHealth, OtherAnswersAreMalformed) {
  for (const auto* body : {"", "Bad Gateway", "[]"}) EXPECT_FALSE(parse_gateway_health(body).ok()) << body;
}

}  // namespace
}  // namespace fleetwatch::parse
