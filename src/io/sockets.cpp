#include "io/sockets.hpp"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <array>

#include "io/netlink.hpp"

namespace fleetwatch::io {

namespace {

struct Selection {
  outside::Transport transport;
  std::uint8_t protocol;
  std::uint8_t family;
  unsigned state;  // a UDP socket without a peer counts as closed
};

constexpr std::array kSelections = {
    Selection{outside::Transport::tcp, IPPROTO_TCP, AF_INET, TCP_LISTEN},
    Selection{outside::Transport::tcp, IPPROTO_TCP, AF_INET6, TCP_LISTEN},
    Selection{outside::Transport::udp, IPPROTO_UDP, AF_INET, TCP_CLOSE},
    Selection{outside::Transport::udp, IPPROTO_UDP, AF_INET6, TCP_CLOSE},
};

std::string address_text(std::uint8_t family, const void* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const char* written = ::inet_ntop(family, address, text.data(), text.size());
  return written != nullptr ? written : "";
}

Result<void> read(NetlinkSocket& netlink, const Selection& selection, std::vector<outside::ListeningSocket>& sockets) {
  NetlinkRequest request(SOCK_DIAG_BY_FAMILY);
  auto* wanted = static_cast<inet_diag_req_v2*>(mnl_nlmsg_put_extra_header(request.header(), sizeof(inet_diag_req_v2)));
  wanted->sdiag_family = selection.family;
  wanted->sdiag_protocol = selection.protocol;
  wanted->idiag_states = 1U << selection.state;
  const auto answer = netlink.dump(request);
  if (answer.error_number() != 0) return netlink_error(answer.error_number(), "sock_diag");
  for (const auto* message : answer.messages()) {
    const auto found = fixed_header_of<inet_diag_msg>(*message);
    if (found.id.idiag_sport == 0) continue;
    sockets.push_back({.transport = selection.transport,
                       .address = address_text(selection.family, found.id.idiag_src),
                       .port = ntohs(found.id.idiag_sport),
                       .inode = found.idiag_inode});
  }
  return {};
}

}  // namespace

Result<std::vector<outside::ListeningSocket>> NetlinkSockets::listening() {
  auto netlink = NetlinkSocket::open(NETLINK_SOCK_DIAG);
  if (!netlink) return netlink.error();
  std::vector<outside::ListeningSocket> sockets;
  for (const auto& selection : kSelections) {
    if (auto done = read(*netlink, selection, sockets); !done) return done.error();
  }
  return sockets;
}

}  // namespace fleetwatch::io
