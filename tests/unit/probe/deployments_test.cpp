#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe/probes.hpp"
#include "support/run_probe.hpp"

namespace fleetwatch::probe {
namespace {

using test::FakeMachine;
using testing::ElementsAre;
using testing::IsEmpty;

model::NodeReport run(FakeMachine& machine) { return test::run_probe(machine, "deployments", probe_deployments); }

TEST(DeploymentsProbe, CountsWhatSystemdHasLoaded) {
  FakeMachine machine;
  machine.units.also_loaded = {{"orama-deploy-shop.service", "loaded", "active", "running"},
                               {"orama-deploy-blog.service", "loaded", "active", "exited"},
                               {"orama-deploy-old.service", "loaded", "inactive", "dead"},
                               {"orama-deploy-api.service", "loaded", "failed", "failed"},
                               {"orama-deploy-loop.service", "loaded", "activating", "auto-restart"},
                               {"orama-deploy-gone.service", "not-found", "failed", "failed"},
                               {"orama-deploy-shop.socket", "loaded", "active", "running"},
                               {"orama-node.service", "loaded", "active", "running"}};
  const auto report = run(machine);
  EXPECT_THAT(report.errors, IsEmpty());
  model::Deployments expected;
  expected.total_count = 5;
  expected.running_count = 1;
  expected.failed_count = 1;
  ASSERT_TRUE(report.deployments.has_value());
  EXPECT_EQ(*report.deployments, expected);
}

TEST(DeploymentsProbe, IsAbsentWhereNothingIsDeployed) {
  FakeMachine machine;
  machine.units.add("orama-node.service");
  machine.units.also_loaded = {{"orama-deploy-gone.service", "not-found", "failed", "failed"}};
  const auto report = run(machine);
  EXPECT_FALSE(report.deployments.has_value());
  EXPECT_THAT(report.errors, IsEmpty());
}

TEST(DeploymentsProbe, CouldNotLookIsNotNone) {
  FakeMachine machine;
  machine.units.list_failure = test::denied();
  const auto report = run(machine);
  ASSERT_TRUE(report.deployments.has_value());
  EXPECT_EQ(*report.deployments, model::Deployments());
  EXPECT_THAT(report.errors, ElementsAre("deployments: denied: systemd: permission denied"));
}

TEST(DeploymentsProbe, AMachineWithoutSystemdHasNone) {
  FakeMachine machine;
  machine.kernel_files.folders.clear();
  machine.units.list_failure = test::refused();
  EXPECT_FALSE(run(machine).deployments.has_value());
}

}  // namespace
}  // namespace fleetwatch::probe
