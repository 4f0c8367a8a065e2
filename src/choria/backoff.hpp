// How long to wait before trying again: longer after each failure, and never two programs alike.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <span>

namespace fleetwatch::choria {

using std::chrono::milliseconds;

// A list of milliseconds, one entry per failure; the last one stands for all that follow.
using BackoffSteps = std::span<const int>;

inline constexpr std::array<int, 11> kBackoff5s = {500, 750, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000};
inline constexpr std::array<int, 44> kBackoff20s = {
    500,   750,   1000,  1500,  2000,  2500,  3000,  3500,  4000,  4500,  5000,  5500,  5750,  6000,  6500,
    7000,  7500,  8000,  8500,  9000,  9500,  10000, 10500, 10750, 11000, 11500, 12000, 12500, 13000, 13500,
    14000, 14500, 15000, 15500, 15750, 16000, 16500, 17000, 17500, 18000, 18500, 19000, 19500, 20000};

// From half of the entry to one and a half times it. `random` is from 0 to below 1.
milliseconds backoff(BackoffSteps steps, std::size_t failures, double random);

}  // namespace fleetwatch::choria
