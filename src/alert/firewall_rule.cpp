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

bool is_one_machine(std::string_view text) {
  if (const auto network = network4(text)) return network->bits == 32;
  return is_address(text) && (text.find('/') == std::string_view::npos || text.ends_with("/128"));
}

// Cuts "/tcp" or another protocol off a word, which keeps the "/24" of a network; empty: none is named.
std::string_view take_protocol(std::string_view& word) {
  const auto slash = word.rfind('/');
  if (slash == std::string_view::npos || slash + 1 == word.size()) return {};
  const auto last = word.substr(slash + 1);
  if (last.find_first_not_of("0123456789") == std::string_view::npos) return {};
  word = word.substr(0, slash);
  return last;
}

bool is_other_protocol(std::string_view protocol) { return !protocol.empty() && protocol != "tcp"; }

// "5001", "5001:5010", "5001,6001"; what is something else, such as an application's name, adds no port.
void read_ports(std::string_view text, FirewallRule& rule) {
  std::vector<std::pair<std::uint16_t, std::uint16_t>> ports;
  for (const auto item : split(text, ',')) {
    const auto colon = item.find(':');
    const auto first = to_number<std::uint16_t>(item.substr(0, colon));
    const auto last = colon == std::string_view::npos ? first : to_number<std::uint16_t>(item.substr(colon + 1));
    if (!first || !last) return;
    ports.emplace_back(*first, *last);
  }
  rule.ports.insert(rule.ports.end(), ports.begin(), ports.end());
}

void read_target(const std::vector<std::string_view>& target, FirewallRule& rule) {
  bool names_port = false;
  for (std::size_t i = 0; i < target.size(); ++i) {
    auto word = target[i];
    rule.other_protocol |= is_other_protocol(take_protocol(word));
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

void read_source(const std::vector<std::string_view>& source, FirewallRule& rule) {
  for (auto word : source) rule.other_protocol |= is_other_protocol(take_protocol(word));
  auto from = source.front();
  take_protocol(from);
  rule.from_one_machine = is_one_machine(from);
  rule.internal |= is_internal_address(from);
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
  read_source({source, all.end()}, rule);
  return rule;
}

bool opens(const FirewallRule& rule, std::uint16_t port) {
  if (!rule.allows_in || rule.internal || rule.other_protocol) return false;
  // A rule without a port trusts one machine with everything, or opens everything to many.
  if (rule.every_port) return !rule.from_one_machine;
  return std::any_of(rule.ports.begin(), rule.ports.end(),
                     [&](const auto& range) { return range.first <= port && port <= range.second; });
}

}  // namespace fleetwatch::alert
