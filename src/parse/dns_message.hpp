// The reply of a DNS server (RFC 1035, section 4): its code and how many records it holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.hpp"

namespace fleetwatch::parse {

struct DnsReply {
  int reply_code = 0;       // 0 is NOERROR
  std::size_t answers = 0;  // records of the asked type in the answer section
};

// Errors: malformed (cut, a name that is none, or not a reply).
Result<DnsReply> dns_reply(std::span<const std::uint8_t> message, std::uint16_t asked_type);

}  // namespace fleetwatch::parse
