// Names of the product's units and what they run.
#pragma once

#include <array>
#include <string_view>

#include "model/services.hpp"

namespace fleetwatch::alert {

inline constexpr std::string_view kNodeUnit = "orama-node";
inline constexpr std::string_view kGatewayUnit = "orama-gateway";
inline constexpr std::string_view kOlricUnit = "orama-olric";
inline constexpr std::string_view kIpfsUnit = "orama-ipfs";
inline constexpr std::string_view kIpfsClusterUnit = "orama-ipfs-cluster";
inline constexpr std::string_view kRelayUnit = "orama-anyone-relay";
inline constexpr std::string_view kClientUnit = "orama-anyone-client";
inline constexpr std::string_view kCorednsUnit = "coredns";
inline constexpr std::string_view kCaddyUnit = "caddy";
inline constexpr std::string_view kWireguardUnit = "wg-quick@wg0";
inline constexpr std::string_view kVaultUnit = "orama-vault";

inline constexpr std::array<std::string_view, 6> kEveryNodeUnits = {kNodeUnit, kGatewayUnit,     kOlricUnit,
                                                                    kIpfsUnit, kIpfsClusterUnit, kWireguardUnit};

// The name without ".service"; newer template names become the core unit that they stand for.
std::string_view core_unit(std::string_view name);

bool is_missing(const model::Service& service);  // systemd says that there is no such unit

// Like is_missing, and for a collector that does not write load_state: a unit that never was anything.
bool may_be_missing(const model::Service& service);

// The unit by its core name, an entry under the core name first; null when it is not listed.
const model::Service* find_unit(const model::Services& services, std::string_view core_name);

}  // namespace fleetwatch::alert
