// Network interfaces and IPv4 routes, from rtnetlink.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace fleetwatch::outside {

struct Link {
  std::string name;
  bool up = false;  // administratively up
  std::uint32_t mtu = 0;
  std::vector<std::string> ipv4_addresses;  // without prefix length, in the kernel's order
};

struct Route {
  bool is_default = false;
  std::string interface;
};

struct LinkTable {
  std::vector<Link> links;
  std::vector<Route> ipv4_routes;  // main table
};

class Links {
 public:
  virtual ~Links() = default;
  virtual Result<LinkTable> read() = 0;  // errors: denied, unavailable
};

}  // namespace fleetwatch::outside
