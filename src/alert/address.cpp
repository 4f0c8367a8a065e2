#include "alert/address.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace fleetwatch::alert {

std::optional<std::uint32_t> ipv4(std::string_view text) {
  const auto parts = split(text, '.');
  if (parts.size() != 4) return std::nullopt;
  std::uint32_t address = 0;
  for (const auto part : parts) {
    const auto byte = to_number<std::uint8_t>(part);
    if (!byte) return std::nullopt;
    address = (address << 8U) | *byte;
  }
  return address;
}

std::optional<Network4> network4(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = ipv4(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return Network4{*address, 32};
  const auto bits = to_number<int>(text.substr(slash + 1));
  if (!bits || *bits < 0 || *bits > 32) return std::nullopt;
  return Network4{*address, *bits};
}

bool contains(Network4 outer, Network4 inner) {
  if (inner.bits < outer.bits) return false;
  if (outer.bits == 0) return true;
  const auto shift = static_cast<unsigned>(32 - outer.bits);
  return (outer.address >> shift) == (inner.address >> shift);
}

std::string_view host_part(std::string_view host_and_port) {
  if (host_and_port.starts_with('[')) {
    const auto end = host_and_port.find(']');
    return end == std::string_view::npos ? host_and_port : host_and_port.substr(1, end - 1);
  }
  const auto colons = std::count(host_and_port.begin(), host_and_port.end(), ':');
  return colons == 1 ? host_and_port.substr(0, host_and_port.find(':')) : host_and_port;
}

std::vector<std::string> host_addresses(std::string_view allowed_ips) {
  std::vector<std::string> found;
  for (const auto item : split(allowed_ips, ',')) {
    const auto address = trim(item);
    const auto slash = address.find('/');
    const bool is_v6 = address.find(':') != std::string_view::npos;
    const bool one = slash == std::string_view::npos || address.substr(slash) == (is_v6 ? "/128" : "/32");
    if (one && !address.empty()) found.emplace_back(address.substr(0, slash));
  }
  return found;
}

Reach::Reach(const std::vector<std::string_view>& allowed_ips) {
  for (const auto list : allowed_ips) {
    for (auto& address : host_addresses(list)) hosts_.push_back(std::move(address));
    for (const auto item : split(list, ',')) {
      const auto network = network4(trim(item));
      if (network && network->bits < 32) networks_.push_back(*network);
    }
  }
  std::sort(hosts_.begin(), hosts_.end());
}

bool Reach::covers(const std::string& address) const {
  if (std::binary_search(hosts_.begin(), hosts_.end(), address)) return true;
  const auto one = network4(address);
  return one && std::any_of(networks_.begin(), networks_.end(),
                            [&](const Network4& network) { return contains(network, *one); });
}

}  // namespace fleetwatch::alert
