// Requests to the kernel over netlink. The kernel answers at once; a receive timeout of one second keeps even a broken
// one from holding us.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

struct mnl_socket;
struct nlattr;
struct nlmsghdr;

namespace fleetwatch::io {

// One request with room for its attributes, which libmnl writes into `header()`.
class NetlinkRequest {
 public:
  explicit NetlinkRequest(std::uint16_t type, std::uint16_t flags = 0);  // NLM_F_REQUEST is added
  nlmsghdr* header();

 private:
  std::vector<std::uint64_t> storage_;  // 64-bit words: aligned for every header
};

// The messages of one answer, in the kernel's order, or the error number that came instead. The number is kept since it
// tells "no such device" from "a device of another kind".
class NetlinkAnswer {
 public:
  static NetlinkAnswer failed(int error_number);

  int error_number() const { return error_number_; }  // 0: there are messages
  std::vector<const nlmsghdr*> messages() const;      // valid as long as this answer is
  void add(const nlmsghdr& message);

 private:
  int error_number_ = 0;
  std::vector<std::uint64_t> storage_;
};

class NetlinkSocket {
 public:
  // `bus` is one of NETLINK_*. Errors: denied, unavailable.
  static Result<NetlinkSocket> open(int bus);

  // Everything that the request selects; a list that changed under the kernel's hands is asked for again.
  NetlinkAnswer dump(NetlinkRequest& request);
  // The answer to a request about one thing.
  NetlinkAnswer ask(NetlinkRequest& request);

 private:
  struct Close {
    void operator()(mnl_socket* socket) const;
  };
  NetlinkAnswer exchange(NetlinkRequest& request, bool many);

  std::unique_ptr<mnl_socket, Close> socket_;
  std::uint32_t sequence_ = 0;
};

// EPERM and EACCES are denied, all others unavailable.
Error netlink_error(int error_number, std::string where);

// The attributes behind a message's fixed header, or inside a nest; those that do not fit are left out.
std::vector<const nlattr*> attributes_of(const nlmsghdr& message, std::size_t fixed_header_bytes);
std::vector<const nlattr*> attributes_of(const nlattr& nest);

std::string_view bytes_of(const nlattr& attribute);
std::string text_of(const nlattr& attribute);  // up to its NUL

// An attribute as a number or struct; zeros when it is shorter than that.
void copy_bytes(const nlattr& attribute, void* target, std::size_t size);

template <class Plain>
Plain value_of(const nlattr& attribute) {
  Plain value{};
  copy_bytes(attribute, &value, sizeof value);
  return value;
}

// The fixed header of a message, zeros when the message is too short for it.
void copy_payload(const nlmsghdr& message, void* target, std::size_t size);

template <class Plain>
Plain fixed_header_of(const nlmsghdr& message) {
  Plain value{};
  copy_payload(message, &value, sizeof value);
  return value;
}

}  // namespace fleetwatch::io
