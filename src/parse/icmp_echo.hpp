// ICMP echo request and reply (RFC 792).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fleetwatch::parse {

inline constexpr std::size_t kEchoTokenBytes = 16;

struct IcmpEcho {
  std::uint16_t identifier = 0;
  std::uint16_t sequence = 0;
  std::array<std::uint8_t, kEchoTokenBytes> token{};  // payload, random: tells our echoes from all others
};

std::vector<std::uint8_t> icmp_echo_request(const IcmpEcho& echo);  // with its checksum

// What an IPv4 packet carries, as a raw socket delivers it; empty when the header does not fit.
std::span<const std::uint8_t> ipv4_payload(std::span<const std::uint8_t> packet);

// Whether an ICMP message is the reply to one of the echoes 1 … `asked.sequence`.
bool is_icmp_echo_reply(std::span<const std::uint8_t> message, const IcmpEcho& asked);

}  // namespace fleetwatch::parse
