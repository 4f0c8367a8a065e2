#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "probe/disk_size.hpp"
#include "probe/probes.hpp"
#include "support/run_probe.hpp"

namespace fleetwatch::probe {
namespace {

using test::FakeMachine;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::uint64_t kGib = 1ULL << 30U;

// The zone of this process while the object lives.
class Zone {
 public:
  explicit Zone(const char* name) {
    setenv("TZ", name, 1);
    tzset();
  }
  ~Zone() {
    unsetenv("TZ");
    tzset();
  }
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;
};

model::NodeReport run(FakeMachine& machine) { return test::run_probe(machine, "system", probe_system); }

outside::DiskUse disk(std::uint64_t total_gib, std::uint64_t free_gib) {
  return {total_gib * kGib, free_gib * kGib, free_gib * kGib, 1000, 930};
}

struct System : testing::Test {
  System() {
    put("/proc/uptime", "90061.99 1.00\n");
    put("/proc/stat", "cpu 1 2\nbtime 1772262869\n");
    put("/proc/self/status", "Cpus_allowed_list:\t0-3\n");
    put("/proc/loadavg", "0.42 0.38 0.30 1/2 3\n");
    put("/proc/meminfo",
        "MemTotal: 8127488 kB\nMemFree: 625664 kB\nMemAvailable: 5735424 kB\nSwapTotal: 2097148 kB\nSwapFree: 2084860 "
        "kB\n");
    put("/proc/sys/kernel/osrelease", "6.1.0-45-amd64\n");
    put("/proc/self/mountinfo", "27 1 254:0 / / rw - ext4 /dev/vda rw\n");
    put("/proc/vmstat", "oom_kill 5\n");
    put("/proc/1/environ", "");
    machine.disk.uses["/"] = disk(78, 44);
    machine.journal.units[""] = std::vector<std::string>{"Out of memory: Killed process 7 (ipfs)", "eth0: link up"};
  }
  void put(const char* path, const char* text) { machine.kernel_files.put(path, text); }

