#include "alert/rule.hpp"

#include <algorithm>
#include <array>

namespace fleetwatch::alert {

namespace {

using RulesOf = std::span<const Rule> (*)();
constexpr std::array<RulesOf, 16> kInOrder = {ssh_rules,     raft_rules,      rqlite_rules,  wireguard_rules,
                                              system_rules,  service_rules,   dns_rules,     anyone_rules,
                                              process_rules, namespace_rules, network_rules, olric_rules,
                                              ipfs_rules,    vault_rules,     gateway_rules, report_rules};

int pass(Asks asks) {
  if (asks == Asks::unreached) return 0;
  return asks == Asks::node ? 2 : 1;
}

std::vector<Rule> assemble() {
  std::vector<Rule> all;
  for (const auto rules_of : kInOrder) {
    const auto some = rules_of();
    all.insert(all.end(), some.begin(), some.end());
  }
  std::stable_sort(all.begin(), all.end(), [](const Rule& a, const Rule& b) { return pass(a.asks) < pass(b.asks); });
  return all;
}

}  // namespace

std::span<const Rule> rules() {
  static const std::vector<Rule> all = assemble();
  return all;
}

}  // namespace fleetwatch::alert
