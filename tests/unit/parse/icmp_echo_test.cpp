#include "parse/icmp_echo.hpp"

#include <gtest/gtest.h>

namespace fleetwatch::parse {
namespace {

using Bytes = std::vector<std::uint8_t>;

IcmpEcho asked() {
  IcmpEcho echo{.identifier = 0x1234, .sequence = 2, .token = {}};
  echo.token.fill(0xab);
  return echo;
}

Bytes reply_to(const IcmpEcho& echo) {
  auto bytes = icmp_echo_request(echo);
  bytes[0] = 0;
  return bytes;
}

TEST(IcmpEcho, WritesARequest) {
  IcmpEcho echo{.identifier = 0x0102, .sequence = 3, .token = {}};
  Bytes expected = {8, 0, 0xf6, 0xfa, 1, 2, 0, 3};  // the complement of 0x0800 + 0x0102 + 0x0003
  expected.resize(24);
  EXPECT_EQ(icmp_echo_request(echo), expected);
}

TEST(IcmpEcho, ChecksumOfAWholeMessageIsZero) {
  const auto bytes = icmp_echo_request(asked());
  unsigned sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) sum += static_cast<unsigned>(bytes[i] << 8 | bytes[i + 1]);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  EXPECT_EQ(sum, 0xffffU);
}

TEST(IcmpEcho, KnowsItsReplies) {
  auto first = asked();
  first.sequence = 1;
  EXPECT_TRUE(is_icmp_echo_reply(reply_to(asked()), asked()));
  EXPECT_TRUE(is_icmp_echo_reply(reply_to(first), asked())) << "a late answer to the echo before";
}

TEST(IcmpEcho, PassesOverForeignMessages) {
  const auto good = reply_to(asked());
  struct Case {
    const char* name;
    std::size_t at;
    std::uint8_t value;
  };
  for (const auto& one :
       {Case{"request", 0, 8}, Case{"unreachable", 0, 3}, Case{"code", 1, 1}, Case{"identifier", 4, 0},
        Case{"sequence 0", 7, 0}, Case{"later sequence", 7, 3}, Case{"payload", 8, 0}}) {
    auto bytes = good;
    bytes[one.at] = one.value;
    EXPECT_FALSE(is_icmp_echo_reply(bytes, asked())) << one.name;
  }
  EXPECT_FALSE(is_icmp_echo_reply(std::span(good).first(good.size() - 1), asked()));
  EXPECT_FALSE(is_icmp_echo_reply({}, asked()));
}

TEST(IcmpEcho, StepsOverTheIpHeader) {
  Bytes packet(24, 0);
  packet[0] = 0x45;
  packet[20] = 9;
  EXPECT_EQ(ipv4_payload(packet).size(), 4U);
  EXPECT_EQ(ipv4_payload(packet)[0], 9);
  packet[0] = 0x46;
  EXPECT_EQ(ipv4_payload(packet).size(), 0U);
  for (const auto first : Bytes{0x65, 0x44, 0x4f}) {
    packet[0] = first;
    EXPECT_TRUE(ipv4_payload(packet).empty()) << int{first};
  }
  EXPECT_TRUE(ipv4_payload(std::span(packet).first(19)).empty());
}

}  // namespace
}  // namespace fleetwatch::parse
