#include "parse/proc.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

// More processors than any kernel supports; keeps sums over hostile ranges small.
constexpr std::int64_t kMostCpus = 1 << 16;
constexpr std::uint64_t kAuxvPageSize = 6;  // AT_PAGESZ
constexpr std::uint64_t kLargestPage = std::uint64_t{1} << 24;

Error malformed(std::string_view what) { return {ErrorKind::malformed, std::string(what)}; }

// The words after `name` on the first line that begins with this word.
std::vector<std::string_view> words_after(std::string_view text, std::string_view name) {
  for (const auto line : lines(text)) {
    if (!line.starts_with(name)) continue;
    auto found = words(line);
    if (found.empty() || found.front() != name) continue;
    found.erase(found.begin());
    return found;
  }
  return {};
}

Result<std::int64_t> counter(std::string_view text, std::string_view name) {
  const auto found = words_after(text, name);
  const auto value = found.empty() ? std::nullopt : to_number<std::int64_t>(found.front());
  if (!value || *value < 0) return malformed("no number after " + std::string(name));
  return *value;
}

std::optional<double> non_negative(std::string_view word) {
  const auto value = to_number<double>(word);
  return value && std::isfinite(*value) && *value >= 0 ? value : std::nullopt;
}

// How many processors "0-3" or "5" names.
std::optional<std::int64_t> cpus_in(std::string_view range) {
  const auto dash = std::min(range.find('-'), range.size());
  const auto first = to_number<std::int64_t>(range.substr(0, dash));
  const auto last = dash == range.size() ? first : to_number<std::int64_t>(range.substr(dash + 1));
  if (!first || !last || *first < 0 || *last < *first || *last >= kMostCpus) return std::nullopt;
  return *last - *first + 1;
}

}  // namespace

Result<std::int64_t> uptime_seconds(std::string_view proc_uptime) {
  const auto found = words(trim(proc_uptime));
  const auto seconds = found.empty() ? std::nullopt : non_negative(found.front());
  if (!seconds || *seconds > 1e12) return malformed("no uptime");
  return static_cast<std::int64_t>(*seconds);
}

Result<std::int64_t> boot_unix_seconds(std::string_view proc_stat) { return counter(proc_stat, "btime"); }

Result<LoadAverages> load_averages(std::string_view proc_loadavg) {
  const auto found = words(trim(proc_loadavg));
  if (found.size() < 3) return malformed("fewer than three load averages");
  const auto one = non_negative(found[0]);
  const auto five = non_negative(found[1]);
  const auto fifteen = non_negative(found[2]);
  if (!one || !five || !fifteen) return malformed("a load average is no number");
  return LoadAverages{*one, *five, *fifteen};
}

Result<std::int64_t> allowed_cpus(std::string_view proc_self_status) {
  const auto found = words_after(proc_self_status, "Cpus_allowed_list:");
  if (found.empty()) return malformed("no Cpus_allowed_list");
  std::int64_t count = 0;
  for (const auto range : split(found.front(), ',')) {
    const auto cpus = cpus_in(range);
    if (!cpus) return malformed("Cpus_allowed_list is no list of ranges");
    count = std::min(count + *cpus, kMostCpus);
  }
  return count;
}

Result<std::int64_t> oom_kills_since_boot(std::string_view proc_vmstat) { return counter(proc_vmstat, "oom_kill"); }

Result<std::uint64_t> page_bytes(std::string_view proc_self_auxv) {
  struct Pair {
    std::uint64_t key;
    std::uint64_t value;
  };
  for (; proc_self_auxv.size() >= sizeof(Pair); proc_self_auxv.remove_prefix(sizeof(Pair))) {
    Pair pair{};
    std::memcpy(&pair, proc_self_auxv.data(), sizeof(Pair));
    if (pair.key != kAuxvPageSize) continue;
    if (pair.value == 0 || pair.value > kLargestPage) break;
    return pair.value;
  }
  return malformed("no page size");
}

bool tells_container(std::string_view proc_1_environ) {
  const auto variables = split(proc_1_environ, '\0');
  return std::any_of(variables.begin(), variables.end(),
                     [](auto variable) { return variable.starts_with("container=") && variable != "container="; });
}

}  // namespace fleetwatch::parse
