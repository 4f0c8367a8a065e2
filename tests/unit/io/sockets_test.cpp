#include "io/sockets.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>

namespace fleetwatch::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using outside::ListeningSocket;
using outside::Transport;

std::uint64_t inode_of(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 ? status.st_ino : 0;
}

// The sockets of this test among all those of the machine.
std::vector<ListeningSocket> with_inode(std::uint64_t inode) {
  NetlinkSockets sockets;
  auto all = sockets.listening();
  EXPECT_TRUE(all.ok()) << (all.ok() ? "" : to_string(all.error()));
  std::vector<ListeningSocket> found;
  if (all.ok())
    std::ranges::copy_if(*all, std::back_inserter(found), [&](const auto& one) { return one.inode == inode; });
  return found;
}

class Sockets : public testing::Test {
 protected:
  asio::io_context loop_;
};

TEST_F(Sockets, ListsTcpListeners) {
  tcp::acceptor acceptor(loop_, {asio::ip::address_v4::loopback(), 0});
  const auto found = with_inode(inode_of(acceptor.native_handle()));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].transport, Transport::tcp);
  EXPECT_EQ(found[0].address, "127.0.0.1");
  EXPECT_EQ(found[0].port, acceptor.local_endpoint().port());
}

TEST_F(Sockets, ListsUdpSocketsWithoutPeer) {
  udp::socket bound(loop_, {asio::ip::address_v4::any(), 0});
  const auto found = with_inode(inode_of(bound.native_handle()));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].transport, Transport::udp);
  EXPECT_EQ(found[0].address, "0.0.0.0");
  EXPECT_EQ(found[0].port, bound.local_endpoint().port());
}

TEST_F(Sockets, ListsIpv6) {
  boost::system::error_code code;
  tcp::acceptor acceptor(loop_);
  acceptor.open(tcp::v6(), code);
  if (!code) acceptor.bind({asio::ip::address_v6::any(), 0}, code);
  if (!code) acceptor.listen(1, code);
  if (code) GTEST_SKIP() << "no IPv6 here";
  const auto found = with_inode(inode_of(acceptor.native_handle()));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].address, "::");
}

TEST_F(Sockets, LeavesOutConnectionsAndUnboundSockets) {
  tcp::acceptor acceptor(loop_, {asio::ip::address_v4::loopback(), 0});
  tcp::socket connection(loop_);
  connection.connect(acceptor.local_endpoint());
  udp::socket server(loop_, {asio::ip::address_v4::loopback(), 0});
  udp::socket client(loop_, udp::v4());
  client.connect(server.local_endpoint());
  udp::socket unbound(loop_, udp::v4());
  for (const int fd : {connection.native_handle(), client.native_handle(), unbound.native_handle()}) {
    EXPECT_TRUE(with_inode(inode_of(fd)).empty());
  }
}

}  // namespace
}  // namespace fleetwatch::io
