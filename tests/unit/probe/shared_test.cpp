#include "probe/shared.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "probe/together.hpp"
#include "support/process_lines.hpp"
#include "support/run_probe.hpp"

namespace fleetwatch::probe {
namespace {

using test::FakeMachine;

// Asks for the units twice at the same time and hands out the answer of both.
struct UnitQuestion {
  explicit UnitQuestion(FakeMachine& machine)
      : outside(machine.outside()), shared(outside, machine.clock.monotonic() + milliseconds{10'000}) {
    auto one = ask(first);
    auto other = ask(second);
    test::run_to_end(loop, machine, together(std::move(one), std::move(other)));
  }
  Task ask(const Result<UnitTable>*& answer) { answer = co_await shared.units(); }

  boost::asio::io_context loop;
  outside::Machine outside;
  Shared shared;
  const Result<UnitTable>* first = nullptr;
  const Result<UnitTable>* second = nullptr;
};

TEST(SharedUnits, AreAskedOnceForAll) {
  FakeMachine machine;
  machine.units.add("orama-node.service");
  machine.units.add("orama-deploy-shop.service");
  machine.units.add("orama-namespace-rqlite@acme.service");
  machine.units.add("orama-namespace-rqlite@.service");
  machine.units.add("cron.service");
  const UnitQuestion question(machine);
  EXPECT_EQ(question.first, question.second);
  ASSERT_TRUE(question.first->ok());
  EXPECT_EQ(machine.units.list_calls, 1);
  ASSERT_EQ(machine.units.details_asked.size(), 1U);
  const auto& asked = machine.units.details_asked.front();
  const auto times = [&](const char* name) { return std::count(asked.begin(), asked.end(), name); };
  for (const auto* name :
       {"orama-node.service", "wg-quick@wg0.service", "orama-namespace-wireguard@index.service", "orama-vault.service",
        "rqlited.service", "orama-deploy-shop.service", "orama-namespace-rqlite@acme.service"}) {
    EXPECT_EQ(times(name), 1) << name;
  }
  EXPECT_EQ(times("orama-namespace-rqlite@.service"), 0) << "a template cannot be asked";
  EXPECT_EQ(times("cron.service"), 0);
}

TEST(SharedUnits, FindTheUnitBehindItsNewerName) {
  FakeMachine machine;
  machine.units.add("orama-olric.service").active_state = "inactive";
  machine.units.add("orama-namespace-olric@index.service");
  machine.units.add("orama-ipfs.service").active_state = "failed";
  machine.units.add("orama-namespace-caddy@index.service").active_state = "failed";
  auto& deleted = machine.units.add("coredns.service");
  deleted.load_state = "not-found";
  const UnitQuestion question(machine);
  const auto& units = **question.first;
  EXPECT_EQ(units.find_core("orama-olric")->name, "orama-namespace-olric@index.service") << "the active one wins";
  EXPECT_TRUE(units.active("orama-olric"));
  EXPECT_EQ(units.find_core("orama-ipfs")->name, "orama-ipfs.service");
  EXPECT_EQ(units.find_core("caddy")->name, "orama-namespace-caddy@index.service");
  EXPECT_TRUE(units.installed("coredns")) << "it runs, though its file was deleted";
  EXPECT_EQ(units.find_core("orama-node")->load_state, "not-found");
  EXPECT_FALSE(units.installed("orama-node"));
  EXPECT_EQ(units.find("orama-ipfs"), units.find("orama-ipfs.service"));
  EXPECT_EQ(units.find("cron"), nullptr);
}

TEST(SharedUnits, GiveUpBeforeTheProbesDo) {
  FakeMachine machine;
  machine.units.list_failure = test::Hang{};
  const auto before = machine.clock.monotonic();
  const UnitQuestion question(machine);
  EXPECT_EQ(question.first->error().kind, ErrorKind::timeout);
  EXPECT_LT(machine.clock.monotonic() - before, milliseconds{2000});
}

TEST(SharedProcesses, AreReadOnceAndKnowTheirMemory) {
  FakeMachine machine;
  auto& files = machine.kernel_files;
  files.put("/proc/self/auxv", test::auxv_with_page_size(65536));
  files.put("/proc/812/stat", test::stat_line({812, "coredns", 'S', 1}, 32));
  files.put("/proc/99/stat", test::stat_line({99, "coredns", 'S', 1}, 160));
  files.files.insert_or_assign("/proc/7/stat", Error{ErrorKind::not_found, "has ended"});
  files.put("/proc/meminfo", "MemTotal: 1 kB\n");
  auto outside = machine.outside();
  Shared shared(outside, machine.clock.monotonic());
  ASSERT_TRUE(shared.processes());
  ASSERT_EQ(shared.processes()->size(), 2U);
  EXPECT_EQ(shared.processes()->front().pid, 99);
  EXPECT_EQ(shared.resident_mb("coredns"), 10);
  EXPECT_EQ(shared.resident_mb("caddy"), std::nullopt);
  const auto& asked = machine.kernel_files.asked;
  EXPECT_EQ(std::count(asked.begin(), asked.end(), "/proc/99/stat"), 1);
}

struct Listeners : testing::Test {
  Listeners() {
    auto& files = machine.kernel_files;
    files.put("/proc/1/stat", test::stat_line({1, "systemd", 'S', 0}));
    files.put("/proc/2/stat", test::stat_line({2, "kthreadd", 'S', 0}));
    files.put("/proc/50/stat", test::stat_line({50, "kworker", 'S', 2}));
    files.put("/proc/800/stat", test::stat_line({800, "rqlited", 'S', 1}));
    files.put("/proc/900/stat", test::stat_line({900, "caddy", 'S', 1}));
    files.links.insert_or_assign("/proc/1/fd", std::vector<std::string>{"/dev/null", "socket:[5]", "socket:[x]"});
    files.links.insert_or_assign("/proc/800/fd", std::vector<std::string>{"socket:[11]", "pipe:[12]"});
    machine.sockets.add(outside::Transport::tcp, "127.0.0.1", 5001, 11);
    machine.sockets.add(outside::Transport::tcp, "0.0.0.0", 443, 12);
  }
  const ListenerTable& read() { return *shared.listeners(); }

