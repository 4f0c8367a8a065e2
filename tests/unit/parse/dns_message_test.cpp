#include "parse/dns_message.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fleetwatch::parse {
namespace {

constexpr std::uint16_t kTypeA = 1;
constexpr std::uint16_t kTypeNs = 2;

using Bytes = std::vector<std::uint8_t>;

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

Bytes header(std::uint8_t code, std::uint8_t questions, std::uint8_t answers) {
  return {0x12, 0x34, 0x85, static_cast<std::uint8_t>(0x80 | code), 0, questions, 0, answers, 0, 0, 0, 0};
}

const Bytes kName = {2, 'e', 'x', 4, 't', 'e', 's', 't', 0};
const Bytes kPointer = {0xc0, 0x0c};
const Bytes kQuestion = kName + Bytes{0, 1, 0, 1};

Bytes record(const Bytes& name, std::uint8_t type, std::uint8_t length) {
  return name + Bytes{0, type, 0, 1, 0, 0, 0, 60, 0, length} + Bytes(length, 7);
}

TEST(DnsReply, CountsRecordsOfTheAskedType) {
  struct Case {
    const char* name;
    Bytes message;
    int code;
    std::size_t answers;
  };
  const Case cases[] = {
      {"two of A behind a CNAME",
       header(0, 1, 3) + kQuestion + record(kPointer, 5, 9) + record(kPointer, 1, 4) + record(kName, 1, 4), 0, 2},
      {"another type only", header(0, 1, 1) + kQuestion + record(kPointer, 28, 16), 0, 0},
      {"no record", header(0, 1, 0) + kQuestion, 0, 0},
      {"SERVFAIL", header(2, 1, 0) + kQuestion, 2, 0},
      {"NXDOMAIN", header(3, 1, 0) + kQuestion, 3, 0},
      {"REFUSED without question", header(5, 0, 0), 5, 0},
      {"record without data", header(0, 0, 1) + record(kName, 1, 0), 0, 1},
  };
  for (const auto& one : cases) {
    const auto reply = dns_reply(one.message, kTypeA);
    ASSERT_TRUE(reply.ok()) << one.name << ": " << reply.error().what;
    EXPECT_EQ(reply->reply_code, one.code) << one.name;
    EXPECT_EQ(reply->answers, one.answers) << one.name;
  }
}

TEST(DnsReply, AsksForAnyType) {
  const auto message = header(0, 1, 2) + kQuestion + record(kPointer, 2, 6) + record(kPointer, 1, 4);
  EXPECT_EQ(dns_reply(message, kTypeNs)->answers, 1U);
}

TEST(DnsReply, RefusesEveryCutMessage) {
  const auto whole = header(0, 1, 2) + kQuestion + record(kPointer, 1, 4) + record(kName, 1, 4);
  ASSERT_TRUE(dns_reply(whole, kTypeA).ok());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto cut = dns_reply(std::span(whole).first(size), kTypeA);
    ASSERT_FALSE(cut.ok()) << size;
    EXPECT_EQ(cut.error().kind, ErrorKind::malformed);
  }
}

TEST(DnsReply, RefusesWhatIsNoReply) {
  auto query = header(0, 1, 0) + kQuestion;
  query[2] = 0x01;
  EXPECT_FALSE(dns_reply(query, kTypeA).ok());
  EXPECT_FALSE(dns_reply(header(0, 1, 0) + Bytes{0x40, 'a', 0, 0, 1, 0, 1}, kTypeA).ok()) << "unknown kind of label";
}

TEST(DnsReply, DoesNotFollowPointers) {
  // A name that points at itself.
  const auto message = header(0, 0, 1) + record({0xc0, 0x0c}, 1, 4);
  EXPECT_EQ(dns_reply(message, kTypeA)->answers, 1U);
}

}  // namespace
}  // namespace fleetwatch::parse
