#include "alert/firewall_rule.hpp"

#include <algorithm>

#include "alert/address.hpp"
#include "base/text.hpp"

namespace fleetwatch::alert {

namespace {

constexpr Network4 kMesh = {(10U << 24U), 24};
constexpr Network4 kLoopback = {(127U << 24U), 8};

bool is_internal_address(std::string_view text) {
  const auto network = network4(text);
  if (network) return contains(kMesh, *network) || contains(kLoopback, *network);
  return text == "::1" || text == "::1/128";
}

bool is_address(std::string_view text) {
  return network4(text).has_value() || std::count(text.begin(), text.end(), ':') >= 2;
}

// "5001/tcp", "5001:5010/tcp", "5001,6001", "5001"; false when it is something else, such as an application's name.
bool read_ports(std::string_view text, FirewallRule& rule) {
  const auto slash = text.find('/');
  const bool udp_only = slash != std::string_view::npos && text.substr(slash + 1) == "udp";
  std::vector<std::pair<std::uint16_t, std::uint16_t>> ports;
  for (const auto item : split(text.substr(0, slash), ',')) {
    const auto colon = item.find(':');
    const auto first = to_number<std::uint16_t>(item.substr(0, colon));
    const auto last = colon == std::string_view::npos ? first : to_number<std::uint16_t>(item.substr(colon + 1));
    if (!first || !last) return false;
    ports.emplace_back(*first, *last);
  }
  if (!udp_only) rule.ports.insert(rule.ports.end(), ports.begin(), ports.end());
  return true;
}

void read_target(const std::vector<std::string_view>& target, FirewallRule& rule) {
  bool names_port = false;
  for (std::size_t i = 0; i < target.size(); ++i) {
    const auto word = target[i];
    if (word == "on" && i + 1 < target.size()) {
      ++i;
      rule.internal |= target[i] == "wg0" || target[i] == "lo";
    } else if (is_address(word)) {
      rule.internal |= is_internal_address(word);
    } else if (!word.starts_with("Anywhere") && !word.starts_with('(')) {
      read_ports(word, rule);
      names_port = true;  // also a port of a kind that we do not know
    }
  }
  rule.every_port = !names_port;
}

}  // namespace

FirewallRule read_firewall_rule(std::string_view line) {
  FirewallRule rule;
  line = trim(line.substr(0, line.find('#')));
  if (line.starts_with('[')) line = line.substr(std::min(line.find(']'), line.size() - 1) + 1);
  const auto all = words(line);
  const auto action =
      std::find_if(all.begin(), all.end(), [](std::string_view word) { return word == "ALLOW" || word == "LIMIT"; });
  if (action == all.end()) return rule;
  auto source = action + 1;
  if (source != all.end() && (*source == "OUT" || *source == "FWD")) return rule;
  if (source != all.end() && *source == "IN") ++source;
  rule.allows_in = true;
  read_target({all.begin(), action}, rule);
  if (source == all.end()) return rule;
  rule.from_anywhere = source->starts_with("Anywhere");
  rule.internal |= is_internal_address(*source);
  return rule;
}

bool opens(const FirewallRule& rule, std::uint16_t port) {
  if (!rule.allows_in || rule.internal) return false;
  // A rule without a port trusts one machine with everything, or opens everything to all.
  if (rule.every_port) return rule.from_anywhere;
  return std::any_of(rule.ports.begin(), rule.ports.end(),
                     [&](const auto& range) { return range.first <= port && port <= range.second; });
}

}  // namespace fleetwatch::alert
