// The connections of brokers as the reference reports them: the top ones by one number, and how many each broker has.
#pragma once

#include <cstddef>
#include <string>

#include "model/connection.hpp"
#include "model/connection_report.hpp"

namespace fleetwatch::view {

struct ConnectionOrder {
  std::string sort = "subs";  // one of model::kConnectionSorts
  bool reverse = false;       // largest first
  std::size_t top = 1000;     // 0: all
};

model::ConnectionReport connection_report(const model::BrokerConnections& connections, const ConnectionOrder& order);

// Two tables in boxes, byte for byte those of the reference; before them what is missing and why.
std::string connection_report_text(const model::ConnectionReport& report);

}  // namespace fleetwatch::view
