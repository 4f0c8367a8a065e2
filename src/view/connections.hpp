// Servers that wait for provisioning, and who provisions them.
#pragma once

#include "model/connection.hpp"
#include "view/document.hpp"
#include "view/options.hpp"

namespace fleetwatch::view {

// "3 servers wait for provisioning, the longest for 3 min 12 s (n1.example.net); 1 provisioner", then a table of each.
// With lifecycle events also where each server stands, and which ones left.
Document connections_document(const model::BrokerConnections& connections, const Options& options);

}  // namespace fleetwatch::view
