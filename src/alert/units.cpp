#include "alert/units.hpp"

#include <utility>

namespace fleetwatch::alert {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kAliases = {{
    {"orama-namespace-olric@index", kOlricUnit},
    {"orama-namespace-ipfs@index", kIpfsUnit},
    {"orama-namespace-ipfs-cluster@index", kIpfsClusterUnit},
    {"orama-namespace-anyone-client@index", kClientUnit},
    {"orama-namespace-coredns@nameserver", kCorednsUnit},
    {"orama-namespace-caddy@index", kCaddyUnit},
    {"orama-namespace-wireguard@index", kWireguardUnit},
    {"orama-namespace-vault@index", kVaultUnit},
}};

}  // namespace

std::string_view core_unit(std::string_view name) {
  constexpr std::string_view kSuffix = ".service";
  if (name.ends_with(kSuffix)) name.remove_suffix(kSuffix.size());
  for (const auto& [alias, core] : kAliases) {
    if (alias == name) return core;
  }
  return name;
}

bool is_missing(const model::Service& service) { return service.load_state == "not-found"; }

bool may_be_missing(const model::Service& service) {
  if (service.load_state) return is_missing(service);
  return service.active_state == "inactive" && service.sub_state == "dead" && !service.enabled.value_or(false) &&
         service.n_restarts.value_or(0) == 0;
}

const model::Service* find_unit(const model::Services& services, std::string_view core_name) {
  const model::Service* found = nullptr;
  for (const auto& service : services.services) {
    if (service.name == core_name) return &service;
    if (found == nullptr && core_unit(service.name) == core_name) found = &service;
  }
  return found;
}

}  // namespace fleetwatch::alert