  FakeMachine machine;
  outside::Machine outside = machine.outside();
  Shared shared{outside, machine.clock.monotonic()};
};

TEST_F(Listeners, NameTheProcessThatOwnsTheSocket) {
  machine.kernel_files.links.insert_or_assign("/proc/900/fd", std::vector<std::string>{"socket:[12]"});
  const auto& table = read();
  ASSERT_EQ(table.listeners.size(), 2U);
  EXPECT_EQ(table.listeners[0].process, "rqlited");
  EXPECT_EQ(table.listeners[1].process, "caddy");
  EXPECT_FALSE(table.owners_denied);
  EXPECT_TRUE(table.bound(outside::Transport::tcp, 443));
  EXPECT_FALSE(table.bound(outside::Transport::udp, 443));
  EXPECT_EQ(machine.sockets.calls, 1);
  const auto& asked = machine.kernel_files.asked;
  EXPECT_EQ(std::count(asked.begin(), asked.end(), "/proc/50/fd"), 0) << "threads of the kernel own no sockets";
}

TEST_F(Listeners, SayWhenAnOwnerCannotBeSeen) {
  machine.kernel_files.links.insert_or_assign("/proc/900/fd", test::denied());
  const auto& table = read();
  EXPECT_EQ(table.listeners[0].process, "rqlited");
  EXPECT_EQ(table.listeners[1].process, std::nullopt);
  EXPECT_TRUE(table.owners_denied);
}

TEST(CoreUnits, AreTheTenOfTheReport) {
  const auto units = core_units();
  ASSERT_EQ(units.size(), 10U);
  EXPECT_EQ(units.front().name, "orama-node");
  EXPECT_EQ(units.back().name, "wg-quick@wg0");
}

}  // namespace
}  // namespace fleetwatch::probe
