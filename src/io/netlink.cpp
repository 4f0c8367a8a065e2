#include "io/netlink.hpp"

#include <libmnl/libmnl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstring>

#include "io/os_error.hpp"

namespace fleetwatch::io {

namespace {

constexpr std::size_t kRequestBytes = 1024;
constexpr std::size_t kReceiveBytes = 32768;  // what the kernel fills at most with one part of a dump
constexpr std::size_t kAnswerBytes = std::size_t{32} << 20;

std::size_t words_for(std::size_t bytes) { return (bytes + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t); }

}  // namespace

NetlinkRequest::NetlinkRequest(std::uint16_t type, std::uint16_t flags) : storage_(words_for(kRequestBytes)) {
  auto* put = mnl_nlmsg_put_header(storage_.data());
  put->nlmsg_type = type;
  put->nlmsg_flags = static_cast<std::uint16_t>(flags | NLM_F_REQUEST);
}

nlmsghdr* NetlinkRequest::header() { return reinterpret_cast<nlmsghdr*>(storage_.data()); }

NetlinkAnswer NetlinkAnswer::failed(int error_number) {
  NetlinkAnswer answer;
  answer.error_number_ = error_number != 0 ? error_number : EIO;
  return answer;
}

void NetlinkAnswer::add(const nlmsghdr& message) {
  const auto at = storage_.size();
  storage_.resize(at + words_for(message.nlmsg_len));
  std::memcpy(storage_.data() + at, &message, message.nlmsg_len);
}

std::vector<const nlmsghdr*> NetlinkAnswer::messages() const {
  std::vector<const nlmsghdr*> list;
  for (std::size_t at = 0; at < storage_.size();) {
    const auto* message = reinterpret_cast<const nlmsghdr*>(storage_.data() + at);
    list.push_back(message);
    at += words_for(message->nlmsg_len);
  }
  return list;
}

void NetlinkSocket::Close::operator()(mnl_socket* socket) const { mnl_socket_close(socket); }

Result<NetlinkSocket> NetlinkSocket::open(int bus) {
  NetlinkSocket opened;
  opened.socket_.reset(mnl_socket_open2(bus, SOCK_CLOEXEC));
  if (!opened.socket_ || mnl_socket_bind(opened.socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0)
    return netlink_error(errno, "netlink");
  const timeval one_second{.tv_sec = 1, .tv_usec = 0};
  const int fd = mnl_socket_get_fd(opened.socket_.get());
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &one_second, sizeof one_second) != 0)
    return netlink_error(errno, "netlink");
  return opened;
}

NetlinkAnswer NetlinkSocket::dump(NetlinkRequest& request) {
  constexpr int kTries = 3;
  request.header()->nlmsg_flags |= NLM_F_DUMP;
  auto answer = exchange(request, true);
  for (int i = 1; i < kTries && answer.error_number() == EINTR; ++i) answer = exchange(request, true);
  return answer;
}

NetlinkAnswer NetlinkSocket::ask(NetlinkRequest& request) { return exchange(request, false); }

NetlinkAnswer NetlinkSocket::exchange(NetlinkRequest& request, bool many) {
  request.header()->nlmsg_seq = ++sequence_;
  if (mnl_socket_sendto(socket_.get(), request.header(), request.header()->nlmsg_len) < 0)
    return NetlinkAnswer::failed(errno);

  NetlinkAnswer answer;
  std::vector<std::uint64_t> buffer(words_for(kReceiveBytes));
  bool interrupted = false;
  for (std::size_t total = 0; total <= kAnswerBytes;) {
    const auto count = mnl_socket_recvfrom(socket_.get(), buffer.data(), kReceiveBytes);
    if (count < 0) return NetlinkAnswer::failed(errno);
    total += static_cast<std::size_t>(count);
    int rest = static_cast<int>(count);
    const auto* message = reinterpret_cast<const nlmsghdr*>(buffer.data());
    for (; mnl_nlmsg_ok(message, rest); message = mnl_nlmsg_next(message, &rest)) {
      if (message->nlmsg_seq != sequence_) continue;
      interrupted = interrupted || (message->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
      const bool last = message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR;
      if (last) {
        // Both end with the kernel's status, a negative error number; some kernels send NLMSG_DONE without it.
        const int status = fixed_header_of<int>(*message);
        if (status != 0) return NetlinkAnswer::failed(-status);
      } else {
        answer.add(*message);
      }
      if (last || !many) return interrupted ? NetlinkAnswer::failed(EINTR) : answer;
    }
  }
  return NetlinkAnswer::failed(EMSGSIZE);
}

Error netlink_error(int error_number, std::string where) {
  auto error = os_error(error_number, std::move(where));
  if (error.kind != ErrorKind::denied) error.kind = ErrorKind::unavailable;
  return error;
}

namespace {

std::vector<const nlattr*> attributes_in(const void* bytes, std::size_t size) {
  std::vector<const nlattr*> list;
  const auto* attribute = static_cast<const nlattr*>(bytes);
  const auto* end = static_cast<const char*>(bytes) + size;
  while (mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const char*>(attribute)))) {
    list.push_back(attribute);
    attribute = mnl_attr_next(attribute);
  }
  return list;
}

}  // namespace

std::vector<const nlattr*> attributes_of(const nlmsghdr& message, std::size_t fixed_header_bytes) {
  const std::size_t offset = MNL_ALIGN(fixed_header_bytes);
  const auto size = mnl_nlmsg_get_payload_len(&message);
  if (size < offset) return {};
  return attributes_in(mnl_nlmsg_get_payload_offset(&message, fixed_header_bytes), size - offset);
}

std::vector<const nlattr*> attributes_of(const nlattr& nest) {
  return attributes_in(mnl_attr_get_payload(&nest), mnl_attr_get_payload_len(&nest));
}

std::string_view bytes_of(const nlattr& attribute) {
  return {static_cast<const char*>(mnl_attr_get_payload(&attribute)), mnl_attr_get_payload_len(&attribute)};
}

std::string text_of(const nlattr& attribute) {
  const auto bytes = bytes_of(attribute);
  return std::string(bytes.substr(0, bytes.find('\0')));
}

void copy_bytes(const nlattr& attribute, void* target, std::size_t size) {
  const auto bytes = bytes_of(attribute);
  if (bytes.size() >= size) std::memcpy(target, bytes.data(), size);
}

void copy_payload(const nlmsghdr& message, void* target, std::size_t size) {
  if (mnl_nlmsg_get_payload_len(&message) >= size) std::memcpy(target, mnl_nlmsg_get_payload(&message), size);
}

}  // namespace fleetwatch::io