  FakeMachine machine;
};

TEST_F(System, ReadsTheMachine) {
  const Zone zone("UTC-2");
  const auto report = run(machine);
  const auto& system = *report.system;
  EXPECT_EQ(system.uptime_seconds, 90061);
  EXPECT_EQ(system.uptime_since, "2026-02-28 09:14:29");
  EXPECT_EQ(system.cpu_count, 4);
  EXPECT_EQ(system.load_avg_1, 0.42);
  EXPECT_EQ(system.load_avg_15, 0.30);
  EXPECT_EQ(system.mem_total_mb, 7937);
  EXPECT_EQ(system.mem_used_mb, 2336);
  EXPECT_EQ(system.mem_free_mb, 611);
  EXPECT_EQ(system.mem_available_mb, 5601);
  EXPECT_EQ(system.mem_use_pct, 29);
  EXPECT_EQ(system.swap_total_mb, 2047);
  EXPECT_EQ(system.swap_used_mb, 12);
  EXPECT_EQ(system.disk_total_gb, "78G");
  EXPECT_EQ(system.disk_used_gb, "34G");
  EXPECT_EQ(system.disk_avail_gb, "44G");
  EXPECT_EQ(system.disk_use_pct, 44);
  EXPECT_EQ(system.inode_use_pct, 7);
  EXPECT_EQ(system.kernel_version, "6.1.0-45-amd64");
  EXPECT_EQ(system.time_unix, machine.clock.unix_ms() / 1000);
  EXPECT_THAT(report.errors, IsEmpty());
}

TEST_F(System, CountsOomKillsOfADayInTheJournal) {
  const auto report = run(machine);
  EXPECT_EQ(report.system->oom_kills, 1);
  EXPECT_EQ(report.system->oom_kills_since_unix, machine.clock.unix_ms() / 1000 - 86'400);
}

TEST_F(System, CountsOomKillsSinceBootWhereTheJournalIsNotItsOwn) {
  put("/proc/1/environ", "container=systemd-nspawn");
  EXPECT_EQ(run(machine).system->oom_kills, 5);
  EXPECT_EQ(run(machine).system->oom_kills_since_unix, 1772262869);
  EXPECT_THAT(machine.journal.asked, IsEmpty());

  put("/proc/1/environ", "");
  machine.disk.files["/run/systemd/container"] = "lxc";
  EXPECT_EQ(run(machine).system->oom_kills, 5);
}

TEST_F(System, CountsOomKillsSinceBootWithoutAJournal) {
  machine.journal.units[""] = test::denied();
  EXPECT_EQ(run(machine).system->oom_kills, 5);

  machine.journal.units[""] = std::vector<std::string>{};
  EXPECT_EQ(run(machine).system->oom_kills, 0) << "up for more than a day: the kernel may be silent";
  put("/proc/stat", "btime 1772352000\n");
  EXPECT_EQ(run(machine).system->oom_kills, 5) << "no journal has the messages of the boot";
}

TEST_F(System, ReportsTheFullerDisk) {
  put("/proc/self/mountinfo", "27 1 254:0 / / rw - ext4 /dev/vda rw\n28 27 254:1 / /opt/orama rw - xfs /dev/vdb rw\n");
  machine.disk.uses["/opt/orama"] = disk(1600, 100);
  EXPECT_EQ(run(machine).system->disk_total_gb, "1.6T");
  EXPECT_EQ(run(machine).system->disk_use_pct, 94);
  machine.disk.uses["/opt/orama"] = disk(156, 88);
  EXPECT_EQ(run(machine).system->disk_total_gb, "78G") << "the root on a tie";
}

TEST_F(System, NeverTouchesANetworkFileSystem) {
  put("/proc/self/mountinfo", "27 1 254:0 / / rw - ext4 /dev/vda rw\n28 27 0:9 / /opt/orama rw - nfs4 server:/x rw\n");
  machine.disk.uses["/opt/orama"] = test::Hang{};
  const auto before = machine.clock.monotonic();
  const auto report = run(machine);
  EXPECT_EQ(machine.clock.monotonic(), before);
  EXPECT_EQ(report.system->disk_total_gb, "78G");
  EXPECT_THAT(report.errors, ElementsAre(StartsWith("system.disk_use_pct: unavailable: /opt/orama: not asked")));
}

TEST_F(System, KeepsTheRestWhenADiskHangs) {
  machine.disk.uses["/"] = test::Hang{};
  const auto report = run(machine);
  EXPECT_EQ(report.system->mem_use_pct, 29);
  EXPECT_EQ(report.system->disk_use_pct, std::nullopt);
  EXPECT_EQ(report.system->oom_kills, 1);
  EXPECT_THAT(report.errors, ElementsAre(StartsWith("system.disk_use_pct: timeout: /: ")));
}

TEST_F(System, MemoryThatIsNotKnownIsNotFull) {
  put("/proc/meminfo", "MemTotal: 8127488 kB\nMemFree: 625664 kB\n");
  const auto report = run(machine);
  EXPECT_EQ(report.system->mem_total_mb, 7937);
  EXPECT_EQ(report.system->mem_use_pct, std::nullopt);
  EXPECT_EQ(report.system->mem_used_mb, std::nullopt);
  EXPECT_THAT(report.errors, ElementsAre(StartsWith("system.mem_use_pct: malformed: /proc/meminfo")));
}

TEST_F(System, NamesEachFileThatIsMissing) {
  machine.kernel_files.files.clear();
  const auto report = run(machine);
  EXPECT_EQ(report.system->uptime_seconds, std::nullopt);
  EXPECT_EQ(report.errors.size(), 7U) << testing::PrintToString(report.errors);
  EXPECT_EQ(report.system->time_unix, machine.clock.unix_ms() / 1000);
}

TEST(DiskSize, IsWrittenAsByDf) {
  struct Case {
    std::uint64_t bytes;
    const char* text;
  };
  constexpr std::uint64_t kKib = 1024;
  constexpr std::uint64_t kMib = kKib * 1024;
  for (const auto& [bytes, text] : {
           Case{0, "0"},
           Case{1023, "1023"},
           Case{1024, "1.0K"},
           Case{1025, "1.1K"},
           Case{9 * kKib + 1000, "10K"},
           Case{10 * kKib, "10K"},
           Case{10 * kKib + 1, "11K"},
           Case{1023 * kKib + 1, "1.0M"},
           Case{512 * kMib, "512M"},
           Case{78 * kGib - 1, "78G"},
           Case{1536 * kGib, "1.5T"},
           Case{1536 * kGib + 1, "1.6T"},
           Case{~std::uint64_t{0}, "16E"},
       }) {
    EXPECT_EQ(df_size(bytes), text) << bytes;
  }
}

TEST(DiskSize, SharesAreRoundedUp) {
  EXPECT_EQ(df_use_pct({1000, 500, 499, 0, 0}), 51);
  EXPECT_EQ(df_use_pct({1000, 500, 500, 0, 0}), 50);
  EXPECT_EQ(df_use_pct({1000, 50, 0, 0, 0}), 100) << "the rest is reserved";
  EXPECT_EQ(df_use_pct({0, 0, 0, 0, 0}), std::nullopt);
  EXPECT_EQ(df_inode_use_pct({0, 0, 0, 1000, 929}), 8);
  EXPECT_EQ(df_inode_use_pct({0, 0, 0, 0, 0}), std::nullopt);
}

}  // namespace
}  // namespace fleetwatch::probe
