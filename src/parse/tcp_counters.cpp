#include "parse/tcp_counters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

constexpr std::size_t kMostSamples = 256;

template <class Number>
std::optional<Number> value_of(const std::vector<std::string_view>& names, const std::vector<std::string_view>& values,
                               std::string_view name) {
  const auto at = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  if (at >= values.size()) return std::nullopt;
  return to_number<Number>(values[at]);
}

}  // namespace

Result<TcpCounters> tcp_counters(std::string_view proc_net_snmp) {
  std::vector<std::vector<std::string_view>> rows;
  for (const auto line : lines(proc_net_snmp)) {
    if (line.starts_with("Tcp: ") && rows.size() < 2) rows.push_back(words(line));
  }
  if (rows.size() < 2) return Error{ErrorKind::malformed, "no Tcp rows"};
  const auto established = value_of<std::int64_t>(rows[0], rows[1], "CurrEstab");
  const auto sent = value_of<std::uint64_t>(rows[0], rows[1], "OutSegs");
  const auto sent_again = value_of<std::uint64_t>(rows[0], rows[1], "RetransSegs");
  if (!established || !sent || !sent_again) return Error{ErrorKind::malformed, "Tcp rows without the counters"};
  return TcpCounters{*established, *sent, *sent_again};
}

Result<std::int64_t> tcp_time_wait(std::string_view proc_net_sockstat) {
  for (const auto line : lines(proc_net_sockstat)) {
    const auto row = words(line);
    if (row.empty() || row.front() != "TCP:") continue;
    const auto name = std::find(row.begin(), row.end(), "tw");
    if (name == row.end() || name + 1 == row.end()) break;
    if (const auto count = to_number<std::int64_t>(*(name + 1)); count && *count >= 0) return *count;
    break;
  }
  return Error{ErrorKind::malformed, "no TCP row with tw"};
}

std::vector<TcpSample> tcp_samples(std::string_view text) {
  std::vector<TcpSample> samples;
  for (const auto line : lines(text)) {
    const auto parts = words(line);
    if (parts.size() != 3 || samples.size() >= kMostSamples) continue;
    const auto unix_ms = to_number<std::int64_t>(parts[0]);
    const auto sent = to_number<std::uint64_t>(parts[1]);
    const auto sent_again = to_number<std::uint64_t>(parts[2]);
    if (unix_ms && sent && sent_again && *unix_ms >= 0) samples.push_back({*unix_ms, *sent, *sent_again});
  }
  return samples;
}

std::string to_text(const std::vector<TcpSample>& samples) {
  std::string text;
  for (const auto& sample : samples) text += fmt::format("{} {} {}\n", sample.unix_ms, sample.sent, sample.sent_again);
  return text;
}

}  // namespace fleetwatch::parse
