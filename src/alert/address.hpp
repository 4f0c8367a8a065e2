// The little that rules need to know about addresses in reports: IPv4 networks, and the host part of "host:port".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fleetwatch::alert {

struct Network4 {
  std::uint32_t address = 0;
  int bits = 32;  // 0 to 32
};

std::optional<std::uint32_t> ipv4(std::string_view text);    // "10.0.0.1"
std::optional<Network4> network4(std::string_view text);     // "10.0.0.0/24"; without a length it is one address
bool contains(Network4 outer, Network4 inner);               // every address of `inner` lies in `outer`
std::string_view host_part(std::string_view host_and_port);  // "10.0.0.1:7001", "[::1]:7001", "10.0.0.1", "node-a"
std::vector<std::string> host_addresses(std::string_view allowed_ips);  // those that stand for one address each

// What lies behind some peers of a mesh, by what they are allowed to send: single addresses, and networks behind a hub.
class Reach {
 public:
  Reach() = default;
  explicit Reach(const std::vector<std::string_view>& allowed_ips);  // one list of each peer

  bool covers(const std::string& address) const;

 private:
  std::vector<std::string> hosts_;  // sorted
  std::vector<Network4> networks_;
};

}  // namespace fleetwatch::alert
