#include "parse/log_lines.hpp"

#include <gtest/gtest.h>

namespace fleetwatch::parse {
namespace {

TEST(LogLines, CountsKillsAndNotTheirReports) {
  for (const auto* kill : {"Out of memory: Killed process 1234 (ipfs) total-vm:1kB, anon-rss:2kB",
                           "Memory cgroup out of memory: Killed process 77 (olric) total-vm:1kB",
                           "Out of memory: Kill process 99 (x) score 1 or sacrifice child"}) {
    EXPECT_TRUE(tells_oom_kill(kill)) << kill;
  }
  for (const auto* other :
       {"ipfs invoked oom-killer: gfp_mask=0x1", "Killed process 1234 (ipfs) total-vm:1kB",
        "Out of memory and no killable processes...", "oom_reaper: reaped process 1234 (ipfs)", ""}) {
    EXPECT_FALSE(tells_oom_kill(other)) << other;
  }
}

TEST(LogLines, TellsPanicsByWholeWords) {
  for (const auto* bad : {"panic: runtime error", "thread 'main' panicked at x.rs", "FATAL: cannot open", "level=fatal",
                          "goroutine: panic(0x1)", "{\"level\":\"fatal\"}", "not non-fatal but fatal"}) {
    EXPECT_TRUE(tells_panic(bad)) << bad;
  }
  for (const auto* good : {"panic_count=0", "a non-fatal error", "Hispanics", "fatalistic", "nothing", ""}) {
    EXPECT_FALSE(tells_panic(good)) << good;
  }
}

TEST(LogLines, TellsErrorsByWholeWords) {
  for (const auto* bad : {"error: no share", "[ERR] lost", "level=ERROR msg=x", "err=timeout", "3 errors", "Error"}) {
    EXPECT_TRUE(tells_error(bad)) << bad;
  }
  for (const auto* good : {"transferred 5 shares", "NOERROR", "terror", "error_count=0", "interrupt", ""}) {
    EXPECT_FALSE(tells_error(good)) << good;
  }
}

}  // namespace
}  // namespace fleetwatch::parse
