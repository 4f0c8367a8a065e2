#include "io/links.hpp"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <array>
#include <map>

#include "io/netlink.hpp"

namespace fleetwatch::io {

namespace {

using LinksByIndex = std::map<int, outside::Link>;

template <class Header>
NetlinkAnswer dump(NetlinkSocket& netlink, std::uint16_t type, unsigned char family) {
  NetlinkRequest request(type);
  // The family is the first byte of every rtnetlink header.
  *static_cast<unsigned char*>(mnl_nlmsg_put_extra_header(request.header(), sizeof(Header))) = family;
  return netlink.dump(request);
}

std::pair<int, outside::Link> link_of(const nlmsghdr& message) {
  const auto header = fixed_header_of<ifinfomsg>(message);
  outside::Link link;
  link.up = (header.ifi_flags & IFF_UP) != 0;
  for (const auto* attribute : attributes_of(message, sizeof header)) {
    if (mnl_attr_get_type(attribute) == IFLA_IFNAME) link.name = text_of(*attribute);
    if (mnl_attr_get_type(attribute) == IFLA_MTU) link.mtu = value_of<std::uint32_t>(*attribute);
  }
  return {header.ifi_index, std::move(link)};
}

void add_address(const nlmsghdr& message, LinksByIndex& links) {
  const auto header = fixed_header_of<ifaddrmsg>(message);
  const auto link = links.find(static_cast<int>(header.ifa_index));
  if (link == links.end()) return;
  for (const auto* attribute : attributes_of(message, sizeof header)) {
    // IFA_ADDRESS is the other end's where a link has one peer only.
    if (mnl_attr_get_type(attribute) != IFA_LOCAL) continue;
    const auto address = value_of<in_addr>(*attribute);
    std::array<char, INET_ADDRSTRLEN> text{};
    if (::inet_ntop(AF_INET, &address, text.data(), text.size()) != nullptr)
      link->second.ipv4_addresses.emplace_back(text.data());
  }
}

std::vector<int> next_hop_interfaces(const nlattr& multipath) {
  std::vector<int> interfaces;
  auto bytes = bytes_of(multipath);
  while (bytes.size() >= sizeof(rtnexthop)) {
    rtnexthop hop{};
    bytes.copy(reinterpret_cast<char*>(&hop), sizeof hop);
    if (hop.rtnh_len < sizeof hop || hop.rtnh_len > bytes.size()) break;
    interfaces.push_back(hop.rtnh_ifindex);
    bytes.remove_prefix(std::min<std::size_t>(RTNH_ALIGN(hop.rtnh_len), bytes.size()));
  }
  return interfaces;
}

void add_routes(const nlmsghdr& message, const LinksByIndex& links, std::vector<outside::Route>& routes) {
  const auto header = fixed_header_of<rtmsg>(message);
  std::uint32_t table = header.rtm_table;
  std::vector<int> interfaces;
  for (const auto* attribute : attributes_of(message, sizeof header)) {
    const auto type = mnl_attr_get_type(attribute);
    if (type == RTA_TABLE) table = value_of<std::uint32_t>(*attribute);
    if (type == RTA_OIF) interfaces.push_back(value_of<int>(*attribute));
    if (type == RTA_MULTIPATH) interfaces = next_hop_interfaces(*attribute);
  }
  // A blackhole or unreachable route leads nowhere, whatever its prefix.
  if (table != RT_TABLE_MAIN || header.rtm_type != RTN_UNICAST) return;
  for (const int index : interfaces) {
    const auto link = links.find(index);
    routes.push_back(
        {.is_default = header.rtm_dst_len == 0, .interface = link == links.end() ? "" : link->second.name});
  }
}

}  // namespace

Result<outside::LinkTable> NetlinkLinks::read() {
  auto netlink = NetlinkSocket::open(NETLINK_ROUTE);
  if (!netlink) return netlink.error();
  const auto links = dump<ifinfomsg>(*netlink, RTM_GETLINK, AF_UNSPEC);
  if (links.error_number() != 0) return netlink_error(links.error_number(), "network interfaces");
  const auto addresses = dump<ifaddrmsg>(*netlink, RTM_GETADDR, AF_INET);
  if (addresses.error_number() != 0) return netlink_error(addresses.error_number(), "interface addresses");
  const auto routes = dump<rtmsg>(*netlink, RTM_GETROUTE, AF_INET);
  if (routes.error_number() != 0) return netlink_error(routes.error_number(), "routes");

  LinksByIndex by_index;
  for (const auto* message : links.messages()) by_index.insert(link_of(*message));
  for (const auto* message : addresses.messages()) add_address(*message, by_index);
  outside::LinkTable table;
  for (const auto* message : routes.messages()) add_routes(*message, by_index, table.ipv4_routes);
  for (auto& [index, link] : by_index) table.links.push_back(std::move(link));
  return table;
}

}  // namespace fleetwatch::io
