// A clock that nobody stops: for what is held only until a time.
#pragma once

#include <chrono>
#include <ctime>

namespace fleetwatch {

// Goes on while the machine sleeps, as the clocks of other machines do.
struct BootClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;

  static time_point now() {
    std::timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return time_point(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  }
};

}  // namespace fleetwatch
