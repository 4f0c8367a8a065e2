#include "parse/proc.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace fleetwatch::parse {
namespace {

TEST(Proc, CutsUptimeToWholeSeconds) {
  EXPECT_EQ(uptime_seconds("90061.99 350000.12\n").value(), 90061);
  for (const auto* bad : {"", "\n", "x 1", "-5.0 1", "nan 1", "1e300 1"}) EXPECT_FALSE(uptime_seconds(bad)) << bad;
}

TEST(Proc, FindsBootTimeBehindLongRows) {
  EXPECT_EQ(boot_unix_seconds("cpu  1 2 3\nintr 1 0 0\nbtime 1772262869\nprocesses 9\n").value(), 1772262869);
  EXPECT_FALSE(boot_unix_seconds("cpu 1\nbtimes 7\n"));
  EXPECT_FALSE(boot_unix_seconds("btime -7\n"));
}

TEST(Proc, ReadsThreeLoadAverages) {
  const auto load = load_averages("0.42 0.38 12.30 1/123 4567\n").value();
  EXPECT_DOUBLE_EQ(load.one, 0.42);
  EXPECT_DOUBLE_EQ(load.five, 0.38);
  EXPECT_DOUBLE_EQ(load.fifteen, 12.30);
  for (const auto* bad : {"", "0.1 0.2", "0.1 0.2 x", "0.1 inf 0.3"}) EXPECT_FALSE(load_averages(bad)) << bad;
}

TEST(Proc, CountsProcessorsOfTheAffinityMask) {
  EXPECT_EQ(allowed_cpus("Name:\tx\nCpus_allowed:\tf\nCpus_allowed_list:\t0-3,8,10-11\n").value(), 7);
  EXPECT_EQ(allowed_cpus("Cpus_allowed_list:\t5\n").value(), 1);
  for (const auto* bad : {"", "Cpus_allowed_list:\n", "Cpus_allowed_list:\t3-1\n", "Cpus_allowed_list:\t0-\n",
                          "Cpus_allowed_list:\t0,,1\n", "Cpus_allowed_list:\t0-99999999999\n"}) {
    EXPECT_FALSE(allowed_cpus(bad)) << bad;
  }
}

TEST(Proc, ReadsTheOomCounter) {
  EXPECT_EQ(oom_kills_since_boot("nr_free_pages 1\noom_kill 3\noom_kill_x 9\n").value(), 3);
  EXPECT_FALSE(oom_kills_since_boot("nr_free_pages 1\n"));
}

std::string auxv(std::uint64_t key, std::uint64_t value) {
  std::string bytes(16, '\0');
  std::memcpy(bytes.data(), &key, sizeof(key));
  std::memcpy(bytes.data() + sizeof(key), &value, sizeof(value));
  return bytes;
}

TEST(Proc, FindsThePageSize) {
  EXPECT_EQ(page_bytes(auxv(16, 7) + auxv(6, 65536) + auxv(0, 0)).value(), 65536U);
  EXPECT_FALSE(page_bytes(auxv(16, 7)));
  EXPECT_FALSE(page_bytes(auxv(6, 0)));
  EXPECT_FALSE(page_bytes(auxv(6, 65536).substr(0, 15)));
}

TEST(Proc, KnowsAContainerByTheEnvironmentOfItsFirstProcess) {
  using namespace std::string_literals;
  EXPECT_TRUE(tells_container("PATH=/bin\0container=systemd-nspawn\0"s));
  EXPECT_FALSE(tells_container("PATH=/bin\0container=\0mycontainer=x\0"s));
  EXPECT_FALSE(tells_container(""));
}

}  // namespace
}  // namespace fleetwatch::parse
