// Which share of TCP segments was sent again, and over which time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "parse/tcp_counters.hpp"

namespace fleetwatch::probe {

// The sample to count from: the youngest one 10 s to 10 min old with at least 200 segments sent since. Nothing: boot.
std::optional<parse::TcpSample> base_sample(const std::vector<parse::TcpSample>& samples, const parse::TcpSample& now);

// What is to be kept for later: at most one sample in 10 s, none older than 10 min. Nothing: the file is good as it is.
std::optional<std::vector<parse::TcpSample>> samples_to_keep(std::vector<parse::TcpSample> samples,
                                                             const parse::TcpSample& now);

// Segments sent again among those sent since `base`, in percent with three decimals. Nothing sent: 0.
double retransmission_pct(const parse::TcpSample& base, const parse::TcpSample& now);

}  // namespace fleetwatch::probe
