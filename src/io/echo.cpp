#include "io/echo.hpp"

#include <linux/icmp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <cerrno>
#include <random>

#include "io/connection.hpp"
#include "io/os_error.hpp"
#include "parse/icmp_echo.hpp"

namespace fleetwatch::io {

namespace asio = boost::asio;

namespace {

constexpr int kEchoes = 3;
constexpr milliseconds kInterval{300};
constexpr milliseconds kPatience{1000};  // after the first echo

sockaddr_in address_of(const asio::ip::address_v4& address) {
  sockaddr_in socket_address{};
  socket_address.sin_family = AF_INET;
  socket_address.sin_addr.s_addr = htonl(address.to_uint());
  return socket_address;
}

class IcmpSocket {
 public:
  explicit IcmpSocket(const asio::any_io_executor& executor) : descriptor_(executor) {
    constexpr int kFlags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = ::socket(AF_INET, SOCK_RAW | kFlags, IPPROTO_ICMP);
    raw_ = fd >= 0;
    if (!raw_) fd = ::socket(AF_INET, SOCK_DGRAM | kFlags, IPPROTO_ICMP);
    if (fd < 0) {
      open_error_ = errno;
      return;
    }
    descriptor_.assign(fd);
    std::random_device random;
    std::generate(echo_.token.begin(), echo_.token.end(), [&] { return static_cast<std::uint8_t>(random()); });
    echo_.identifier = raw_ ? static_cast<std::uint16_t>(random()) : ping_identifier();
    if (raw_) receive_replies_only();
  }

  int open_error() const { return open_error_; }
  asio::posix::stream_descriptor& descriptor() { return descriptor_; }

  // A connected socket receives from its peer alone. 0, or the error number.
  int connect(const asio::ip::address_v4& address) {
    const auto peer = address_of(address);
    const auto* generic = reinterpret_cast<const sockaddr*>(&peer);
    return ::connect(descriptor_.native_handle(), generic, sizeof peer) == 0 ? 0 : errno;
  }

  // An echo that cannot be sent is one without an answer; a later one may find a way.
  void send_next() {
    ++echo_.sequence;
    const auto message = parse::icmp_echo_request(echo_);
    static_cast<void>(::send(descriptor_.native_handle(), message.data(), message.size(), MSG_NOSIGNAL));
  }

  // Reads all that has come; what is not for us is passed over.
  bool answered() {
    constexpr std::size_t kLongestPacket = 256;  // ours with its header is far shorter; longer ones are foreign
    std::array<std::uint8_t, kLongestPacket> packet{};
    while (true) {
      const auto count = ::recv(descriptor_.native_handle(), packet.data(), packet.size(), 0);
      // An ICMP error about an earlier echo ends this wait only: a later echo may still be answered.
      if (count < 0) return false;
      const std::span<const std::uint8_t> bytes(packet.data(), static_cast<std::size_t>(count));
      if (parse::is_icmp_echo_reply(raw_ ? parse::ipv4_payload(bytes) : bytes, echo_)) return true;
    }
  }

 private:
  // A ping socket's identifier is its port: the kernel writes it into each request.
  std::uint16_t ping_identifier() {
    sockaddr_in own{};
    own.sin_family = AF_INET;
    socklen_t length = sizeof own;
    auto* generic = reinterpret_cast<sockaddr*>(&own);
    const int fd = descriptor_.native_handle();
    if (::bind(fd, generic, length) != 0 || ::getsockname(fd, generic, &length) != 0) open_error_ = errno;
    return ntohs(own.sin_port);
  }

  // On a busy machine a raw socket would wake us for every ICMP message; failing to filter costs only that.
  void receive_replies_only() {
    icmp_filter filter{};
    filter.data = ~(1U << ICMP_ECHOREPLY);
    static_cast<void>(::setsockopt(descriptor_.native_handle(), SOL_RAW, ICMP_FILTER, &filter, sizeof filter));
  }

  asio::posix::stream_descriptor descriptor_;
  parse::IcmpEcho echo_;
  bool raw_ = false;
  int open_error_ = 0;
};

// The socket was granted, so a refusal by now is the routing table's or the packet filter's: nothing gets out.
bool is_no_way_out(int error) {
  constexpr std::array kNoWay = {ENETUNREACH, EHOSTUNREACH, ENETDOWN, EINVAL /* blackhole route */, EACCES, EPERM};
  return std::ranges::find(kNoWay, error) != kNoWay.end();
}

asio::awaitable<bool> answered_until(IcmpSocket& socket, Deadline until) {
  while (Steady::now() < until) {
    const bool readable = co_await wait_readable(socket.descriptor(), until);
    if (!readable) co_return false;
    if (socket.answered()) co_return true;
  }
  co_return false;
}

}  // namespace

outside::Answer<bool> IcmpEcho::reachable(std::string ipv4_address, Deadline deadline) {
  ErrorCode code;
  const auto address = asio::ip::make_address_v4(ipv4_address, code);
  if (code) co_return Error{ErrorKind::malformed, "not an IPv4 address", ipv4_address};
  const auto executor = co_await asio::this_coro::executor;
  IcmpSocket socket(executor);
  if (socket.open_error() != 0) co_return os_error(socket.open_error(), ipv4_address);
  const int connected = socket.connect(address);
  if (is_no_way_out(connected)) co_return false;
  if (connected != 0) co_return os_error(connected, ipv4_address);

  const auto start = Steady::now();
  const Deadline end = std::min(start + kPatience, deadline);
  for (int echo = 1; echo <= kEchoes && Steady::now() < end; ++echo) {
    socket.send_next();
    const Deadline next = echo == kEchoes ? end : std::min(start + echo * kInterval, end);
    const bool answered = co_await answered_until(socket, next);
    if (answered) co_return true;
  }
  co_return false;
}

}  // namespace fleetwatch::io
