#include "io/wireguard.hpp"

#include <net/if.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "io/connection.hpp"
#include "io/wireguard_netlink.hpp"
#include "parse/wireguard_uapi.hpp"

namespace fleetwatch::io {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kReplyBytes = std::size_t{8} << 20;  // some 20,000 peers

// The name becomes part of a path: nothing that the kernel would not take as an interface.
bool is_interface_name(const std::string& name) {
  return !name.empty() && name.size() < IFNAMSIZ && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string::npos;
}

Error not_found(const std::string& interface) {
  return {ErrorKind::not_found, "no WireGuard device of this name", interface};
}

bool is_whole_reply(std::string_view bytes) { return bytes.ends_with("\n\n"); }

}  // namespace

outside::Answer<outside::WireguardDevice> LinuxWireguard::device(std::string interface, Deadline deadline) {
  if (!is_interface_name(interface)) co_return not_found(interface);
  auto of_kernel = wireguard_over_netlink(interface);
  // The kernel refuses before it looks whether it has such a device: a userspace one may still be there.
  if (of_kernel || of_kernel.error().kind == ErrorKind::malformed) co_return of_kernel;
  auto asking = over_socket(interface, deadline);
  auto of_userspace = co_await std::move(asking);
  const bool nothing_there = !of_userspace && of_userspace.error().kind == ErrorKind::not_found;
  if (nothing_there && of_kernel.error().kind == ErrorKind::denied) co_return of_kernel;
  co_return of_userspace;
}

outside::Answer<outside::WireguardDevice> LinuxWireguard::over_socket(std::string interface, Deadline deadline) {
  const std::string path = socket_folder_ + '/' + interface + ".sock";
  asio::local::stream_protocol::socket socket(co_await asio::this_coro::executor);
  const AtDeadline guard = close_at(socket, deadline);
  ErrorCode code;
  const asio::local::stream_protocol::endpoint endpoint(path);
  co_await socket.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, code));
  if (code == boost::system::errc::no_such_file_or_directory) co_return not_found(interface);
  if (code) co_return connection_error(code, guard, path);

  const std::string request = "get=1\n\n";
  co_await asio::async_write(socket, asio::buffer(request), asio::redirect_error(asio::use_awaitable, code));
  if (code) co_return connection_error(code, guard, path);
  auto reading = read_until(socket, guard, kReplyBytes, is_whole_reply, path);
  auto reply = co_await std::move(reading);
  if (!reply) co_return reply.error();
  auto state = parse::wireguard_uapi(*reply);
  if (!state) co_return Error{state.error().kind, state.error().what, path};
  outside::WireguardDevice device;
  device.listen_port = state->listen_port;
  device.peers = std::move(state->peers);
  co_return device;
}

}  // namespace fleetwatch::io
