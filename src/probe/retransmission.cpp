#include "probe/retransmission.hpp"

#include <algorithm>
#include <cmath>

namespace fleetwatch::probe {

namespace {

constexpr std::int64_t kYoungestMs = 10'000;
constexpr std::int64_t kOldestMs = 600'000;
constexpr std::uint64_t kLeastSegments = 200;  // below, one segment more or less is half a percent

// Of the same boot, and not from a clock that was set back since.
bool is_usable(const parse::TcpSample& sample, const parse::TcpSample& now) {
  const auto age = now.unix_ms - sample.unix_ms;
  return age >= 0 && age <= kOldestMs && sample.sent <= now.sent && sample.sent_again <= now.sent_again;
}

}  // namespace

std::optional<parse::TcpSample> base_sample(const std::vector<parse::TcpSample>& samples, const parse::TcpSample& now) {
  std::optional<parse::TcpSample> best;
  for (const auto& sample : samples) {
    if (!is_usable(sample, now) || now.unix_ms - sample.unix_ms < kYoungestMs) continue;
    if (now.sent - sample.sent < kLeastSegments) continue;
    if (!best || sample.unix_ms > best->unix_ms) best = sample;
  }
  return best;
}

std::optional<std::vector<parse::TcpSample>> samples_to_keep(std::vector<parse::TcpSample> samples,
                                                             const parse::TcpSample& now) {
  std::erase_if(samples, [&](const auto& sample) { return !is_usable(sample, now); });
  const bool has_recent = std::any_of(samples.begin(), samples.end(),
                                      [&](const auto& sample) { return now.unix_ms - sample.unix_ms < kYoungestMs; });
  if (has_recent) return std::nullopt;
  samples.push_back(now);
  return samples;
}

double retransmission_pct(const parse::TcpSample& base, const parse::TcpSample& now) {
  if (now.sent <= base.sent || now.sent_again < base.sent_again) return 0;
  const auto again = static_cast<double>(now.sent_again - base.sent_again);
  const auto share = again / static_cast<double>(now.sent - base.sent);
  return std::round(share * 100'000) / 1000;
}

}  // namespace fleetwatch::probe
