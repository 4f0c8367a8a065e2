#include "parse/icmp_echo.hpp"

#include <algorithm>

namespace fleetwatch::parse {

namespace {

constexpr std::size_t kIcmpHeaderBytes = 8;
constexpr std::uint8_t kEchoReply = 0;
constexpr std::uint8_t kEchoRequest = 8;

void put(std::vector<std::uint8_t>& bytes, unsigned number) {
  bytes.push_back(static_cast<std::uint8_t>(number >> 8 & 0xff));
  bytes.push_back(static_cast<std::uint8_t>(number & 0xff));
}

unsigned number_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<unsigned>(bytes[at] << 8 | bytes[at + 1]);
}

// The Internet checksum (RFC 1071); our messages have an even length.
unsigned checksum(std::span<const std::uint8_t> bytes) {
  unsigned sum = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) sum += number_at(bytes, i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

}  // namespace

std::vector<std::uint8_t> icmp_echo_request(const IcmpEcho& echo) {
  std::vector<std::uint8_t> message;
  message.reserve(kIcmpHeaderBytes + echo.token.size());
  message.push_back(kEchoRequest);
  message.push_back(0);
  put(message, 0);
  put(message, echo.identifier);
  put(message, echo.sequence);
  message.insert(message.end(), echo.token.begin(), echo.token.end());
  const auto sum = checksum(message);
  message[2] = static_cast<std::uint8_t>(sum >> 8);
  message[3] = static_cast<std::uint8_t>(sum & 0xff);
  return message;
}

std::span<const std::uint8_t> ipv4_payload(std::span<const std::uint8_t> packet) {
  constexpr unsigned kVersion4 = 4;
  constexpr std::size_t kShortestHeader = 20;
  if (packet.size() < kShortestHeader || packet[0] >> 4 != kVersion4) return {};
  const std::size_t header = std::size_t{4} * (packet[0] & 0x0f);
  if (header < kShortestHeader || header > packet.size()) return {};
  return packet.subspan(header);
}

bool is_icmp_echo_reply(std::span<const std::uint8_t> message, const IcmpEcho& asked) {
  if (message.size() != kIcmpHeaderBytes + asked.token.size()) return false;
  const auto sequence = number_at(message, 6);
  return message[0] == kEchoReply && message[1] == 0 && number_at(message, 4) == asked.identifier && sequence >= 1 &&
         sequence <= asked.sequence && std::ranges::equal(message.subspan(kIcmpHeaderBytes), asked.token);
}

}  // namespace fleetwatch::parse
