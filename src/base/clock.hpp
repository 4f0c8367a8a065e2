// The two clocks, as an interface: pure code takes a time as an argument, the edge asks one of these.
#pragma once

#include <chrono>
#include <cstdint>

namespace fleetwatch {

using Steady = std::chrono::steady_clock;
using Deadline = Steady::time_point;
using std::chrono::milliseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t unix_ms() const = 0;          // wall clock, milliseconds since 1970
  virtual Steady::time_point monotonic() const = 0;  // for deadlines and durations
};

class SystemClock final : public Clock {
 public:
  std::int64_t unix_ms() const override {
    using std::chrono::system_clock;
    return std::chrono::duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  }
  Steady::time_point monotonic() const override { return Steady::now(); }
};

}  // namespace fleetwatch
