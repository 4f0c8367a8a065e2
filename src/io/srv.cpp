#include "io/srv.hpp"

#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "base/limits.hpp"

namespace fleetwatch::io {

namespace {

// The resolver's state, closed with its object.
class Resolver {
 public:
  Resolver() : usable_(::res_ninit(&state_) == 0) {}
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  ~Resolver() {
    if (usable_) ::res_nclose(&state_);
  }
  bool usable() const { return usable_; }
  res_state state() { return &state_; }

 private:
  struct __res_state state_ {};
  bool usable_;
};

Result<std::vector<SrvRecord>> records_of(const unsigned char* bytes, int size, const std::string& name) {
  const Error malformed{ErrorKind::malformed, "a DNS reply that is none", name};
  constexpr int kFixedBytes = 6;  // priority, weight, port
  ns_msg message{};
  if (::ns_initparse(bytes, size, &message) != 0) return malformed;
  std::vector<SrvRecord> records;
  const int count = std::min<int>(ns_msg_count(message, ns_s_an), limits::kListItems);
  for (int index = 0; index < count; ++index) {
    ns_rr record{};
    if (::ns_parserr(&message, ns_s_an, index, &record) != 0) return malformed;
    if (ns_rr_type(record) != ns_t_srv || ns_rr_rdlen(record) <= kFixedBytes) continue;
    const unsigned char* data = ns_rr_rdata(record);
    std::array<char, NS_MAXDNAME> host{};
    if (::ns_name_uncompress(ns_msg_base(message), ns_msg_end(message), data + kFixedBytes, host.data(), host.size()) <
        0) {
      return malformed;
    }
    const auto number = [&](int at) { return static_cast<std::uint16_t>(ns_get16(data + at)); };
    records.push_back({number(0), number(2), number(4), host.data()});
  }
  std::stable_sort(records.begin(), records.end(), [](const SrvRecord& left, const SrvRecord& right) {
    return std::tuple(left.priority, -left.weight) < std::tuple(right.priority, -right.weight);
  });
  if (records.empty()) return Error{ErrorKind::not_found, "no SRV record", name};
  return records;
}

}  // namespace

Result<std::vector<SrvRecord>> lookup_srv(const std::string& name) {
  constexpr std::size_t kLargestReply = 64 << 10;
  Resolver resolver;
  if (!resolver.usable()) return Error{ErrorKind::unavailable, "the resolver cannot be set up", name};
  std::vector<unsigned char> reply(kLargestReply);
  const int size =
      ::res_nquery(resolver.state(), name.c_str(), ns_c_in, ns_t_srv, reply.data(), static_cast<int>(reply.size()));
  if (size < 0) {
    const int reason = resolver.state()->res_h_errno;
    const bool absent = reason == HOST_NOT_FOUND || reason == NO_DATA;
    return Error{absent ? ErrorKind::not_found : ErrorKind::unavailable, ::hstrerror(reason), name};
  }
  return records_of(reply.data(), std::min(size, static_cast<int>(reply.size())), name);
}

}  // namespace fleetwatch::io
